"""What money of a year is worth: dated rates and prices, from the tables of ``money.csv``.

Factors by spend hold for the prices of one year and one currency. An amount of another currency is
changed at the mean rate of its own year, and the prices of that year are brought to those of 2022.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = ["Worth", "worth"]

YEAR = 2022  # of the prices that spend factors of the house count


class Worth(NamedTuple):
    """Dollars of 2022 for one unit of a currency in a year, and the year whose tables told it."""

    usd: Fraction
    year: int


@cache
def worth(currency: str, year: int) -> Worth | None:
    """Give what one unit of a currency in a year is worth in dollars of 2022.

    Parameters
    ----------
    currency
        ISO 4217 code.
    year
        Year of the amount. The newest tables hold for later years (the caller says so), none for
        earlier ones.

    Returns
    -------
    Worth
        ``usd`` = (1 / rate) * price(2022) / price(year), exact; nothing where no table tells it.

    References
    ----------
    GHG Protocol, Technical Guidance for Calculating Scope 3 Emissions (2013), spend-based method:
    inflation is taken out of the amount before a factor of another year is used.
    """
    prices = _series("price", "USD")
    rates = dict.fromkeys(prices, Fraction(1)) if currency == "USD" else _series("rate", currency)
    told = sorted(set(rates) & set(prices))
    if not told or year < told[0]:
        return None
    found = min(year, told[-1])
    return Worth(prices[YEAR] / prices[found] / rates[found], found) if found in told else None


@cache
def _series(series: str, currency: str) -> dict[int, Fraction]:
    text = resources.files("tanlu.terms").joinpath("money.csv").read_text(encoding="utf-8")
    return {
        int(row["year"]): Fraction(row["value"])
        for row in csv.DictReader(text.splitlines())
        if row["series"] == series and row["currency"] == currency
    }
