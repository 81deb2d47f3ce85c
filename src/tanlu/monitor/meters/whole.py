"""From what a meter shows to whole smallest units, once and exactly.

A reading is a decimal that came as a double. It is first made the whole number of its last
decimal place, then multiplied with the exact fraction ``unit · ratio``; from there on there are
only differences of integers, so nothing that is added or taken can get lost.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import units

__all__ = ["LARGEST", "PLACES", "Scale", "divided", "scale_of", "whole"]

# a double holds any decimal of 15 digits: the greater the value, the fewer decimal places
PLACES = ((1e6, 9), (1e9, 6), (1e12, 3), (1e15, 0))
LARGEST = PLACES[-1][0]
DIMENSIONS = {
    "energy_j": "energy",
    "volume_ml": "volume",
    "mass_mg": "mass",
    "distance_m": "distance",
    "count": "count",
}
# power is a rate of energy with a name of its own, in joules a second
WATTS = {"w": 1, "kw": 1_000, "mw": 1_000_000, "gw": 1_000_000_000, "va": None, "kva": None}
SECONDS = {"s": 1, "min": 60, "h": 3600, "hour": 3600, "d": 86_400, "day": 86_400}


class Scale(NamedTuple):
    """How many smallest units one of a stream's unit is: ``numerator / denominator``."""

    numerator: int
    denominator: int

    def times(self, factor: float | None) -> Scale:
        """Give the scale with a further factor: a transformer's ratio, what a pulse counts."""
        if factor is None or not math.isfinite(factor):
            return self
        exact = Fraction(self.numerator, self.denominator) * Fraction(repr(float(factor)))
        return Scale(exact.numerator, exact.denominator)


def scale_of(unit: str | None, quantity: str | None, *, rate: bool = False) -> Scale:
    """Give the scale of a stream's unit in its quantity; of a ``rate`` for each second.

    Raises
    ------
    TanluError
        TL376 for a quantity that no activity has, and a unit that does not measure it.
    """
    if quantity not in DIMENSIONS:
        raise TanluError("TL376", value=quantity, why=", ".join(DIMENSIONS))
    text = (unit or "").strip()
    exact = (_a_second if rate else _of)(text, DIMENSIONS[quantity])
    return Scale(exact.numerator, exact.denominator)


def _a_second(text: str, dimension: str) -> Fraction:
    watts = WATTS.get(text.casefold())
    if watts and dimension == "energy":
        return Fraction(watts)
    over, _, under = text.partition("/")
    if under.strip() not in SECONDS:
        raise TanluError("TL376", value=text, why=f"no rate of {dimension}: kW, m3/h, kg/h, L/min")
    return _of(over, dimension) / SECONDS[under.strip()]


def _of(text: str, dimension: str) -> Fraction:
    found = units.unit(text or "1")
    if found.dimension != dimension:
        raise TanluError("TL376", value=text, why=f"it is no unit of {dimension}")
    return found.scale


def whole(value: pl.Expr, numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Give the int64 column of a value in smallest units.

    ``sign(v)·floor(|v|·10^k·numerator / (denominator·10^k) + 1/2)`` with ``|v|·10^k`` rounded to
    the integer that the decimal is: k = 9 decimal places below 10^6, 6 below 10^9, 3 below 10^12,
    none below 10^15. Up to 15 significant digits and k places the double is the decimal that it
    prints as, and the result is at most 1/2 unit from the exact product. Null above, for NaN and
    infinity.
    """
    size = value.abs()
    ten = pl.lit(None, pl.Float64)
    for limit, places in reversed(PLACES):
        ten = pl.when(size < limit).then(10.0**places).otherwise(ten)
    last = (size * ten + 0.5).floor().cast(pl.Int64)
    under = denominator.cast(pl.Int128) * ten.cast(pl.Int128)
    amount = _halved_up(last.cast(pl.Int128) * numerator.cast(pl.Int128), under)
    return pl.when(value < 0).then(-amount).otherwise(amount)


def divided(difference: pl.Expr, part: pl.Expr, of: pl.Expr) -> pl.Expr:
    """Give ``difference · part / of`` in whole units, half away from zero, wide inside."""
    top = difference.abs().cast(pl.Int128) * part.cast(pl.Int128)
    amount = _halved_up(top, of.cast(pl.Int128))
    return pl.when(difference < 0).then(-amount).otherwise(amount)


def _halved_up(top: pl.Expr, under: pl.Expr) -> pl.Expr:
    """Give floor(top / under + 1/2) of what is not negative."""
    return ((top * 2 + under) // (under * 2)).cast(pl.Int64, strict=False)
