"""Pages of trust: how a number came about, and what proves it."""
