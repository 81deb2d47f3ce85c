"""How good the data of a footprint is: share of primary data, and ratings by contribution.

``PDS = 100 · Σ |c|·s / Σ |c|`` over the contributions c to the footprint without biogenic uptake,
with s = 1 for one's own primary data, the supplier's own share for what was bought, 0 for
secondary data (PACT Methodology 3.0, 4.2.2). Each term enters with its absolute value, which the
text leaves open: with signs, a removal would push the share out of 0 to 100.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tanlu.share.exchange.pact.amounts import EXACT, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["primary_data_share", "rating"]

PLACES = Decimal("0.01")


def primary_data_share(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Give the share of primary data [%] of contributions with the share (0 to 1) of each."""
    primary = whole = Decimal(0)
    for size, share in parts:
        whole = EXACT.add(whole, abs(size))
        primary = EXACT.add(primary, EXACT.multiply(abs(size), share))
    return percent(primary, whole)


def rating(parts: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Give the rating of contributions with a rating each, weighted by |c|; None without any."""
    weighed = whole = Decimal(0)
    for size, mark in parts:
        if mark is not None:
            whole = EXACT.add(whole, abs(size))
            weighed = EXACT.add(weighed, EXACT.multiply(abs(size), mark))
    return EXACT.divide(weighed, whole).quantize(PLACES, context=EXACT) if whole else None
