"""Amounts as text: decimal strings, never with an exponent, and how they are computed."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DECIMAL", "EXACT", "of_micrograms", "percent", "read", "tolerance", "written"]

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# longer than anybody weighs, short enough that nobody is kept busy by a number
LONGEST = 64
EXACT = Context(prec=160, rounding=ROUND_HALF_UP)
PLACES = 6


def read(text: Any) -> Decimal | None:
    """Give the number of a decimal string; None for anything else: a number, ``1E+2``, ``8,4``."""
    if isinstance(text, str) and len(text) <= LONGEST and DECIMAL.fullmatch(text):
        return Decimal(text)
    return None


def written(value: Decimal | int) -> str:
    """Give a number as a decimal string without exponent and without trailing zeros."""
    text = format(Decimal(value), "f")
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short in ("-0", "") else short


def of_micrograms(amount_ug: int) -> str:
    """Give micrograms as kilograms [kg] in a decimal string, exactly."""
    return written(Decimal(int(amount_ug)).scaleb(-9, context=EXACT))


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Give 100·part / whole [%] with 6 decimals, half away from zero; 0 for a share of nothing."""
    if not whole:
        return Decimal(0)
    share = EXACT.divide(EXACT.multiply(part, Decimal(100)), whole)
    return share.quantize(Decimal(1).scaleb(-PLACES), context=EXACT)


def tolerance(total: str, parts: Iterable[str]) -> Decimal:
    """Give how far a sum may be from its total: half a unit in the last place of each value.

    Who rounds each line for itself is not wrong; who is further off than all roundings together
    is. Zeros at the end are often left out, so each part counts as exact as the longest of them.
    """
    lengths = [_decimals(text) for text in parts]
    longest = max(lengths, default=0)
    own = _decimals(total) or longest
    return EXACT.add(_half(own), EXACT.multiply(_half(longest), Decimal(len(lengths))))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _half(decimals: int) -> Decimal:
    return Decimal("0.5").scaleb(-decimals) if decimals else Decimal(0)
