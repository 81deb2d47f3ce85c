"""Rule of channels: two devices of one stream that tell the same values at the same times."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.quality.learned import Learned
from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.rules.runs import SPAN
from tanlu.monitor.quality.series import HOUR

__all__ = ["telling", "twins"]


def telling(learned: Learned, known: pl.DataFrame, every: int = 1) -> pl.DataFrame:
    """Give the readings that tell something (no nothing, another value than before).

    Parameters
    ----------
    every
        Of these one in so many, the same of every device.

    Returns
    -------
    DataFrame
        g, at, row, key: what a reading of another device is compared by, the value and the time
        in steps of the stream.
    """
    steps = (
        known.join(learned.usual.select("g", "step"), on="g", how="left")
        .with_columns(pl.coalesce(pl.col("step_us").cast(pl.Float64), "step").alias("step"))
        .with_columns(pl.col("step").median().over("stream"))
        .select("g", "step", code=pl.col("stream").hash())
        .sort("g")
    )
    told = (pl.col("value") != pl.col("prev")) & (pl.col("value") != 0)
    kept = learned.rows.lazy().select("g", "at", "row", "value", told=told).filter("told").collect()
    place = kept["g"] - (steps["g"].min() or 0)
    step, code = steps["step"].gather(place), steps["code"].gather(place)
    tick = (kept["at"] / step).round().cast(pl.Int64)
    key = kept.select(pl.struct("value", tick.alias("tick"), code.alias("code")).hash())
    found = kept.select("g", "at", "row").with_columns(key.to_series().alias("key"))
    return found if every == 1 else found.filter(pl.col("key") % every == 0)


def twins(told: pl.DataFrame, leaps: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the spans in which two devices told the same.

    Parameters
    ----------
    told
        What `telling` gave.
    leaps
        Columns g, at: readings that another rule of single readings does not believe. Of two
        devices the one that leaps into the span or out of it is the copy; else both are named.
    """
    at = limits["twin"]
    equal = told.filter(pl.col("key").is_duplicated())
    if equal.is_empty():
        return pl.DataFrame(schema=SPAN)
    few = equal.filter(pl.len().over("key") <= at["crowd"])
    pairs = (
        few.lazy()
        .join(few.lazy().select("key", other="g"), on="key")
        .filter(pl.col("g") != pl.col("other"))
        .sort("g", "other", "at")
    )
    new = (
        (pl.col("g") != pl.col("g").shift(1))
        | (pl.col("other") != pl.col("other").shift(1))
        | (pl.col("at") - pl.col("at").shift(1) > at["hours"] * HOUR)
    )
    runs = (
        pairs.with_columns(run=new.fill_null(value=True).cum_sum())
        .group_by("run", "g", "other")
        .agg(
            pl.len().alias("rows"),
            pl.col("at").min().alias("since"),
            pl.col("at").max().alias("until"),
            pl.col("row").min().alias("first"),
            pl.col("row").max().alias("last"),
        )
        .filter(pl.col("rows") >= at["rows"])
        .collect()
    )
    return _named(_shared(runs, told, at["share"]), leaps)


def _shared(runs: pl.DataFrame, told: pl.DataFrame, share: float) -> pl.DataFrame:
    """Keep the spans in which most of what the device told was also told by the other."""
    mine = told.lazy().filter(pl.col("g").is_in(runs["g"].unique().implode()))
    of = (
        runs.lazy()
        .select("run", "g", "since", "until")
        .join(mine.select("g", "at"), on="g")
        .filter(pl.col("at").is_between("since", "until"))
        .group_by("run")
        .agg(pl.len().alias("of"))
        .collect()
    )
    return runs.join(of, on="run").filter(pl.col("rows") >= share * pl.col("of"))


def _named(runs: pl.DataFrame, leaps: pl.DataFrame) -> pl.DataFrame:
    if runs.is_empty():
        return pl.DataFrame(schema=SPAN)
    leapt = (
        runs.select("run", "g", "since", "until")
        .join(leaps.select("g", "at"), on="g")
        .filter(
            ((pl.col("at") - pl.col("since")).abs() < HOUR)
            | ((pl.col("at") - pl.col("until")).abs() < HOUR)
        )["run"]
        .unique()
    )
    marked = runs.with_columns(leapt=pl.col("run").is_in(leapt.implode()))
    pair = [
        pl.min_horizontal("g", "other"),
        pl.max_horizontal("g", "other"),
        pl.col("since") // HOUR,
    ]
    any_leapt = pl.col("leapt").any().over(pair)
    return (
        marked.filter(pl.col("leapt") | ~any_leapt)
        .with_columns(
            rule=pl.lit("twin"),
            value=pl.col("rows") / pl.col("of"),
            lower=pl.lit(0.0),
            upper=pl.lit(1.0),
            statistic=pl.col("rows").cast(pl.Float64),
            note=pl.format("other={}", "other"),
        )
        .select(pl.col(name).cast(kind) for name, kind in SPAN.items())
        .sort("g", "since")
    )
