"""What a payload holds, wherever it stands: one document, a list of them, or an answer's `data`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tanlu.factors.importers import decimals
from tanlu.factors.importers.imported import FAULT
from tanlu.factors.importers.read import documents, within
from tanlu.factors.importers.read.bounds import ROWS

__all__ = ["Found", "Row", "amount", "found", "frame", "refused", "slug", "word"]

Row = dict[str, str | int | None]
DECIMAL = re.compile(decimals.DECIMAL)


class Found(NamedTuple):
    """One object with the file it stands in and its number in it, from 1."""

    file: str
    number: int
    body: dict[str, Any]


def found(path: Path) -> list[Found]:
    """Give the objects of a payload in order."""
    made = [
        Found(name, number, body)
        for name, document in documents(path)
        for number, body in enumerate(_objects(document), start=1)
    ]
    within(path, len(made), ROWS, "objects")
    return made


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, list):
        yield from (each for each in document if isinstance(each, dict))
    elif isinstance(document, dict):
        inside = document.get("data")
        if isinstance(inside, list):
            yield from (each for each in inside if isinstance(each, dict))
        else:
            yield document


def word(body: dict[str, Any], *names: str) -> str | None:
    """Give the first of these members that is a text, or the first text of a list."""
    for name in names:
        value = body.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def amount(body: dict[str, Any], *names: str) -> Fraction | None:
    """Give the first of these members that is a decimal number, exactly."""
    text = word(body, *names)
    return Fraction(text) if text and DECIMAL.match(text) else None


def refused(code: str, column: str, value: object, told: object) -> Row:
    """Give the columns of a fault."""
    return {"_code": code, "_column": column, "_value": str(value), "_told": str(told)}


def slug(*parts: str | None) -> str:
    """Give an identity out of words."""
    text = "-".join(part for part in parts if part)
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:80]


def frame(rows: list[Row]) -> pl.DataFrame:
    """Give rows as records."""
    kinds = {name: pl.Int64 if name == "_line" else pl.String for row in rows for name in row}
    return pl.DataFrame(rows, schema={**dict.fromkeys(FAULT, pl.String), **kinds})
