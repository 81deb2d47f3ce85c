"""Reports of their own, each a verb below `tanlu report`."""
