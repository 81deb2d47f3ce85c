"""Pages of the account: what was emitted, by whom, of what."""
