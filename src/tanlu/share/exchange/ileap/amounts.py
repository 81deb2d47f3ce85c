"""Decimals as iLEAP writes them: exact text, and how far the last printed place reaches."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction

__all__ = ["DECIMAL", "amount", "kept", "number", "shortest", "ulp"]

DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
EXACT = Context(prec=100)
# what no honest figure needs; a number of a megabyte must not be multiplied
MOST = 100
NOTHING = Fraction(1, 10**6)


def number(value: object) -> Fraction | None:
    """Give what decimal text means, exactly; None for whatever is no decimal of iLEAP."""
    if not isinstance(value, str) or len(value) > MOST or not DECIMAL.fullmatch(value):
        return None
    return Fraction(value)


def ulp(value: str) -> Fraction:
    """Give one unit of the last place that is printed: 0.01 of ``8.42``, 1 of ``4000``.

    A bare ``0`` means nothing, not whatever rounds to it.
    """
    if value in ("0", "-0"):
        return NOTHING
    return Fraction(1, 10 ** len(value.partition(".")[2]))


def kept(value: int, power: int) -> str:
    """Give value / 10**power as text without exponent: ``kept(661000, 6)`` is ``0.661``."""
    return _plain(Decimal(int(value)).scaleb(-power, context=EXACT))


def amount(value: Fraction, places: int = 12) -> str:
    """Give a value rounded half away from zero to so many places, without exponent."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return kept(whole if value >= 0 else -whole, places)


def shortest(low: Fraction, high: Fraction) -> str | None:
    """Give the decimal of fewest places that lies between two bounds, the bounds included."""
    if low > high:
        return None
    places = 0
    while True:
        scale = 10**places
        least = -((-low.numerator * scale) // low.denominator)
        most = high.numerator * scale // high.denominator
        if least <= most:
            return kept((least + most) // 2, places)
        places += 1
        if places > 2 * MOST:
            return None


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
