"""Allocation among co-products: by mass, by value or by another physical relation.

ISO 14044:2006 4.3.4.2, ISO 14067:2018 6.4.6: avoid it by dividing the process, else share by a
physical relation, else by value. Whole micrograms are shared by largest remainder, so that the
shares of all co-products are the whole, exactly.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.shares import shared
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BASES", "co_products", "split"]

BASES = {"mass": "mass_mg", "economic": "amount_fen", "physical": "physical"}


def co_products(
    frame: pl.DataFrame, basis: str, amounts: Sequence[str] = ("co2e_ug",)
) -> pl.DataFrame:
    """Give each co-product its share of the whole amounts of its process.

    Parameters
    ----------
    frame
        One row a co-product: process, product, the weights of the basis (mass_mg, amount_fen or
        physical, int64) and the whole amounts of the process on every row [µg, int64].
    basis
        mass, economic or physical.

    Raises
    ------
    TanluError
        TL502 for another basis, TL513 for weights that are missing, negative or all zero.
    """
    if basis not in BASES:
        raise TanluError("TL502", value=basis, known=", ".join(BASES))
    return shared(frame, "process", "product", BASES[basis], amounts)


def split(weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Give exact shares of weights, adding up to one.

    Raises
    ------
    TanluError
        TL513 when a weight is negative or all are zero.
    """
    whole = sum(weights.values(), start=Fraction(0))
    if whole <= 0 or min(weights.values()) < 0:
        why = "all weights are zero" if not whole else "a weight is missing or negative"
        raise TanluError("TL513", value=next(iter(weights)), why=why)
    return {name: weight / whole for name, weight in weights.items()}
