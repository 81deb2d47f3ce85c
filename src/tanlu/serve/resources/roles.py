"""Who may what with resources: those who read, those who bring data, those who see originals."""

from __future__ import annotations

from tanlu.serve.api import READERS

__all__ = ["READERS", "SEE_ORIGINALS", "WRITERS"]

# a supplier brings data and reads what became of it in the receipt
WRITERS = ("manager", "operator", "supplier")
# originals hold what persons' lines held
SEE_ORIGINALS = ("manager", "operator", "verifier")
