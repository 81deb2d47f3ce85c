"""The words of a row of the index, and how texts are folded for the search."""

from __future__ import annotations

import unicodedata

from tanlu.store.relational.tables.search import SHIPMENTS

__all__ = [
    "COLUMNS",
    "FORM",
    "MODES",
    "NOTHING",
    "PARTED",
    "SORTS",
    "TIERS",
    "fold",
    "marked",
    "marks",
    "words",
]

# an index of another form is built anew
FORM = 4
# what is not known stands below every amount
NOTHING = -(1 << 62)
PARTED = "\x1f"
# signs of which marks are made; no text of a ledger holds them, and a question loses them
SIGNS = dict.fromkeys(range(0x20), " ")
MODE, TIER, FINDING = "\x02\x03", "\x02\x04", "\x02\x05"
FIRST = 0x0E
MODES = ("road", "rail", "sea", "inland", "air", "pipeline", "ropeway")
# the weakest first: a shipment is as good as its weakest leg
TIERS = ("default", "modelled", "learned", "measured")
SORTS = {"date": "start", "co2e": "co2e_ug", "intensity": "intensity", "name": "name"}
COLUMNS = tuple(c.name for c in SHIPMENTS.c if c.name not in ("number", "tenant"))
# so many words of a question count; each is looked for by itself
MOST_WORDS = 8
LONGEST = 80


def fold(text: str) -> str:
    """Give a text as it is searched: one width, one case."""
    return unicodedata.normalize("NFKC", text).lower()


def words(question: str) -> list[str]:
    """Give the distinct words of a question, the longest first."""
    asked = fold(question).translate(SIGNS)
    found = dict.fromkeys(word[:LONGEST] for word in asked.split())
    return sorted(found, key=len, reverse=True)[:MOST_WORDS]


def marked(text: str, modes: int, tier: int, findings: int) -> str:
    """Give the text of a row as it is kept: folded, with what short words need and its marks."""
    had = [_mark(MODE, bit) for bit in range(len(MODES)) if modes >> bit & 1]
    had += [_mark(TIER, tier)] * (tier >= 0) + [_mark(FINDING, 1)] * (findings > 0)
    return f"{fold(text)}  {''.join(had)}"


def marks(modes: int, tier: int | None, *, findings: bool | None) -> list[str]:
    """Give the marks of rows that pass filters; of several modes none, and none of an absence."""
    found = [_mark(MODE, bit) for bit in range(len(MODES)) if modes == 1 << bit]
    found += [] if tier is None else [_mark(TIER, tier)]
    return found + [_mark(FINDING, 1)] * bool(findings)


def _mark(of: str, value: int) -> str:
    return of + chr(FIRST + value)
