"""What is usual: the scale of a device from itself, the shape of its stream from all its devices.

A fault widens the limits of nobody: of the greatest figures of each hour (or day) the third, or
the one that few of them pass, is called usual, so that few faulty hours do not count.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.series import DAY, HOUR, median5

__all__ = ["Learned", "kth", "learn"]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
OWN = ("count", "days", "step", "middle", "spread")
HOURLY = ("up", "down", "residual", "above", "below", "pause", "leap")
RESTS = ("rest_zero", "rest_other")


class Learned(NamedTuple):
    """What is usual of each series, and the rows that it was learned from.

    ``usual`` has a line for each g, with the columns of schema ``usual`` from count on; null where
    there were too few readings. ``rows`` has residual and leap; ``runs`` are equal readings in a
    row.
    """

    usual: pl.DataFrame
    rows: pl.DataFrame
    runs: pl.DataFrame


def kth(value: str, share: float, least: int) -> pl.Expr:
    """Give the k-th greatest of a group, k a share of it and no less than ``least``; else null."""
    column = pl.col(value).drop_nulls().sort(descending=True)
    count = pl.col(value).drop_nulls().len()
    place = pl.max_horizontal((count * share).ceil().cast(pl.Int64), pl.lit(least)) - 1
    return pl.when(count > place).then(column.get(place, null_on_oob=True)).alias(value)


def learn(
    rows: pl.DataFrame, known: pl.DataFrame, limits: Limits, kept: pl.DataFrame | None = None
) -> Learned:
    """Give what is usual of each series.

    Parameters
    ----------
    kept
        What was learned before, schema ``usual``; it holds where it came of more readings.

    Notes
    -----
    ``residual = x - median of five``, ``leap = ln(value / value before)``; up, down, residual,
    above and below are in spreads of the device, pause in its steps.
    """
    ratio = (pl.col("value") / pl.col("prev")).log()
    same_sign = (pl.col("prev") * pl.col("value") > 0) & ~pl.col("anew")
    added = rows.with_columns(
        residual=pl.col("x") - median5("x"), leap=pl.when(same_sign).then(ratio)
    )
    own, runs = _own(added, limits), _runs(added)
    at = limits["learn"]
    stream = known.select("g", "stream")
    hours = _hours(added, own).join(stream, on="g").group_by("stream").agg(
        kth(name, at["share"], int(at["least"])) for name in HOURLY
    )  # fmt: skip
    found = (
        stream.join(own, on="g", how="left", maintain_order="left")
        .join(hours, on="stream", how="left", maintain_order="left")
        .join(_rests(runs, stream, limits["stuck"]), on="stream", how="left", maintain_order="left")
    )
    if kept is not None and kept.height:
        found = _better(found, known, kept)
    return Learned(found.drop("stream"), added, runs)


def _better(found: pl.DataFrame, known: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Give for each series what came of more readings: what was kept, or what was found now."""
    newest = kept.sort("at").unique(["stream", "device"], keep="last")
    names = (*OWN, *HOURLY, *RESTS)
    both = found.join(
        known.select("g", "stream", "device")
        .join(newest, on=["stream", "device"])
        .select("g", pl.col(names).name.suffix("_kept")),
        on="g", how="left", maintain_order="left",
    )  # fmt: skip
    more = (pl.col("count_kept") > pl.col("count").fill_null(0)).fill_null(value=False)
    return both.select(
        "g", "stream",
        *(pl.when(more).then(f"{name}_kept").otherwise(name).alias(name) for name in names),
    )  # fmt: skip


def _own(rows: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give count, step, middle and spread of each series from its own readings."""
    x = pl.col("x")
    found = (
        rows.lazy()
        .group_by("g")
        .agg(
            pl.len().cast(pl.Int64).alias("count"),
            ((pl.col("at").max() - pl.col("at").min()) / DAY).alias("days"),
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
            pl.col("leap").abs().max(),
        )
        .collect(engine="streaming")
    )
    in_spreads = blocks.join(own, on="g", how="left").with_columns(
        pl.col("up", "down", "residual") / pl.col("spread"),
        above=(pl.col("above") - pl.col("middle")) / pl.col("spread"),
        below=(pl.col("middle") - pl.col("below")) / pl.col("spread"),
        pause=pl.col("pause") / pl.col("step"),
    )
    return in_spreads.select("g", *HOURLY)


def _rests(runs: pl.DataFrame, stream: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give for each stream how long its devices usually stand at nothing and at another value."""
    longest = (
        runs.join(stream, on="g")
        .group_by("stream", "zero", "g", pl.col("since") // DAY)
        .agg(pl.col("long").max().cast(pl.Float64))
        .group_by("stream", "zero")
        .agg(kth("long", at["share"], int(at["least"])))
    )
    found = stream.select(pl.col("stream").unique())
    for name, zero in zip(RESTS, (True, False), strict=True):
        rest = longest.filter(pl.col("zero") == zero).select("stream", pl.col("long").alias(name))
        found = found.join(rest, on="stream", how="left")
    return found


def _runs(rows: pl.DataFrame) -> pl.DataFrame:
    """Give runs of at least three equal readings: g, since, until, first, last, rows, long [us]."""
    starts = (
        rows.lazy()
        .filter(~pl.col("bad"))
        .with_row_index("place")
        .filter((pl.col("prev") != pl.col("value")).fill_null(value=True))
        .select("place", "g", "at", "value", "row", "register")
        .with_columns(rows=pl.col("place").shift(-1) - pl.col("place"))
        .collect()
    )
    good = rows["bad"].len() - int(rows["bad"].sum())
    ends = starts.with_columns(
        rows=pl.col("rows").fill_null(good - pl.col("place")).cast(pl.Int64)
    ).filter(pl.col("rows") >= 3)
    kept = rows.filter(~pl.col("bad"))
    last = ends["place"] + ends["rows"] - 1
    return ends.with_columns(
        kept["at"].gather(last).alias("until"), kept["row"].gather(last).alias("last")
    ).select(
        "g", "rows", "until", "last", since="at", first="row", told="value",
        zero=pl.col("register") | (pl.col("value") == 0), long=pl.col("until") - pl.col("at"),
    )  # fmt: skip
