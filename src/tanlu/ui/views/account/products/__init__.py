"""Footprints of products: of what the ledger ships, of product systems, and those of PACT."""
