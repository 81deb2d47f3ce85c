"""互换 Footprints in the forms that others read: each protocol is a room of its own."""
