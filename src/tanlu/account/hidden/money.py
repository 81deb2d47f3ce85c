"""Dated prices with their sources, and what money says about carbon."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from tanlu.account.rules import rows
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Price", "cost_of_accounting", "known", "payback", "price"]

LOT_UG = 10_000 * 10**12  # 10,000 t: the lot in which the texts count the cost of accounting


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit cost on a day, as exact fen (hundredths of the currency)."""

    name: str
    unit: str
    fen: Fraction
    currency: str
    place: str
    date: dt.date
    status: str
    source: str


@cache
def _prices() -> tuple[Price, ...]:
    return tuple(
        Price(
            row["name"], row["unit"], Fraction(row["value"]) * 100, row["currency"], row["place"],
            dt.date.fromisoformat(row["date"]), row["status"], row["source"],
        )
        for row in rows("hidden/prices.csv")
    )  # fmt: skip


def price(name: str, on: dt.date) -> Price:
    """Give the newest price of a thing that was known on a day.

    Raises
    ------
    TanluError
        TL502 for a thing that has no price by then.
    """
    known = [each for each in _prices() if each.date <= on]
    found = [each for each in known if each.name == name]
    if not found:
        raise TanluError(
            "TL502", value=f"{name} {on}", known=", ".join(sorted({each.name for each in known}))
        )
    return max(found, key=lambda each: each.date)


def known(names: Iterable[str], on: dt.date) -> Mapping[str, Price]:
    """Give the prices of things by a day; nothing at all where one of them has none yet."""
    held = {each.name for each in _prices() if each.date <= on}
    listed = tuple(names)
    return {name: price(name, on) for name in listed} if held.issuperset(listed) else {}


def cost_of_accounting(cost_fen: int, co2e_ug: int) -> Fraction | None:
    """Give what it costs to account for 10,000 t [fen]; nothing where nothing is accounted for.

    S0 6.2: 180,000 yuan by hand, 108,000 with a system.
    """
    return Fraction(cost_fen) * LOT_UG / co2e_ug if co2e_ug else None


def payback(cost: float, yearly: float, rate: float = 0.0) -> float | None:
    """Give the years after which savings have paid a cost; nothing when they never do.

    Parameters
    ----------
    cost, yearly
        In one currency.
    rate
        Discount rate a year; 0 gives the simple payback.

    Notes
    -----
    simple C / S; discounted n = −ln(1 − C r / S) / ln(1 + r).
    """
    if yearly <= 0:
        return None
    if rate == 0:
        return cost / yearly
    left = 1 - cost * rate / yearly
    return -math.log(left) / math.log1p(rate) if left > 0 else None
