"""Cells of a table as people read them: which columns are numbers, how many digits, what a word is.

Every form of a report asks here, so that a table reads the same on a page, on paper and on screen.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tanlu.report.numbers import digits, grouped

__all__ = ["LONG", "TIERS", "Column", "is_code", "laid_out"]

TIERS = frozenset({"measured", "learned", "modelled", "default"})
LONG = 34


class Column(NamedTuple):
    """A column of a table: its name, whether it holds numbers, and its cells as shown."""

    name: str
    numeric: bool
    percent: bool
    cells: tuple[str, ...]


def laid_out(columns: tuple[str, ...], rows: tuple[tuple[object, ...], ...]) -> list[Column]:
    """Give the columns with every cell as text; one number of digits a column, a dash for null."""
    made = []
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    for name, column in zip(columns, cells, strict=True):
        numeric = _numeric(column)
        percent = numeric and name.endswith("[%]")
        places = digits(v for v in column if isinstance(v, Decimal)) if numeric else 0
        shown = (_number(v, places, percent=percent) if numeric else _word(v) for v in column)
        made.append(Column(name, numeric, percent, tuple(shown)))
    return made


def is_code(text: str) -> bool:
    """Tell whether a text is a formula or an identity rather than words."""
    return " = " in text or (len(text) > LONG and " " not in text)


def _numeric(column: tuple[object, ...]) -> bool:
    known = [value for value in column if value is not None]
    return bool(known) and all(isinstance(v, int | float | Decimal) for v in known)


def _word(value: object) -> str:
    return "–" if value is None else str(value)


def _number(value: object, places: int, *, percent: bool) -> str:
    if not isinstance(value, int | float | Decimal):
        return "–"
    if percent:
        return grouped(Decimal(str(value)), 1) if value else "0"
    return f"{value:,}" if isinstance(value, int) else grouped(value, min(places, 4))
