"""IPCC approach 1 with correlations: shared causes add up, everything else in quadrature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.uncertainty import MOST_PPM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.account.doubt.apart import Causes

__all__ = ["approach_1", "bounds", "sums"]

MILLIONTHS = 1e6


def approach_1(found: Causes, by: Sequence[str] = ()) -> pl.DataFrame:
    """Give sums with their 95 % intervals by propagation of errors.

    Parameters
    ----------
    found
        As ``causes`` gives it.
    by
        Columns to cut by, of those that the causes were asked for; none gives one row.

    Returns
    -------
    DataFrame
        The columns of ``by``, ``co2e_ug`` (Int128), ``lower_ug``, ``upper_ug`` (Int128),
        ``sigma_ln_ppm`` and ``shared_ppm``, the share of the variance that shared causes have.

    Notes
    -----
    V = Σ_c (Σ_i xᵢ σᵢ_c)² + Σ_o (Σ_{i of o} xᵢ σ_o)², over shared causes c and owners o;
    σ = sqrt(V) / |Σ x|. IPCC 2006 vol. 1 ch. 3, equations 3.1 and 3.2, the latter linear inside
    a cause. For the bounds see ``bounds``.
    """
    keys = list(by)
    every = found.rows.with_columns(pl.lit(0).alias("_all")) if not keys else found.rows
    names = keys or ["_all"]
    shared = (
        sums(found, names, every)
        .group_by(names, maintain_order=True)
        .agg((pl.col("weighed") ** 2).sum().alias("shared"))
    )
    own = (
        every.sort([*names, "own", "case"])
        .group_by([*names, "own"], maintain_order=True)
        .agg((pl.col("amount") * pl.col("own_sigma")).sum().alias("weighed"))
        .group_by(names, maintain_order=True)
        .agg((pl.col("weighed") ** 2).sum().alias("own"))
    )
    total = every.group_by(names).agg(
        pl.col("exact").sum().alias("co2e_ug"),
        ((pl.col("amount") > 0).any() & (pl.col("amount") < 0).any()).alias("mixed"),
    )
    joined = (
        total.join(shared, on=names, how="left", nulls_equal=True)
        .join(own, on=names, how="left", nulls_equal=True)
        .with_columns(pl.col("shared", "own").fill_null(0.0))
        .with_columns((pl.col("shared") + pl.col("own")).alias("_v"))
        .with_columns(
            (pl.col("shared") / pl.col("_v") * MILLIONTHS)
            .fill_nan(0.0).round().cast(pl.Int64).alias("shared_ppm")
        )
    )  # fmt: skip
    size = pl.col("co2e_ug").cast(pl.Float64).abs()
    sigma = pl.when(size > 0).then(pl.col("_v").sqrt() / size).otherwise(0.0)
    low, high = bounds(sigma, pl.col("_v").sqrt())
    return joined.with_columns(low, high, (sigma * MILLIONTHS).clip(0, MOST_PPM).round()
                               .cast(pl.Int64).alias("sigma_ln_ppm")).sort(names).select(
        *keys, "co2e_ug", "lower_ug", "upper_ug", "sigma_ln_ppm", "shared_ppm"
    )  # fmt: skip


def sums(found: Causes, by: Sequence[str], rows: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give Σ x·σ [µg] of each shared cause within each group: ``by``, cause, of, weighed."""
    lots = (found.rows if rows is None else rows).group_by([*by, "case"]).agg(
        pl.col("exact").sum().cast(pl.Float64).alias("amount")
    )  # fmt: skip
    return (
        lots.join(found.parts, on="case")
        .sort([*by, "cause", "case"])
        .group_by([*by, "cause", "of"], maintain_order=True)
        .agg((pl.col("amount") * pl.col("sigma")).sum().alias("weighed"))
        .sort([*by, "cause"])
    )


def bounds(sigma: pl.Expr, absolute: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Give ``lower_ug`` and ``upper_ug`` of ``co2e_ug``, the expected value.

    Notes
    -----
    Lognormal: expected · exp(−σ²/2 ∓ 1.96 σ). A sum of amounts of both signs (``mixed``) may
    cross zero and is taken as normal: expected ∓ 1.96 sqrt(V).
    """
    total = pl.col("co2e_ug").cast(pl.Float64)
    centre = total * (-sigma * sigma / 2).exp()
    ends = [
        pl.when("mixed")
        .then(total + side * 1.96 * absolute)
        .otherwise(centre * (side * 1.96 * sigma).exp())
        for side in (-1, 1)
    ]
    return (
        pl.min_horizontal(ends).round().cast(pl.Int128).alias("lower_ug"),
        pl.max_horizontal(ends).round().cast(pl.Int128).alias("upper_ug"),
    )
