"""The routes of access, one file each kind of thing."""
