"""The resources of one organisation, a file a kind."""
