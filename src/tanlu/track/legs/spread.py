"""Whole numbers over parts: what the parts have together is what the whole has, to the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["spread"]


def spread(amount: str, until: str, whole: str, group: Sequence[str]) -> pl.Expr:
    """Give the share of a part of ``amount``, a whole number known of the group.

    ``a_i = R(A u_i / w) - R(A u_{i-1} / w)`` with R half away from zero, so Σ a_i = A exactly
    where the last ``until`` is the whole.

    Parameters
    ----------
    amount
        Column with the amount of the group, the same in each of its rows.
    until
        Column that grows along the rows of a group to ``whole``.
    group
        Columns that name a group; its rows stand in order.
    """
    part = pl.when(pl.col(whole) > 0).then(pl.col(until) / pl.col(whole)).otherwise(1.0)
    upto = (pl.col(amount).cast(pl.Float64) * part).round(0, mode="half_away_from_zero")
    exact = pl.when(pl.col(until) >= pl.col(whole)).then(pl.col(amount)).otherwise(
        upto.cast(pl.Int64)
    )  # fmt: skip
    return (exact - exact.shift(fill_value=0).over(group)).alias(amount)
