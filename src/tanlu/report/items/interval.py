"""The 95 % interval of a sum: linear inside one factor, in quadrature between factors."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["interval"]


def interval(groups: pl.DataFrame, total_ug: int) -> tuple[int, int]:
    """Give the 95 % interval [µg] of a sum of rows with ``factor_id``, ``down_ug``, ``up_ug``.

    Rows of one factor, or of one vehicle's energy curve whatever it burns (the part of the
    identity before the slash), err together, so their half-widths add; different factors err
    independently, so those sums add in quadrature. IPCC 2006 Guidelines vol. 1 ch. 3.
    """
    import polars as pl

    factor = pl.col("factor_id").str.split("/").list.first()
    one = groups.group_by(factor).agg(pl.col("down_ug", "up_ug").sum())
    down = isqrt(sum(int(value or 0) ** 2 for value in one["down_ug"]))
    up = isqrt(sum(int(value or 0) ** 2 for value in one["up_ug"]))
    return total_ug - down, total_ug + up
