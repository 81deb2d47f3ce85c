"""账库 The ledger: immutable parts, one manifest, one writer, readers always."""
