"""The rules that are data: what each assumption says and costs in certainty, and circuities."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tanlu.errors import TanluError

__all__ = ["Assumption", "assumption", "assumptions", "circuities", "rows"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a code says in both tongues, and how unsure it makes a result."""

    code: str
    sigma_ln: float
    en: str
    zh: str
    source: str


@cache
def assumptions() -> dict[str, Assumption]:
    """Give all assumptions of this room by code."""
    return {
        row["code"]: Assumption(
            row["code"], float(row["sigma_ln"]), row["en"], row["zh"], row["source"]
        )
        for row in rows("assumptions.csv")
    }


def assumption(code: str) -> Assumption:
    """Give what a code says.

    Raises
    ------
    TanluError
        TL502 when no such assumption is known.
    """
    found = assumptions().get(code)
    if found is None:
        raise TanluError("TL502", value=code, known=", ".join(assumptions()))
    return found


@cache
def circuities() -> dict[tuple[str, str], float]:
    """Give the circuity of each mode and country, the empty country for all others."""
    return {(row["mode"], row["country"]): float(row["circuity"]) for row in rows("circuity.csv")}


def rows(name: str) -> list[dict[str, str]]:
    """Give the rows of a table that is packed with this room."""
    text = resources.files("tanlu.account").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
