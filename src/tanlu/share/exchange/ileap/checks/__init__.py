"""What others sent, done again from its own numbers."""
