"""Rules between devices: a meter and those below it, a meter and its peers, a level of its own."""

from __future__ import annotations

import math

import polars as pl

from tanlu.monitor.quality.limits import Limits, factors
from tanlu.monitor.quality.rules.lines import lines
from tanlu.monitor.quality.rules.runs import SPAN
from tanlu.monitor.quality.series import DAY

__all__ = ["DAILY", "balances", "daily", "drifts", "strangers"]

# of points on a line the error is nothing, and a quotient is wanted all the same
TINY = 1e-12
# a day of a series: mean of x over the readings that no rule doubts
DAILY = {
    "g": pl.Int32, "day": pl.Int64, "count": pl.Int64, "mean": pl.Float64, "cover": pl.Float64,
    "first": pl.UInt32, "last": pl.UInt32,
}  # fmt: skip


def daily(rows: pl.DataFrame, doubted: pl.Series) -> pl.DataFrame:
    """Give the mean of each series and day over what is not doubted, columns of ``DAILY``.

    ``cover`` is the part of the day between readings that count, by their intervals.
    """
    kept = rows.lazy().filter(~doubted) if doubted.any() else rows.lazy()
    seen = pl.col("x").is_not_null() & pl.col("dt").is_not_null()
    return (
        kept.filter(seen)
        .with_columns(day=pl.col("at") // DAY)
        .group_by("g", "day")
        .agg(
            pl.len().alias("count"),
            ((pl.col("x") * pl.col("dt")).sum() / pl.col("dt").sum()).alias("mean"),
            (pl.col("dt").sum() / DAY).alias("cover"),
            pl.col("row").min().alias("first"),
            pl.col("row").max().alias("last"),
        )
        .select(pl.col(name).cast(kind) for name, kind in DAILY.items())
        .collect(engine="streaming")
        .sort("g", "day")
    )


def _shape(found: pl.DataFrame, rule: str) -> pl.DataFrame:
    return found.with_columns(rule=pl.lit(rule)).select(
        pl.col(name).cast(kind) for name, kind in SPAN.items()
    )


def balances(days: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the days on which the meters below one tell more than it, or another part than usual.

    Equation: ``ratio = sum of the means of the meters below / mean of the meter above``.
    """
    at = limits["balance"]
    ratios = _ratios(days, known, at["cover"])
    if ratios.is_empty():
        return pl.DataFrame(schema=SPAN)
    middle = pl.col("ratio").median().over("g")
    apart = (pl.col("ratio") - pl.col("middle")).abs()
    usual = 1.4826 * apart.median().over("g")
    judged = (
        ratios.with_columns(middle=middle, n=pl.len().over("g"))
        .with_columns(usual=usual)
        .with_columns(
            room=pl.max_horizontal(at["apart"] * pl.col("middle"), at["sure"] * pl.col("usual"))
        )
    )
    more = pl.col("ratio") > 1 + at["more"]
    other = (pl.col("n") >= 3) & (apart > pl.col("room"))
    found = judged.filter(more | other).with_columns(
        since=pl.col("day") * DAY,
        until=(pl.col("day") + 1) * DAY - 1,
        rows=pl.col("count"),
        value=pl.col("ratio"),
        lower=pl.when(pl.col("n") >= 3).then(pl.col("middle") - pl.col("room")),
        upper=pl.min_horizontal(1 + at["more"], pl.col("middle") + pl.col("room")),
        statistic=pl.col("ratio") / pl.col("middle"),
        note=pl.format("below={}", "names"),
    )
    return _shape(found, "balance")


def _ratios(days: pl.DataFrame, known: pl.DataFrame, cover: float) -> pl.DataFrame:
    """Give for each meter with others below it and each day what they tell of it."""
    below = (
        known.filter(pl.col("parent").is_not_null())
        .select("g", "stream", "device", above="parent")
        .join(
            known.select("stream", above="device", over="g", of_role="role"),
            on=["stream", "above"],
        )
    )
    if below.is_empty() or days.is_empty():
        return pl.DataFrame(schema={"g": pl.Int32, "ratio": pl.Float64})
    whole = days.filter(pl.col("cover") >= cover)
    many = below.group_by("over").agg(
        pl.len().alias("many"), names=pl.col("device").sort().str.join(" ")
    )
    parts = (
        whole.join(below.select("g", "over"), on="g")
        .group_by("over", "day")
        .agg(pl.col("mean").sum().alias("parts"), pl.len().alias("came"))
        .join(many, on="over")
        .filter(pl.col("came") == pl.col("many"))
    )
    return (
        whole.join(parts, left_on=["g", "day"], right_on=["over", "day"])
        .filter(pl.col("mean") > 0)
        .with_columns(ratio=pl.col("parts") / pl.col("mean"))
        .sort("g", "day")
    )


def drifts(days: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give meters whose level moves away, day by day, from their peers or the meter above them.

    Equation: ``u = ln mean - median of the peers' ln mean``; a straight line through u over the
    days, told when its whole change passes ``least`` and ``sure`` of its standard errors.
    """
    at = limits["drift"]
    positive = days.filter((pl.col("mean") > 0) & (pl.col("cover") >= limits["balance"]["cover"]))
    logs = positive.join(known.select("g", "stream", "type", "role"), on="g").filter(
        pl.col("role") != "gauge"
    )
    own = (pl.col("mean").log() - pl.col("mean").log().median().over("g")).alias("y")
    peers = ["stream", "type", "day"]
    apart = (
        logs.with_columns(own)
        .with_columns(n=pl.len().over(peers), middle=pl.col("y").median().over(peers))
        .filter(pl.col("n") > at["peers"])
        .with_columns(u=pl.col("y") - pl.col("middle"))
    )
    above = _ratios(days, known, limits["balance"]["cover"])
    both = [apart.select("g", "day", "u", "count", "first", "last")]
    if not above.is_empty():
        both.append(
            above.select("g", "day", pl.col("ratio").log().alias("u"), "count", "first", "last")
        )
    found = [_trend(each, at) for each in both]
    notes = ("against=peers", "against=below")
    return pl.concat(
        _shape(each.with_columns(note=pl.lit(note)), "drift")
        for each, note in zip(found, notes, strict=False)
    )


def _trend(points: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give the series with a straight trend of u over the days."""
    whole = points.group_by("g").agg(
        pl.col("day").min().alias("begin"),
        pl.col("day").max().alias("stop"),
        pl.col("count").sum(),
        pl.col("first").min(),
        pl.col("last").max(),
    )
    change = pl.col("slope") * (pl.col("stop") - pl.col("begin"))
    return (
        lines(points, pl.col("day"), pl.col("u"))
        .join(whole, on="g")
        .filter(pl.col("n") >= at["days"])
        .with_columns(change=change, error=pl.col("error").clip(lower_bound=TINY))
        .with_columns(statistic=_normal(pl.col("slope") / pl.col("error"), pl.col("n") - 2))
        .filter((pl.col("change").abs() > at["least"]) & (pl.col("statistic").abs() > at["sure"]))
        .with_columns(
            since=pl.col("begin") * DAY,
            until=(pl.col("stop") + 1) * DAY - 1,
            rows=pl.col("count"),
            value="change",
            lower=pl.lit(-at["least"]),
            upper=pl.lit(at["least"]),
        )
        .sort("g")
    )


def _normal(t: pl.Expr, freedom: pl.Expr) -> pl.Expr:
    """Give the normal deviate that is as rare as Student's t: of few days a great t is nothing.

    Equation: ``z = t/|t| (8 f + 1) / (8 f + 3) sqrt(f ln(1 + t^2 / f))`` (Wallace 1959).
    """
    share = (8 * freedom + 1) / (8 * freedom + 3)
    return t.sign() * share * (freedom * (1 + t * t / freedom).log()).sqrt()


def strangers(days: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give series whose whole level stands by the factor of a slip apart from all their peers.

    A factor is sought only where the levels of the peers lie much closer together than it.
    """
    at = limits["slip"]
    levels = (
        days.filter(pl.col("mean") != 0)
        .group_by("g")
        .agg(
            pl.col("mean").abs().log().median().alias("level"),
            pl.col("count").sum(), pl.col("first").min(), pl.col("last").max(),
            pl.col("day").min().alias("begin"), pl.col("day").max().alias("stop"),
        )
        .join(known.select("g", "stream", "type"), on="g")
    )  # fmt: skip
    kind = ["stream", "type"]
    middle = pl.col("level").median().over(kind)
    apart = (pl.col("level") - middle).alias("apart")
    usual = (1.4826 * pl.col("apart").abs().median().over(kind)).alias("usual")
    table = pl.DataFrame(
        {"factor": list(factors()), "log": [math.log(factor) for factor in factors()]}
    )
    log = pl.col("log").abs()
    room = pl.col("usual").clip(at["close"] * log, at["near"] * log)
    found = (
        levels.with_columns(apart, n=pl.len().over(kind))
        .with_columns(usual)
        .filter(pl.col("n") > at["peers"])
        .join(table, how="cross")
        .with_columns(miss=(pl.col("apart") - pl.col("log")).abs(), room=room)
        .filter((pl.col("miss") < pl.col("room")) & (log > at["level"] * pl.col("usual")))
        .sort("g", "miss")
        .unique("g", keep="first", maintain_order=True)
        .with_columns(
            since=pl.col("begin") * DAY,
            until=(pl.col("stop") + 1) * DAY - 1,
            rows=pl.col("count"),
            value=pl.col("apart").exp(),
            lower=(-pl.col("usual")).exp(),
            upper=pl.col("usual").exp(),
            statistic=pl.col("apart"),
            note=pl.format("factor={} against=peers", "factor"),
        )
    )
    return _shape(found, "slip")
