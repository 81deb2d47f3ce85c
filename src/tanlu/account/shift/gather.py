"""Bring two sets of emissions to what a comparison needs: classes of each stage and their doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.sums import total

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

__all__ = ["SIX", "UNSTAGED", "classes", "spreads", "usable"]

SIX = ("production", "warehousing", "trunk", "delivery", "returns", "disposal")
UNSTAGED = "unassigned"
CLASS = ("kind", "vehicle_class", "energy_carrier", "temperature_class")
# what counts how much was done, the first that both periods know
AMOUNTS = ("transport_kgm", "mass_mg", "count", "energy_j", "rows")
UNKNOWN = tuple(f"no_{name}" for name in AMOUNTS[:-1])
NEEDED = (
    *("activity_id", "share_key", "stage", "profile", "basis", "gwp_set", "boundary", "co2e_ug"),
    *("sigma_ln_ppm", "factor_id", "factor_hash", *CLASS, *AMOUNTS[:-1]),
)


def usable(
    before: pl.DataFrame | pl.LazyFrame, after: pl.DataFrame | pl.LazyFrame
) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """Give the rows of both states that may be summed, and the boundary of those that may not.

    An avoided emission is no negative emission: such rows are left out and told.

    Raises
    ------
    TanluError
        TL512 for several profiles, GWP sets or bases.
    """
    frames = [
        rows.select(*_needed(rows), pl.lit(number).alias("side"))
        for number, rows in enumerate((before.lazy(), after.lazy()))
    ]
    both = pl.concat(frames).with_columns(pl.col("stage").fill_null(UNSTAGED))
    avoided = (pl.col("co2e_ug") < 0).fill_null(value=False)
    avoided = avoided | (pl.col("boundary") == "avoided").fill_null(value=False)
    kept = both.filter(~avoided)
    total(kept)
    return kept, both.filter(avoided).select("boundary").collect(engine="streaming")


def _needed(rows: pl.LazyFrame) -> list[pl.Expr]:
    have = set(rows.collect_schema().names())
    return [
        pl.col(name) if name in have
        else pl.lit(None, pl.Int64 if name in AMOUNTS else pl.String).alias(name)
        for name in NEEDED
    ]  # fmt: skip


def classes(rows: pl.LazyFrame) -> pl.DataFrame:
    """Give emission and amount of each class of a stage in both states, in one unit for both."""
    # an activity has a row for each boundary and gas: its amount counts once
    once = ["side", "stage", *CLASS, "activity_id", "share_key"]
    each = rows.group_by(once).agg(
        pl.col("co2e_ug").cast(pl.Int128).sum(), *(pl.col(name).max() for name in AMOUNTS[:-1])
    )
    summed = (
        each.group_by("side", "stage", *CLASS)
        .agg(
            pl.col("co2e_ug").sum(),
            *(pl.col(name).cast(pl.Int128).sum() for name in AMOUNTS[:-1]),
            *(pl.col(name).null_count().alias(f"no_{name}") for name in AMOUNTS[:-1]),
            pl.len().cast(pl.Int128).alias("rows"),
        )
        .collect(engine="streaming")
    )
    first, last = (
        summed.filter(pl.col("side") == side).drop("side").rename(
            {name: f"{word}_{name}" for name in ("co2e_ug", *AMOUNTS, *UNKNOWN)}
        )
        for side, word in enumerate(("before", "after"))
    )  # fmt: skip
    joined = first.join(last, on=["stage", *CLASS], how="full", nulls_equal=True, coalesce=True)
    joined = joined.with_columns(
        pl.col(f"{word}_{name}").fill_null(0)
        for word in ("before", "after")
        for name in ("co2e_ug", *AMOUNTS)
    )
    gone, come = pl.col("before_rows") == 0, pl.col("after_rows") == 0
    unit: pl.Expr = pl.lit("rows")
    for name in reversed(AMOUNTS[:-1]):
        # what only a part of the rows tells is no measure of all of them
        told = {
            word: (pl.col(f"{word}_{name}") > 0) & (pl.col(f"{word}_no_{name}") == 0)
            for word in ("before", "after")
        }
        has = (gone | told["before"]) & (come | told["after"])
        unit = pl.when(has).then(pl.lit(name)).otherwise(unit)
    joined = joined.with_columns(unit.alias("unit"))
    picked = [
        pl.coalesce(pl.when(pl.col("unit") == n).then(f"{word}_{n}") for n in AMOUNTS).alias(
            f"{word}_amount"
        )
        for word in ("before", "after")
    ]
    return joined.select(
        "stage", *CLASS, "unit", *picked,
        pl.col("before_co2e_ug").alias("before_ug"), pl.col("after_co2e_ug").alias("after_ug"),
        pl.col("before_rows").alias("rows_before"), pl.col("after_rows").alias("rows_after"),
    ).sort("stage", *CLASS, nulls_last=True)  # fmt: skip


def spreads(rows: pl.LazyFrame, grow: Fraction, *, whole_sum: bool = False) -> Mapping[str, float]:
    """Give the standard deviation of the saving of each stage [µg], or of the whole under "".

    What rests on one factor before and after errs together, so its error cancels in the saving as
    far as the amounts do; different factors err apart (IPCC 2006 vol. 1 ch. 3, approach 1).
    """
    sign = pl.when(pl.col("side") == 0).then(float(grow)).otherwise(-1.0)
    amount = sign * pl.col("co2e_ug").cast(pl.Float64) * pl.col("sigma_ln_ppm") / 1e6
    factor = pl.coalesce("factor_id", "factor_hash").str.split("/").list.first()
    stage = pl.lit("") if whole_sum else pl.col("stage")
    by_factor = (
        rows.group_by(stage.alias("stage"), factor.alias("factor"))
        .agg(amount.sum().alias("s"))
        .sort("stage", "factor")
        .collect(engine="streaming")
    )
    found = by_factor.group_by("stage", maintain_order=True).agg(
        (pl.col("s") * pl.col("s")).sum().sqrt()
    )
    return dict(found.iter_rows())
