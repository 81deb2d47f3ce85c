"""Persons: pseudonyms that can be forgotten, and the deeds that `retire` lines tell."""
