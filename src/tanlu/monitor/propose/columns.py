"""Which column of a file is which field of an activity, told from its header alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor import values
from tanlu.monitor.propose import words
from tanlu.monitor.rules import QUANTITIES
from tanlu.terms import units

__all__ = ["MANY", "Found", "last_word", "recognise", "repeated", "settled", "sureness"]

EXACT, WITHIN = 1000, 500
MANY = ("personal", "label")  # fields that several columns may be
# 沪A·12345, or letters and figures such as AB12 CDE
PLATE = r"^(?:\p{Han}[A-Z][·\s-]?[A-Z0-9]{4,6}\p{Han}?|[A-Z]{0,4}[ -]?\d[A-Z0-9 -]{3,9})$"
BRACKETS = re.compile(r"\s*[(\[【{<]([^()\[\]【】{}<>]*)[)\]】}>]\s*$")
# what parts the words of a header; points and strokes stand within a unit too
PARTS, FIRM = re.compile(r"[\s_/,，:：.\-]+"), re.compile(r"[\s_/,，:：]")
LATIN = re.compile(r"^(.*[\u3400-\u9fff])([A-Za-z%]+)$")


class Found(NamedTuple):
    """A column that was recognised, with the unit that its header declares.

    ``choices`` names the units that an ambiguous spelling such as ``ton`` may mean.
    """

    field: str
    column: str
    unit: str | None = None
    choices: str = ""


def recognise(columns: Sequence[str]) -> list[Found]:
    """Give the columns that are recognised, each once; the best column of each field."""
    scored = [
        (score, -place, found)
        for place, column in enumerate(columns)
        for score, found in _candidates(column)
    ]
    scored.sort(key=lambda each: each[:2], reverse=True)
    taken: dict[str, Found] = {}
    fields: set[str] = set()
    for _, _, found in scored:
        if found.column in taken or (found.field in fields and found.field not in MANY):
            continue
        taken[found.column] = found
        fields.add(found.field)
    order = {column: place for place, column in enumerate(columns)}
    return sorted(taken.values(), key=lambda each: order[each.column])


def sureness(found: Found) -> str:
    """Give how sure a header is: ``exact`` for a known word, ``likely`` for a part of it."""
    scores = [score for score, each in _candidates(found.column) if each.field == found.field]
    return "exact" if max(scores, default=0) >= EXACT - 1 else "likely"


def repeated(rows: pl.DataFrame, column: str) -> str | None:
    """Give a value that stands on rows that differ, so that it names none of them; else None.

    A row that is there twice, word for word, is one row.
    """
    told = rows.select(pl.exclude("_line")).with_columns(values.tidy(rows[column]).alias("_named"))
    named = told.drop_nulls("_named").unique(maintain_order=True)["_named"]
    twice = named.filter(named.is_duplicated())
    return str(twice[0]) if twice.len() else None


def settled(found: Found, column: pl.Series) -> Found:
    """Give what a column is in the light of its values: fuels are no litres, vans no plates."""
    if column.dtype != pl.String:
        return found
    text = column.str.strip_chars()
    text = text.filter(text.str.len_bytes() > 0)
    if found.field == "volume_ml":
        fuel = text.str.to_lowercase().is_in(list(words.meanings("energy_carrier")))
        if fuel.any():
            return found._replace(field="energy_carrier", unit=None)
    if found.field in QUANTITIES and text.len() and not text.str.contains(r"\d").any():
        return found._replace(field="", unit=None)
    if found.field == "vehicle" and text.len() and not _mostly(text, PLATE):
        return found._replace(field="vehicle_class")
    return found


def _mostly(text: pl.Series, pattern: str) -> bool:
    return 2 * int(text.str.contains(pattern).sum()) >= text.len()


def _candidates(column: str) -> Iterator[tuple[float, Found]]:
    """Give what a header may be, with how well it fits."""
    for text, spelled in _readings(column):
        mine = words.tokens(text)
        if not mine:
            continue
        for field, word, own, rank in words.headers():
            score = _fit(mine, word.split(" "))
            if not score:
                continue
            unit, choices = _unit(field, spelled or own) if field in QUANTITIES else (None, "")
            if spelled is not None and not (unit or choices) and field in QUANTITIES:
                continue
            bonus = 0.5 if unit else 0.25 if choices else 0
            yield score - rank * 0.01 + bonus, Found(field, column, unit, choices)


def _readings(column: str) -> Iterator[tuple[str, str | None]]:
    """Give a header whole, and parted into words and unit."""
    text = words.simplified(unicodedata.normalize("NFKC", column)).strip()
    yield text, None
    bracket = BRACKETS.search(text)
    if bracket:
        yield text[: bracket.start()], bracket.group(1)
        yield text[: bracket.start()], None
        return
    latin = LATIN.match(text)
    last = last_word(text) or (latin and (latin[1], latin[2]))
    if last and last[0]:
        yield last


def last_word(text: str) -> tuple[str, str] | None:
    """Give what stands before the last word of a header and that word, in time.

    The expression ``^(.*?)PARTS(word)$`` gives the same, and takes the cube of the length for a
    header that somebody made of strokes.
    """
    runs = [each.span() for each in PARTS.finditer(text)]
    firm = [each.start() for each in FIRM.finditer(text)][-1:]
    # a word has no firm sign in it: what parts it is the run with the last of them
    start, end = next(
        ((start, end) for start, end in runs if not firm or start <= firm[0] < end), (0, 0)
    )
    end = min(end, len(text) - 1)
    if start >= end or (firm and firm[0] >= end):
        return None
    return text[:start], text[end:]


def _fit(mine: list[str], word: list[str]) -> float:
    """Tell how well a word fits: whole, or as more than half of the header."""
    if mine == word:
        return EXACT
    size = len(word)
    if 2 * size <= len(mine) or (size == 1 and len(mine) > 1):
        return 0
    if any(mine[at : at + size] == word for at in range(len(mine) - size + 1)):
        return WITHIN + 100 * size / len(mine)
    return 0


def _unit(field: str, spelled: str | None) -> tuple[str | None, str]:
    """Give a unit of the field's dimension as it is spelled, or the choices it leaves."""
    if spelled is None:
        return None, ""
    try:
        found = units.unit(spelled)
    except TanluError as error:
        ambiguous = error.code == "TL110"
        return None, str(error.fields.get("choices", "")) if ambiguous else ""
    same = found.dimension.partition(".")[0] == QUANTITIES[field]
    return (spelled.strip(), "") if same else (None, "")
