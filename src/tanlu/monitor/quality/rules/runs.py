"""Rules of spans: a value that stands still, and silence."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.quality.learned import Learned
from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.series import HOUR

__all__ = ["SPAN", "silent", "spans", "stuck"]

# readings in a row that one rule does not believe; ``rows`` is how many they are
SPAN = {
    "rule": pl.String, "g": pl.Int32, "since": pl.Int64, "until": pl.Int64, "first": pl.UInt32,
    "last": pl.UInt32, "rows": pl.Int64, "value": pl.Float64, "lower": pl.Float64,
    "upper": pl.Float64, "statistic": pl.Float64, "note": pl.String,
}  # fmt: skip
APART = 2  # flagged readings with one good one between them are one span


def spans(flags: pl.DataFrame) -> pl.DataFrame:
    """Give flagged readings that follow one another as spans, columns of ``SPAN``.

    Value and limits are those of the reading that is furthest beyond its limit.
    """
    if flags.is_empty():
        return pl.DataFrame(schema=SPAN)
    worst = pl.col("statistic").fill_null(0).arg_max()
    new = (pl.col("row") - pl.col("row").shift(1) > APART) | (
        (pl.col("g") != pl.col("g").shift(1)) | (pl.col("rule") != pl.col("rule").shift(1))
    )
    return (
        flags.lazy()
        .unique(["rule", "row"])
        .sort("rule", "row")
        .with_columns(run=new.fill_null(value=True).cum_sum())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("rule", "g").first(),
            pl.col("at").min().alias("since"),
            pl.col("at").max().alias("until"),
            pl.col("row").min().alias("first"),
            pl.col("row").max().alias("last"),
            pl.len().cast(pl.Int64).alias("rows"),
            pl.col("value", "lower", "upper", "statistic").get(worst),
        )
        .with_columns(note=pl.lit(None, pl.String))
        .select(pl.col(name).cast(kind) for name, kind in SPAN.items())
        .collect()
    )


def stuck(learned: Learned, limits: Limits) -> pl.DataFrame:
    """Give the spans in which a value, or a register, stands still longer than is usual.

    What is usual is learned from the longest run of each day of all devices of the stream, apart
    for standing at nothing (a roof at night, a charger without a car) and at any other value.
    """
    at = limits["stuck"]
    usual = pl.when("zero").then("rest_zero").otherwise("rest_other").fill_null(0)
    unknown = pl.col("zero") & (pl.col("days") < at["days"])
    resting = unknown | (pl.col("usual") > at["rest_hours"] * HOUR)
    floor = pl.when(resting).then(at["zero_hours"] * HOUR).otherwise(0)
    least = (at["rows"] - 1) * pl.col("step")
    return (
        learned.runs.join(learned.usual, on="g", how="left")
        # of a value that nobody ever saw change nothing is known
        .filter(pl.col("spread").is_not_null())
        .with_columns(usual=usual)
        .with_columns(most=pl.max_horizontal(pl.col("usual") * at["wide"], floor, least))
        .filter((pl.col("rows") >= at["rows"]) & (pl.col("long") > pl.col("most")))
        .with_columns(
            rule=pl.lit("stuck"),
            lower=pl.lit(0.0),
            upper=pl.col("most") / HOUR,
            statistic=pl.col("long") / pl.col("most"),
            value=pl.col("long") / HOUR,
            note=pl.format("value={} unit=h", "told"),
        )
        .select(pl.col(name).cast(kind) for name, kind in SPAN.items())
        .sort("first")
    )


def silent(
    learned: Learned, known: pl.DataFrame, limits: Limits, now: int | None = None
) -> pl.DataFrame:
    """Give the spans in which a device told nothing for longer than is usual.

    Parameters
    ----------
    now
        Until when readings are looked for [us UTC]; if not said, only between readings.
    """
    at = limits["silence"]
    limit = _silence(learned.usual, known, at)
    rows = learned.rows.select("g", "at", "row", "seq")
    until = pl.when(pl.col("g").shift(-1) == pl.col("g"))
    pauses = (
        rows.lazy()
        .with_columns(
            until=until.then(pl.col("at").shift(-1)).otherwise(pl.lit(now, pl.Int64)),
            lost=until.then(pl.col("seq").shift(-1) - pl.col("seq") - 1),
        )
        .with_columns(long=pl.col("until") - pl.col("at"))
        .filter(pl.col("long") > limit["limit"].drop_nulls().min())
        .join(limit.lazy(), on="g")
        .filter(pl.col("long") > pl.col("limit"))
        .collect()
    )
    return (
        pauses.with_columns(
            rule=pl.lit("silence"), since=pl.col("at"), first="row", last="row",
            rows=pl.lit(0), value=pl.col("long") / HOUR, lower=pl.lit(0.0),
            upper=pl.col("limit") / HOUR, statistic=pl.col("long") / pl.col("limit"),
            note=pl.format("lost={} unit=h", pl.col("lost").cast(pl.String).fill_null("?")),
        )
        .select(pl.col(name).cast(kind) for name, kind in SPAN.items())
        .sort("g", "since")
    )  # fmt: skip


def _silence(usual: pl.DataFrame, known: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give the longest pause that is usual of each series [us]."""
    step = pl.col("step_us").cast(pl.Float64).fill_null(pl.col("step"))
    pause = pl.max_horizontal(
        step * at["steps"], pl.col("step") * pl.col("pause") * at["wide"], "heartbeat_us"
    )
    return known.join(usual, on="g", how="left").select("g", limit=pause)
