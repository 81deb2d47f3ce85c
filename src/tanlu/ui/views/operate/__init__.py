"""运营: what happens now."""
