"""The interval that Monte Carlo would find, without drawing: exact variance, leading skewness."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.doubt.arrays import Shared, shared
from tanlu.account.doubt.extra import numbers
from tanlu.account.doubt.linear import MILLIONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.account.doubt.apart import Causes

__all__ = ["moments"]

BLOCK = 1_000
# below this a shifted lognormal is a normal, and the difference of two large numbers
FLAT = 1e-6


def moments(found: Causes, by: Sequence[str] = ()) -> pl.DataFrame:
    """Give sums with the interval that Monte Carlo would find, without drawing.

    Parameters
    ----------
    found
        As ``causes`` gives it.
    by
        Columns to cut by, of those that the causes were asked for.

    Returns
    -------
    DataFrame
        As ``approach_1``: the columns of ``by``, ``co2e_ug``, ``lower_ug``, ``upper_ug`` (Int128)
        and ``sigma_ln_ppm``.

    Raises
    ------
    TanluError
        TL002 without the extra ``account``.

    Notes
    -----
    V = Σ_gh x_g x_h (e^{C_gh} − 1) + Σ_o Σ_{gh of o} x_g x_h e^{C_gh} (e^{σ_o²} − 1), with
    C_gh = Σ_c σ_gc σ_hc over the causes that cases g and h share, and owners o. The interval is
    that of a shifted lognormal, x + k (exp(±1.96 τ − τ²/2) − 1) with k² = V / (e^{τ²} − 1), whose
    skewness is that of the sum to leading order: τ = Σ_i xᵢ (Σ_c σ_ic a_c)² / (Σ_c a_c²)^{3/2},
    a_c = Σ_i xᵢ σ_ic, c over shared causes and owners. For one cause τ is its σ.
    """
    arrays = shared(found)
    keys = list(by)
    rows = found.rows if keys else found.rows.with_columns(pl.lit(0).alias("_all"))
    names = keys or ["_all"]
    cut = []
    parts = (
        rows.group_by(names, maintain_order=True) if rows.height or keys else [((0,), rows)]
    )  # fmt: skip
    for key, part in parts:
        exact = int(part["exact"].sum() or 0)
        ends = _interval(float(exact), *_shape(arrays, part))
        cut.append((*key, exact, *ends))
    shape = {name: rows.schema[name] for name in names}
    whole = {"co2e_ug": pl.Int128, "lower_ug": pl.Int128, "upper_ug": pl.Int128}
    table = pl.DataFrame(cut, schema={**shape, **whole, "sigma_ln_ppm": pl.Int64}, orient="row")
    return table.sort(names).select(*keys, *whole, "sigma_ln_ppm")


def _interval(total: float, variance: float, skew: float) -> tuple[int, int, int]:
    """Give both ends [µg] and σ of ln [ppm] of a sum with this variance and skewness."""
    deviation = math.sqrt(max(variance, 0.0))
    if abs(skew) < FLAT:
        ends = [total + side * 1.96 * deviation for side in (-1, 1)]
    else:
        scale = math.copysign(deviation / math.sqrt(math.expm1(skew * skew)), skew)
        half = skew * skew / 2
        ends = [total + scale * math.expm1(side * 1.96 * skew - half) for side in (-1, 1)]
    relative = variance / (total * total) if total else 0.0
    return (
        round(min(ends)),
        round(max(ends)),
        round(math.sqrt(math.log1p(max(relative, 0.0))) * MILLIONTHS),
    )


def _shape(every: Shared, found: pl.DataFrame) -> tuple[float, float]:
    """Give variance [µg²] and skewness τ of the sum of some rows."""
    np = numbers("numpy")
    lots = found.group_by("case").agg(pl.col("exact").sum()).sort("case").with_row_index("_place")
    # only the cases that occur: the covariance grows with their square
    arrays, cases = every.only(lots["case"].to_numpy()), lots.height
    rows = found.join(lots.select("case", "_place"), on="case").with_columns(
        pl.col("_place").alias("case")
    )
    amounts = lots["exact"].cast(pl.Float64).to_numpy()
    own = (
        rows.group_by("own", "case")
        .agg(pl.col("exact").sum().cast(pl.Float64).alias("amount"), pl.col("own_sigma").max())
        .sort("own", "case")
    )
    pairs = _pairs(own)
    total = 0.0
    for start in range(0, cases, BLOCK):
        stop = min(start + BLOCK, cases)
        covariance = arrays.covariance(start, stop)
        total += amounts[start:stop] @ (np.expm1(covariance) @ amounts)
        mine = pairs.filter(pl.col("case").is_between(start, stop, closed="left"))
        first, second = mine["case"].to_numpy() - start, mine["case_other"].to_numpy()
        total += (mine["weight"].to_numpy() * np.exp(covariance[first, second])).sum()
    return float(total), _skew(arrays, amounts, own)


def _skew(arrays: Shared, amounts: Any, own: pl.DataFrame) -> float:
    np = numbers("numpy")
    sigma = arrays.every()
    pull = sigma.T @ amounts
    mine = own.with_columns(
        (pl.col("amount") * pl.col("own_sigma")).sum().over("own").alias("_pull")
    )
    square = mine.group_by("own", maintain_order=True).agg(pl.col("_pull").first())["_pull"] ** 2
    variance = float(pull @ pull) + float(square.sum())
    if variance <= 0:
        return 0.0
    along = (sigma @ pull)[mine["case"].to_numpy()]
    along = along + (mine["own_sigma"] * mine["_pull"]).to_numpy()
    third = float(np.dot(mine["amount"].to_numpy(), along * along))
    return float(third / variance**1.5)


def _pairs(own: pl.DataFrame) -> pl.DataFrame:
    """Give Σ x_g x_h (e^{σ_o²} − 1) over the owners of each pair of cases."""
    each = own.filter(pl.col("own_sigma") > 0)
    wide = (pl.col("own_sigma") * pl.col("own_sigma")).exp() - 1
    return (
        each.join(each.select("own", "case", "amount"), on="own", suffix="_other")
        .sort("own", "case", "case_other")
        .group_by("case", "case_other", maintain_order=True)
        .agg((pl.col("amount") * pl.col("amount_other") * wide).sum().alias("weight"))
        .sort("case", "case_other")
    )
