"""The 95 % interval of a sum: what its rows share adds up, everything else in quadrature."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from tanlu.factors import Library

__all__ = ["interval", "span"]


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


def span(groups: pl.DataFrame, library: Library | None = None) -> tuple[int, int]:
    """Give the 95 % interval [µg] of a sum of groups of emission rows.

    Parameters
    ----------
    groups
        Columns kind, tier, factor_id, assumptions, co2e_ug (Int128) and weighed_ug.
    library
        Parts a vehicle's curve from its carrier.

    Notes
    -----
    What shares a factor or an assumption errs together, as ``tanlu.account.doubt`` takes it; the
    quality of single records is not told here and counts with the factor, which is never narrower.
    Both ends are sum · exp(∓1.96 σ), so that of one row they are its own.
    """
    import math

    import polars as pl

    from tanlu.account.doubt import approach_1, causes

    sized = groups.filter(pl.col("co2e_ug") != 0)
    if not sized.height:
        return 0, 0
    sigma = (pl.col("weighed_ug") / pl.col("co2e_ug")).cast(pl.Float64)
    rows = sized.with_columns(sigma.round().cast(pl.Int64).alias("sigma_ln_ppm"))
    row = approach_1(causes(rows, library=library)).row(0, named=True)
    total, spread = int(row["co2e_ug"]), math.exp(1.96 * row["sigma_ln_ppm"] / 1e6)
    lower, upper = sorted((total / spread, total * spread))
    return round(lower), round(upper)
