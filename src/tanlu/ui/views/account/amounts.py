"""What the pages of accounts share: who reads them, and amounts of facts as figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tanlu.ui.frame.numbers import Figure, Numbers
from tanlu.ui.frame.page import READERS, Context
from tanlu.ui.frame.ruling import ruled

__all__ = ["READERS", "decimal", "ends", "figure", "profile_of", "ug"]

# the rules of organisations first, then those of transport
USUAL = ("ghg_protocol", "iso14083")


def ug(kilograms: str | None) -> int | None:
    """Give an amount of facts [kg, decimal text] in micrograms; what is not known stays None."""
    return None if kilograms is None else int(Decimal(kilograms).scaleb(9))


def figure(numbers: Numbers, kilograms: str | None, like: int | None = None) -> Figure:
    """Give an amount of facts as a figure, in the unit of another where figures are compared."""
    return numbers.carbon(ug(kilograms), like=like)


def ends(numbers: Numbers, row: Mapping[str, Any], like: int | None) -> str:
    """Give the interval of a row of facts as text; empty where it has none."""
    if row.get("lower_kg") is None or row.get("upper_kg") is None:
        return ""
    return " – ".join(figure(numbers, row[end], like).value for end in ("lower_kg", "upper_kg"))


def decimal(numbers: Numbers, text: str | None, places: int | None = None) -> str:
    """Give a decimal text with separators; a dash where nothing is known."""
    return "–" if text is None else str(numbers.number(Decimal(text), places))


def profile_of(context: Context, usual: tuple[str, ...] = USUAL) -> str:
    """Give whose rules are read: those asked for, else the usual that the ledger was made by."""
    return ruled(context, usual).profile
