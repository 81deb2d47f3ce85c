"""Rule of units: a level that leaps by 1000, 3600, 3.6 … and stays, and since when."""

from __future__ import annotations

import math

import polars as pl

from tanlu.monitor.quality.learned import Learned
from tanlu.monitor.quality.limits import Limits, factors
from tanlu.monitor.quality.rules.runs import SPAN

__all__ = ["slips"]


def slips(learned: Learned, limits: Limits) -> pl.DataFrame:
    """Give the spans in which a device told another unit: leap by a factor, later the leap back.

    A factor is sought only where the leaps that are usual in the stream stay far below it. Of a
    leap that is never undone the shorter side is wrong.

    Notes
    -----
    ``leap = ln(value / value before)``; a factor f fits when ``|leap - ln f| < clip(usual leap,
    close |ln f|, near |ln f|)`` and ``|ln f| > sure · usual leap``.
    """
    leaps = _leaps(learned, limits)
    if leaps.is_empty():
        return pl.DataFrame(schema=SPAN)
    ends = learned.rows.group_by("g").agg(
        pl.col("row").min().alias("row_min"), pl.col("row").max().alias("row_max")
    )
    same = pl.col("g").shift(-1) == pl.col("g")
    undone = (pl.col("leap") + pl.col("leap").shift(-1)).abs() < pl.col("room")
    paired = leaps.with_columns(
        close=pl.when(same & undone).then(pl.col("row").shift(-1)),
    ).with_columns(
        closes=(pl.col("close").shift(1) == pl.col("row")).fill_null(value=False),
    )
    # a leap that undoes one before it begins nothing
    at_once = (pl.col("pause") <= limits["slip"]["pause"]) | (
        pl.col("factor").log().abs() >= math.log(limits["slip"]["great"])
    )
    opened = paired.filter(~pl.col("closes"), pl.col("close").is_not_null() | at_once).join(
        ends, on="g"
    )
    after = pl.col("row_max") + 1 - pl.col("row")
    before = pl.col("row") - pl.col("row_min")
    late = pl.col("close").is_null() & (before < after)
    found = opened.with_columns(
        begin=pl.when(late).then("row_min").otherwise("row"),
        stop=pl.when(late).then("row").otherwise(pl.col("close").fill_null(pl.col("row_max") + 1)),
        leap=pl.when(late).then(-pl.col("leap")).otherwise("leap"),
        factor=pl.when(late).then(1 / pl.col("factor")).otherwise("factor"),
    ).filter(pl.col("stop") - pl.col("begin") >= limits["slip"]["rows"])
    return _told(_lasting(found, learned.rows, limits["slip"]["lasting"]), learned.rows)


def _lasting(found: pl.DataFrame, rows: pl.DataFrame, share: float) -> pl.DataFrame:
    """Leave out a leap that nothing undid where its level did not last either."""
    alone = found.filter(pl.col("close").is_null()).select("g", "row", "begin", "stop", "leap")
    if alone.is_empty():
        return found
    level = pl.when(pl.col("value") != 0).then(pl.col("value").abs()).log()
    inside = (pl.col("row_right") >= pl.col("begin")) & (pl.col("row_right") < pl.col("stop"))
    kept = (
        alone.lazy()
        .join(rows.lazy().select("g", level=level, row_right="row"), on="g")
        .group_by("g", "row", "leap")
        .agg(
            (
                pl.col("level").filter(inside).median() - pl.col("level").filter(~inside).median()
            ).alias("apart")
        )
        .filter((pl.col("apart") - pl.col("leap")).abs() < share * pl.col("leap").abs())
        .select("row")
        .collect()
    )
    return found.filter(pl.col("close").is_not_null() | pl.col("row").is_in(kept["row"].implode()))


def _leaps(learned: Learned, limits: Limits) -> pl.DataFrame:
    """Give the readings that leap by a factor: g, row, leap, factor, room, pause [steps]."""
    least = min(abs(math.log(factor)) for factor in factors()) * (1 - limits["slip"]["near"])
    leapt = learned.rows.lazy().filter(pl.col("leap").abs() > least)
    usual = learned.usual.lazy().select("g", "step", usual="leap")
    at = limits["slip"]
    log = pl.col("log").abs()
    room = pl.col("usual").clip(at["close"] * log, at["near"] * log)
    table = pl.LazyFrame(
        {"factor": list(factors()), "log": [math.log(factor) for factor in factors()]}
    )
    return (
        leapt.select("g", "row", "leap", "dt")
        .join(usual, on="g")
        .with_columns(pause=pl.col("dt") / pl.col("step"))
        .join(table, how="cross")
        .with_columns(room=room, miss=(pl.col("leap") - pl.col("log")).abs())
        .filter((pl.col("miss") < pl.col("room")) & (log > at["sure"] * pl.col("usual")))
        .sort("row", "miss")
        .unique("row", keep="first", maintain_order=True)
        .select("g", "row", "leap", "factor", "room", "pause")
        .collect()
    )


def _told(found: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    offset = rows["row"].min() or 0
    begin, last = found["begin"] - offset, found["stop"] - 1 - offset
    return (
        found.with_columns(
            rule=pl.lit("slip"),
            since=rows["at"].gather(begin),
            until=rows["at"].gather(last),
            first=pl.col("begin"),
            last=pl.col("stop") - 1,
            rows=pl.col("stop").cast(pl.Int64) - pl.col("begin").cast(pl.Int64),
            value=pl.col("leap").exp(),
            lower=(pl.col("leap") - pl.col("room")).exp(),
            upper=(pl.col("leap") + pl.col("room")).exp(),
            statistic=pl.col("leap"),
            note=pl.format("factor={}", "factor"),
        )
        .select(pl.col(name).cast(kind) for name, kind in SPAN.items())
        .sort("first")
    )
