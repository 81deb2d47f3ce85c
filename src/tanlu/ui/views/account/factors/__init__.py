"""The library of factors: found, one of them with its versions and users, and what would change."""
