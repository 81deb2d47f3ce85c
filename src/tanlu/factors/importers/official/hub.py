"""The lines of the US EPA hub: one sheet with numbered tables below each other.

A table begins where a cell says ``Table N``; its headings and units stand above its numbers, and a
vehicle, a fuel unit or a category is told once for the lines below it.

Source: US EPA, GHG Emission Factors Hub (January 2025), sheet "Emission Factors Hub".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals
from tanlu.factors.importers.read import sheet_names, sheet_of, within

__all__ = ["Hub", "Line", "hub"]

SHEET = "Emission Factors Hub"
ROWS = 20_000
TABLE = re.compile(r"^Table\s+(\d{1,2})\b")
PER = re.compile(r"per\s+([A-Za-z ]+?)\s*$")
NAMED = {"3": 2, "4": 3, "5": 2}  # tables whose lines have more than one name before the numbers
NONE = frozenset({"NA", "N/A", "--", "-", "–"})  # a number that is not given
GROUPS = frozenset({"3", "4", "5"})  # tables whose first name stands once for the lines below


Cells = list[tuple[str | None, ...]]


class Line(NamedTuple):
    """One line with numbers: its table, names, numbers as text, a unit told in it or above it."""

    line: int
    table: str
    names: tuple[str, ...]
    numbers: tuple[str | None, ...]
    unit: str


class Hub(NamedTuple):
    """The lines of all tables and the year of the edition."""

    lines: tuple[Line, ...]
    year: int


def hub(path: Path) -> Hub:
    """Give the lines of a workbook.

    Raises
    ------
    TanluError
        TL220 for a file that is not the hub, TL221 for one that asks for too much.
    """
    names = [name for name in sheet_names(path) if name.startswith(SHEET)]
    if not names:
        raise TanluError("TL220", value=path.name, why=f"it has no sheet {SHEET}")
    sheet = sheet_of(path, names[0])
    within(path, sheet.text.height, ROWS, "rows")
    text = sheet.text.drop("_line")
    numbers = sheet.numbers.drop("_line").map_columns(sheet.numbers.columns[1:], decimals.kept)
    found = list(_walked(text.rows(), numbers.rows()))
    year = re.search(r"(?:Modified|Updated)[^0-9]*(?:\d{1,2} \w+ )?(20\d\d)", _head(text))
    if not found or not year:
        raise TanluError("TL220", value=path.name, why="it has no table or no date")
    return Hub(tuple(found), int(year.group(1)))


def _head(text: pl.DataFrame) -> str:
    return " ".join(cell for row in text.head(40).rows() for cell in row if cell)


def _walked(texts: Cells, numbers: Cells) -> list[Line]:
    found: list[Line] = []
    table, unit, group = "", "", ""
    for place, (row, figures) in enumerate(zip(texts, numbers, strict=True), start=1):
        cells = [(" ".join(cell.split()), figures[at]) for at, cell in enumerate(row) if cell]
        mark = next((TABLE.match(cell) for cell, _ in cells if TABLE.match(cell)), None)
        if mark:
            table, unit, group = mark.group(1), "", ""
            continue
        told = [cell for cell, figure in cells if figure is None and cell not in NONE]
        figure = [each for cell, each in cells if each is not None or cell in NONE]
        if not table or not any(figure):
            heads = [PER.search(cell) for cell in told if "per" in cell]
            unit = next((each.group(1) for each in heads if each), unit)
            continue
        names, group = _named(table, told, figure, group)
        if names:
            rest = told[len(names) :] if table not in GROUPS else []
            found.append(Line(place, table, names, tuple(figure), (rest or [unit])[-1]))
    return found


def _named(
    table: str, told: list[str], figure: list[str | None], group: str
) -> tuple[tuple[str, ...], str]:
    """Give the names of a line; a model year may be a number, a vehicle may stand above."""
    if table not in GROUPS:
        return tuple(told[:2] if table in {"6", "11", "12"} else told[:1]), group
    if table == "3" and len(figure) == 3:  # the model year is a number
        told = [*told, figure.pop(0) or ""]
    if table == "4" and len(figure) == 3:
        told = [*told, figure.pop(0) or ""]
    if len(told) >= NAMED[table]:
        return tuple(told[: NAMED[table]]), told[0]
    return (group, *told), group
