"""Pages of who comes in, and of what is his."""
