"""Rules of the clock: ahead of the server, behind its peers, or going wrong more and more."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.rules.lines import lines
from tanlu.monitor.quality.rules.runs import SPAN
from tanlu.monitor.quality.series import HOUR

__all__ = ["BLOCK", "clocks", "delays", "set_back"]

SECOND = 1_000_000
# the least delay of a device in a block of hours, over readings that were not kept back
BLOCK = {
    "g": pl.Int32, "block": pl.Int64, "at": pl.Int64, "until": pl.Int64, "delay": pl.Int64,
    "first": pl.UInt32, "last": pl.UInt32, "rows": pl.Int64,
}  # fmt: skip


def delays(rows: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the least delay of each series and block of hours, columns of ``BLOCK``."""
    if rows["received"].null_count() == rows.height:
        return pl.DataFrame(schema=BLOCK)
    size = int(limits["clock"]["hours"] * HOUR)
    came = pl.col("received") - pl.col("received").shift(1)
    # what was kept back while nobody listened comes faster than it was taken
    live = (pl.col("g") == pl.col("g").shift(1)) & (came > limits["clock"]["live"] * pl.col("dt"))
    return (
        rows.lazy()
        .filter(live)
        .with_columns(block=pl.col("at") // size, delay=pl.col("received") - pl.col("at"))
        .group_by("g", "block")
        .agg(
            pl.col("at").min(),
            pl.col("at").max().alias("until"),
            pl.col("delay").min(),
            pl.col("row").min().alias("first"),
            pl.col("row").max().alias("last"),
            pl.len().alias("rows"),
        )
        .select(pl.col(name).cast(kind) for name, kind in BLOCK.items())
        .collect(engine="streaming")
        .sort("g", "block")
    )


def clocks(blocks: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the spans in which a device's clock is ahead, behind its peers, or drifts.

    Equation: ``delay = received - at``; the least of a block is the clock's error and the shortest
    way. Drift [ppm] is the slope of a straight line through it.
    """
    at = limits["clock"]
    if blocks.is_empty():
        return pl.DataFrame(schema=SPAN)
    trends = _trends(blocks, at)
    steady = blocks.join(trends.select("g"), on="g", how="anti")
    both = [_off(steady, known, at), trends]
    return pl.concat(
        each.select(pl.col(name).cast(kind) for name, kind in SPAN.items()) for each in both
    ).sort("g", "since")


def _off(blocks: pl.DataFrame, known: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give the spans of blocks in which a clock is ahead, or behind those of its stream."""
    ahead = pl.col("delay") < -at["ahead_s"] * SECOND
    most = pl.col("usual").clip(lower_bound=0) + at["behind_s"] * SECOND
    new = (pl.col("g") != pl.col("g").shift(1)) | (pl.col("block") > pl.col("block").shift(1) + 1)
    worst = (pl.col("delay") - pl.col("usual")).abs().arg_max()
    return (
        blocks.join(known.select("g", "stream"), on="g", maintain_order="left")
        .with_columns(usual=pl.col("delay").median().over("stream"))
        .filter(ahead | (pl.col("delay") > most))
        .with_columns(run=new.fill_null(value=True).cum_sum())
        .group_by("run", "g", maintain_order=True)
        .agg(
            pl.col("at").min().alias("since"),
            pl.col("until").max(),
            pl.col("first").min(),
            pl.col("last").max(),
            pl.col("rows").sum(),
            (pl.col("delay").get(worst) / SECOND).alias("value"),
            (pl.col("usual").first() / SECOND).alias("usual"),
        )
        .with_columns(
            rule=pl.lit("clock"),
            lower=pl.lit(-at["ahead_s"]),
            upper=pl.col("usual").clip(lower_bound=0) + at["behind_s"],
            statistic=pl.col("value") - pl.col("usual"),
            note=pl.lit("unit=s"),
        )
    )


def set_back(rows: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the readings that a clock puts before the one that was read before them.

    The span is the time that was told twice; value and statistic are by how much [s].
    """
    back = (pl.col("at").shift(1) - pl.col("at")) / SECOND
    same = pl.col("g") == pl.col("g").shift(1)
    return (
        rows.lazy()
        .select("g", "row", "at", back=pl.when(same).then(back), before=pl.col("at").shift(1))
        .filter(pl.col("back") > limits["clock"]["ahead_s"])
        .with_columns(
            rule=pl.lit("clock"),
            since=pl.col("at"),
            until=pl.col("before"),
            first=pl.col("row"),
            last=pl.col("row"),
            rows=pl.lit(1),
            value=-pl.col("back"),
            lower=pl.lit(0.0),
            upper=pl.lit(None),
            statistic=-pl.col("back"),
            note=pl.lit("set back unit=s"),
        )
        .select(pl.col(name).cast(kind) for name, kind in SPAN.items())
        .collect()
    )


def _trends(blocks: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    whole = blocks.group_by("g").agg(
        pl.col("at").min().alias("since"),
        pl.col("until").max(),
        pl.col("first").min(),
        pl.col("last").max(),
        pl.col("rows").sum(),
    )
    return (
        lines(blocks, pl.col("at") / SECOND, pl.col("delay") / SECOND)
        .join(whole, on="g")
        .filter(pl.col("n") >= at["blocks"])
        .with_columns(change=pl.col("slope") * (pl.col("until") - pl.col("since")) / SECOND)
        .filter(
            (pl.col("slope").abs() > at["ppm"] / 1e6)
            & (pl.col("change").abs() > at["trend_s"])
            & (pl.col("slope").abs() > at["sure"] * pl.col("error"))
        )
        .with_columns(
            rule=pl.lit("clock"),
            value=pl.col("slope") * 1e6,
            lower=pl.lit(-at["ppm"]),
            upper=pl.lit(at["ppm"]),
            statistic=pl.col("change"),
            note=pl.lit("unit=ppm"),
        )
    )
