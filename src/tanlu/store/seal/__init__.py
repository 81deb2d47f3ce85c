"""封存 Seals: salted trees of the records of a part, and proofs of single records."""
