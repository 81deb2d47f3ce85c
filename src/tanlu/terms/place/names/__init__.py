"""Names and codes of places: what a text can mean, and which one is meant."""
