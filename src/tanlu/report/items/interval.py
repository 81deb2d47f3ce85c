"""The 95 % interval of a sum: what its rows share adds up, everything else in quadrature."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from tanlu.factors import Library

__all__ = ["span"]


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
    Both ends are sum · exp(∓1.96 σ), so that of one row they are its own; a sum of amounts of both
    signs may cross zero and has those of a normal.
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
    if (sized["co2e_ug"] < 0).n_unique() > 1:
        return int(row["lower_ug"]), int(row["upper_ug"])
    total, spread = int(row["co2e_ug"]), math.exp(1.96 * row["sigma_ln_ppm"] / 1e6)
    lower, upper = sorted((total / spread, total * spread))
    return round(lower), round(upper)
