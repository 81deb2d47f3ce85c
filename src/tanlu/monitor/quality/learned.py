"""What is usual: the scale of a device from itself, the shape of its stream from all its devices.

A fault widens the limits of nobody: of the greatest figures of each hour the third, or the one
that two hours in a hundred pass, is called usual, so that few faulty hours do not count.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.series import HOUR, median5

__all__ = ["Learned", "kth", "learn"]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
SHAPES = ("up", "down", "residual", "above", "below", "pause")


class Learned(NamedTuple):
    """What is usual of each series, and the rows with the residual that it was learned from."""

    usual: pl.DataFrame
    rows: pl.DataFrame


def kth(value: str, share: float, least: int) -> pl.Expr:
    """Give the k-th greatest of a group, k a share of it and no less than ``least``; else null."""
    column = pl.col(value).drop_nulls().sort(descending=True)
    count = pl.col(value).drop_nulls().len()
    place = pl.max_horizontal((count * share).ceil().cast(pl.Int64), pl.lit(least)) - 1
    return pl.when(count > place).then(column.get(place, null_on_oob=True))


def learn(rows: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> Learned:
    """Give what is usual of each series.

    Returns
    -------
    Learned
        ``usual``: one line a series with g, count, step [us], middle, spread (5th to 95th part in
        a hundred of x), and of its stream in spreads: up, down [1/s], residual, above, below; and
        pause in steps; null where there are too few readings. ``rows``: with residual.
    """
    with_residual = rows.with_columns(residual=pl.col("x") - median5("x"))
    own = _own(with_residual, limits)
    hours = _hours(with_residual, own)
    at = limits["learn"]
    stream = known.select("g", "stream")
    shapes = (
        hours.join(stream, on="g")
        .group_by("stream")
        .agg(kth(name, at["share"], int(at["least"])) for name in SHAPES)
    )
    usual = (
        known.select("g", "stream")
        .join(own, on="g", how="left", maintain_order="left")
        .join(shapes, on="stream", how="left", maintain_order="left")
    )
    return Learned(usual, with_residual)


def _own(rows: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give count, step, middle and spread of each series from its own readings."""
    x = pl.col("x")
    found = (
        rows.lazy()
        .group_by("g")
        .agg(
            pl.len().cast(pl.Int64).alias("count"),
            pl.col("dt").median().alias("step"),
            x.quantile(MIDDLE).alias("middle"),
            (x.quantile(HIGH) - x.quantile(LOW)).alias("spread"),
        )
        .collect(engine="streaming")
    )
    enough = (pl.col("count") >= limits["learn"]["rows"]) & (pl.col("spread") > 0)
    return found.with_columns(
        pl.when(enough).then("spread").alias("spread"),
        pl.when(pl.col("count") > 2).then("step").alias("step"),
    )


def _hours(rows: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Give the greatest figures of each series and hour, in spreads of the series."""
    rate = pl.col("d") / pl.col("dt") * 1e6
    moved = pl.when(pl.col("dt") > 0).then(rate)
    blocks = (
        rows.lazy()
        .with_columns(rate=moved, hour=pl.col("at") // HOUR)
        .group_by("g", "hour")
        .agg(
            pl.col("rate").max().alias("up"),
            (-pl.col("rate")).max().alias("down"),
            pl.col("residual").abs().max().alias("residual"),
            pl.col("x").max().alias("above"),
            pl.col("x").min().alias("below"),
            pl.col("dt").max().alias("pause"),
        )
        .collect(engine="streaming")
    )
    in_spreads = blocks.join(own, on="g", how="left").with_columns(
        pl.col("up", "down", "residual") / pl.col("spread"),
        above=(pl.col("above") - pl.col("middle")) / pl.col("spread"),
        below=(pl.col("middle") - pl.col("below")) / pl.col("spread"),
        pause=pl.col("pause") / pl.col("step"),
    )
    return in_spreads.select("g", "hour", *SHAPES)
