"""Persons: who they are, what proves it, how they come in and how long they stay."""
