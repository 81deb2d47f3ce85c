"""Packaging and reusable boxes, whole columns at once: what a use costs, and when a pool pays.

A box is made and disposed of once and used N times; at each trip a share L is lost, and after M
trips it is worn out. The mean number of uses is E[N] = (1 − (1 − L)^M) / L, which is M without
loss. One use costs (make + end of life) / E[N] + washing + the way back. A pool pays from the
first n at which (make + end of life) / E[n] is below what a single-use box costs more than a trip:
n* = ln(1 − L·N*) / ln(1 − L) with N* = (make + end of life) / (single − wash − back), and never
where the divisor is not positive or L·N* ≥ 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account.unquantified import unanswered
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Boxes", "boxes", "mean_uses", "packaging"]

MILLIONTHS = 1e6
# the columns of a comparison where nothing is compared
NO_COMPARISON = (
    *(pl.lit(None, pl.Float64).alias(name) for name in ("turns", "turns_at")),
    *(pl.lit(None, pl.Int64).alias(f"saved{end}_ug") for end in ("", "_lower", "_upper")),
    pl.lit(None, pl.String).alias("verdict"),
)


class Boxes(NamedTuple):
    """The rows with what a use costs, and findings (TL534) of rows that have no answer."""

    rows: pl.DataFrame
    findings: pl.DataFrame


def packaging(
    masses: pl.DataFrame, factors: pl.DataFrame, stages: Sequence[str] | None = None
) -> pl.DataFrame:
    """Give the footprint of packaging by stage: E = Σ_stage Σ_i M_i · EF_i.

    Parameters
    ----------
    masses
        One row a box: columns of what it consumes, named after the materials (or energy), in
        whole units of what the factor is per [mg for g/kg, J for g/MJ].
    factors
        stage, material, g_per_kg [g per 1,000,000 units of the column].
    stages
        Stages to count; all of ``factors`` by default. The formula as S3 prints it counts
        material, making and disposal; its own text counts transport and use too.

    Returns
    -------
    DataFrame
        The masses with ``<stage>_ug`` and ``co2e_ug`` [µg, int64], their sum.

    Raises
    ------
    TanluError
        TL534 for a factor of a material that has no column, or a negative mass.
    """
    told = factors if stages is None else factors.filter(pl.col("stage").is_in(list(stages)))
    strange = sorted(set(told["material"]) - set(masses.columns))
    if strange:
        raise TanluError("TL534", value=strange[0], why="no such column")
    used = sorted(set(told["material"]))
    low = masses.select(pl.min_horizontal(pl.col(used).min())).item() if used else 0
    if low is not None and low < 0:
        raise TanluError("TL534", value=low, why="a mass is negative")
    order = list(told["stage"].unique(maintain_order=True))
    sums = []
    for stage in order:
        parts = told.filter(stage=stage).select("material", "g_per_kg").iter_rows()
        grams = pl.sum_horizontal(pl.col(name) * float(each) for name, each in parts)
        sums.append(_whole(grams).alias(f"{stage}_ug"))
    found = masses.with_columns(sums)
    return found.with_columns(pl.sum_horizontal(f"{stage}_ug" for stage in order).alias("co2e_ug"))


def mean_uses(loss: pl.Expr, life: pl.Expr) -> pl.Expr:
    """Give the mean number of uses of a box: loss a trip [1] and technical life [uses].

    E[N] = (1 − (1 − L)^M) / L. With t = tanh(−M·ln(1 − L) / 2), 1 − (1 − L)^M is 2t / (1 + t),
    which keeps its digits for the smallest loss.
    """
    half = (life * (-loss).log1p() * -0.5).tanh()
    return pl.when(loss > 0).then(half * 2 / ((half + 1) * loss)).otherwise(life)


def boxes(frame: pl.DataFrame) -> Boxes:
    """Give what one use of each reusable box costs, when it pays, and what it saves.

    Parameters
    ----------
    frame
        make_ug, end_ug (once a box), wash_ug, back_ug (each use) [µg], loss_ppm [ppm a trip], life
        [uses]; single_ug, what one use of the single-use box costs, where they are compared; and
        fixed_sigma, run_sigma, single_sigma [σ of ln], 0 by default.

    Returns
    -------
    Boxes
        ``rows``: the frame with uses (E[N]), use_ug [µg, int64], turns (N* without loss), turns_at
        (n* with loss; null for never), verdict (``reached``, ``beyond_life``, ``never``), saved_ug
        with saved_lower_ug, saved_upper_ug: single-use less pool a use, 95 %.

    Notes
    -----
    The saving is a difference that may change its sign, so its interval is that of a normal:
    ± 1.96·sqrt((fixed/E[N]·σ_f)² + (run·σ_r)² + (single·σ_s)²), IPCC 2006 vol. 1 ch. 3.
    """
    have = set(frame.columns)

    def of(name: str) -> pl.Expr:
        known = pl.col(name).cast(pl.Float64) if name in have else pl.lit(None, pl.Float64)
        return known.fill_null(0.0) if name.endswith("_sigma") else known

    loss, life = of("loss_ppm") / MILLIONTHS, of("life")
    fixed, run, single = (
        of("make_ug") + of("end_ug"),
        of("wash_ug") + of("back_ug"),
        of("single_ug"),
    )
    right = loss.is_between(0, 1) & (life >= 1) & (fixed >= 0) & (run >= 0)
    right = right.fill_null(value=False) & (single >= 0).fill_null(value=True)
    rows = frame.with_columns(pl.when(right).then(mean_uses(loss, life)).alias("uses"))
    once = fixed / pl.col("uses")
    use = once + run
    if "single_ug" not in have:
        return _answered(rows.with_columns(_whole(use).alias("use_ug"), *NO_COMPARISON))
    gain = single - run
    turns = pl.when(right & (gain > 0)).then(fixed / gain)
    lost = loss * turns
    at = (
        pl.when(loss <= 0)
        .then(turns)
        .when(lost < 1)
        .then((-lost).log1p() / (-loss).log1p())
        .when((loss >= 1) & (turns <= 1))
        .then(turns)
    )
    spread = (
        (once * of("fixed_sigma")) ** 2
        + (run * of("run_sigma")) ** 2
        + (single * of("single_sigma")) ** 2
    ).sqrt() * 1.96
    rows = rows.with_columns(
        _whole(use).alias("use_ug"), turns.alias("turns"), at.alias("turns_at"),
        _whole(single - use).alias("saved_ug"),
        _whole(single - use - spread).alias("saved_lower_ug"),
        _whole(single - use + spread).alias("saved_upper_ug"),
    )  # fmt: skip
    rows = rows.with_columns(
        pl.when(pl.col("use_ug").is_null() | single.is_null())
        .then(None)
        .when(pl.col("turns_at").is_null())
        .then(pl.lit("never"))
        .when(pl.col("turns_at") > life)
        .then(pl.lit("beyond_life"))
        .otherwise(pl.lit("reached"))
        .alias("verdict")
    )
    return _answered(rows)


def _answered(rows: pl.DataFrame) -> Boxes:
    return Boxes(rows, unanswered(rows["use_ug"], "TL534", "box"))


def _whole(value: pl.Expr) -> pl.Expr:
    return (value.sign() * (value.abs() + 0.5).floor()).cast(pl.Int64, strict=False)
