"""Disclosures as bytes: some groups of some records, and the way from them to a log."""

from tanlu.terms.disclosed.envelope import Disclosure, Piece
from tanlu.terms.disclosed.paths import (
    BLOCK,
    BY_BLOCK,
    BY_RECORD,
    collected,
    implied_root,
    places,
    position,
    standing,
)

__all__ = [
    "BLOCK",
    "BY_BLOCK",
    "BY_RECORD",
    "Disclosure",
    "Piece",
    "collected",
    "implied_root",
    "places",
    "position",
    "standing",
]
