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
    # in 128 bits: a quotient of floats may differ between two evaluations by its last bit
    wide, parts = (pl.col(name).cast(pl.Int128) for name in (amount, whole))
    twice = 2 * wide.abs() * pl.col(until).cast(pl.Int128) + parts
    upto = (twice // (2 * parts.clip(1)) * wide.sign()).cast(pl.Int64)
    exact = pl.when(pl.col(until) >= pl.col(whole)).then(pl.col(amount)).otherwise(upto)
    return (exact - exact.shift(fill_value=0).over(group)).alias(amount)
