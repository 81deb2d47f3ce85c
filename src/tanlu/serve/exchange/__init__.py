"""Exchange over HTTP: what partners ask for and bring, each standard under its own paths."""
