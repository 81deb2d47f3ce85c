"""The words of the house: one word, one meaning, in both tongues, with the clause behind it."""

from __future__ import annotations

import csv
import difflib
import re
from functools import cache
from importlib import resources
from typing import NamedTuple

from tanlu.errors import TanluError

__all__ = ["Term", "banned", "glossary", "term"]


class Term(NamedTuple):
    """One word with its meaning; ``avoid`` and ``avoid_zh`` are spellings that mean the same."""

    en: str
    zh: str
    meaning: str
    meaning_zh: str
    reference: str
    avoid: tuple[str, ...]
    avoid_zh: tuple[str, ...]


@cache
def glossary() -> tuple[Term, ...]:
    """Give every term in the order of ``glossary.csv``."""
    text = resources.files("tanlu.terms").joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(_term(row) for row in csv.DictReader(text.splitlines()))


def term(word: str) -> Term:
    """Give the term that a word is, in either tongue, in any case.

    Raises
    ------
    TanluError
        TL115 for an unknown word, with the nearest.
    """
    words = {name.casefold(): each for each in glossary() for name in (each.en, each.zh)}
    key = word.strip().casefold()
    if key in words:
        return words[key]
    near = difflib.get_close_matches(key[:40], words, n=1, cutoff=0.3)
    nearest = words[near[0]].en if near else "activity"
    raise TanluError("TL115", value=word, table="glossary.csv", nearest=nearest)


def banned(text: str) -> list[tuple[str, str]]:
    """Give each spelling in a text that the house avoids, with the word to use instead."""
    found = []
    for each in glossary():
        found += [(word, each.zh) for word in each.avoid_zh if word in text]
        for word in each.avoid:
            if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE):
                found.append((word, each.en))
    return found


def _term(row: dict[str, str]) -> Term:
    return Term(
        en=row["term"],
        zh=row["术语"],
        meaning=row["meaning"],
        meaning_zh=row["含义"],
        reference=row["reference"],
        avoid=tuple(word for word in row["avoid"].split("|") if word),
        avoid_zh=tuple(word for word in row["避免"].split("|") if word),
    )
