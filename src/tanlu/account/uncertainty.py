"""Propagate intervals: sums of what shares a factor are correlated, everything else is not.

Amounts that rest on the same factor err together, so inside one factor absolute uncertainties add
up; between factors they add in quadrature. A vehicle's energy curve is one factor whatever it burns
and wherever it is charged: 31 provinces do not make its error cancel. Half the width of the 95 %
interval is 1.96 σ of the amount (IPCC 2006 vol. 1 ch. 3, approach 1, equation 3.2, grouped by
factor).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import EngineType

__all__ = ["MOST_PPM", "Interval", "combine", "product", "relative_sum", "spread"]

MILLIONTHS = 1e6
# of a sum that all but cancels; its like fits a column [ppm]
MOST_PPM = 1e18


class Interval(NamedTuple):
    """A sum with its 95 % interval [µg] and its standard deviation relative to the sum."""

    amount: int
    lower: int
    upper: int
    sigma: float


def product(*relative: float) -> float:
    """Give the relative uncertainty of a product of independent amounts.

    Notes
    -----
    U = sqrt(Σ Uᵢ²), IPCC 2006 vol. 1 ch. 3, equation 3.1.
    """
    return math.sqrt(sum(each * each for each in relative))


def relative_sum(
    amounts: Sequence[float], relative: Sequence[float], groups: Sequence[str] | None = None
) -> float:
    """Give the relative uncertainty of a sum.

    Parameters
    ----------
    amounts, relative
        The terms and their relative uncertainties.
    groups
        Terms of one group err together; by default every term is its own group.

    Notes
    -----
    U = sqrt(Σ_g (Σ_{i in g} |xᵢ| Uᵢ)²) / |Σ xᵢ|, IPCC 2006 vol. 1 ch. 3, equation 3.2.
    """
    names = groups if groups is not None else [str(number) for number in range(len(amounts))]
    inside: dict[str, float] = {}
    for amount, unsure, name in zip(amounts, relative, names, strict=True):
        inside[name] = inside.get(name, 0.0) + amount * unsure
    total = abs(math.fsum(amounts))
    if total == 0:
        return 0.0
    return math.sqrt(math.fsum(each * each for each in inside.values())) / total


def combine(frame: pl.DataFrame | pl.LazyFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Give sums of emissions with their intervals.

    Parameters
    ----------
    frame
        Columns co2e_ug, sigma_ln_ppm, factor_hash, those of ``by``, and factor_id where known: its
        part before the slash is the vehicle's curve.
    by
        Columns to group by; none gives one row.

    Returns
    -------
    DataFrame
        The columns of ``by``, co2e_ug (Int128), lower_ug, upper_ug (Int128) and sigma_ln_ppm.

    Notes
    -----
    s_g = Σ co2e · σ inside one factor, s² = Σ s_g² between factors, σ = s / |Σ co2e|; the interval
    is that of a lognormal, sum · exp(∓1.96 σ), which stays on one side of zero. A sum of amounts
    of both signs may cross it and is taken as normal: sum ∓ 1.96 s.
    """
    rows = frame.lazy()
    # what is at hand is little
    engine: EngineType = "in-memory" if isinstance(frame, pl.DataFrame) else "streaming"
    told = "factor_id" if "factor_id" in rows.collect_schema().names() else "factor_hash"
    amount = pl.col("co2e_ug")
    each = rows.group_by([*by, "factor_hash"]).agg(
        amount.cast(pl.Int128).sum().alias("co2e_ug"),
        (amount.cast(pl.Float64) * pl.col("sigma_ln_ppm") / MILLIONTHS).sum().alias("_s"),
        pl.col(told).min().str.split("/").list.first().alias("_factor"),
        (amount > 0).any().alias("_more"), (amount < 0).any().alias("_less"),
    )  # fmt: skip
    keys = [*by, "_factor"]
    inside = (
        each.sort([*by, "factor_hash"])
        .group_by(keys, maintain_order=True)
        .agg(pl.col("co2e_ug", "_s").sum(), pl.col("_more", "_less").any())
        .sort(keys)
    )
    summed = [
        pl.col("co2e_ug").sum(),
        (pl.col("_s") * pl.col("_s")).sum().sqrt().alias("_s"),
        pl.col("_more", "_less").any(),
    ]
    between = (
        inside.group_by(list(by), maintain_order=True).agg(summed) if by else inside.select(summed)
    )
    total = pl.col("co2e_ug").cast(pl.Float64)
    sigma = pl.when(total == 0).then(0.0).otherwise(pl.col("_s") / total.abs())
    mixed = pl.col("_more") & pl.col("_less")
    ends = (
        pl.when(mixed).then(total + side * 1.96 * pl.col("_s"))
        .otherwise(total * (side * 1.96 * pl.col("_sigma")).exp()).alias(name)
        for name, side in (("_low", -1), ("_high", 1))
    )  # fmt: skip
    bounds = between.with_columns(sigma.alias("_sigma")).with_columns(ends)
    return (
        bounds.with_columns(
            pl.min_horizontal("_low", "_high").round().cast(pl.Int128).alias("lower_ug"),
            pl.max_horizontal("_low", "_high").round().cast(pl.Int128).alias("upper_ug"),
            (pl.col("_sigma") * MILLIONTHS)
            .clip(0, MOST_PPM)
            .round()
            .cast(pl.Int64)
            .alias("sigma_ln_ppm"),
        )
        .drop("_s", "_sigma", "_low", "_high", "_more", "_less")
        .collect(engine=engine)
    )


def spread(amount: int, sigma_ln: float) -> Interval:
    """Give the 95 % interval of one lognormal amount."""
    factor = math.exp(1.96 * sigma_ln)
    ends = sorted((amount / factor, amount * factor))
    low, high = (math.floor(abs(each) + 0.5) * (-1 if each < 0 else 1) for each in ends)
    return Interval(amount, low, high, sigma_ln)
