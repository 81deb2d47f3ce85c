"""Values that are missing: marked always, estimated only by the method that a stream declares."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.quality.limits import Limits, limits
from tanlu.monitor.quality.series import about, rows
from tanlu.terms import schema

__all__ = ["ESTIMATE", "estimate", "marks"]

LEVELS = (0.90, 0.95)
PLACES = (0.25, 0.5, 0.75)
# a time at which a reading was expected and none with a value came
MARK = {
    "g": pl.Int32, "at": pl.Int64, "place": pl.Int64, "gap": pl.Int64, "before": pl.Float64,
    "after": pl.Float64,
}  # fmt: skip
ESTIMATE = {
    "stream": pl.String, "device": pl.String, "at": pl.Int64, "method": pl.String,
    "value": pl.Float64, "lower": pl.Float64, "upper": pl.Float64, "lower_90": pl.Float64,
    "upper_90": pl.Float64, "held_out": pl.Int64, "why": pl.String,
}  # fmt: skip


def marks(series: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give each time at which a reading was expected and none with a value came.

    Parameters
    ----------
    series, known
        What `rows` and `about` gave.

    Returns
    -------
    DataFrame
        g, at [us], place (from 1) in a gap of so many, the values before and after it.
    """
    good = series.filter(~pl.col("bad"))
    own = good.group_by("g").agg(pl.col("dt").median().alias("own"))
    steps = known.select("g", "step_us").join(own, on="g").select(
        "g", step=pl.coalesce(pl.col("step_us").cast(pl.Float64), "own")
    )  # fmt: skip
    return (
        good.lazy()
        .join(steps.lazy(), on="g")
        .with_columns(gap=(pl.col("dt") / pl.col("step")).round().cast(pl.Int64) - 1)
        .filter(pl.col("gap") > 0)
        .with_columns(place=pl.int_ranges(1, pl.col("gap") + 1))
        .explode("place")
        .with_columns(
            at=pl.col("at") - pl.col("dt")
            + (pl.col("dt") * pl.col("place") / (pl.col("gap") + 1)).round().cast(pl.Int64)
        )
        .select("g", "at", "place", "gap", before="prev", after="value")
        .select(pl.col(name).cast(kind) for name, kind in MARK.items())
        .collect()
        .sort("g", "at")
    )  # fmt: skip


def estimate(
    readings: pl.DataFrame,
    streams: pl.DataFrame,
    devices: pl.DataFrame | None = None,
    *,
    zone: str = "UTC",
    limit: Limits | None = None,
) -> pl.DataFrame:
    """Give what is missing with an estimate where the stream declares a method for it.

    Parameters
    ----------
    readings
        Schema ``reading``.
    streams
        Schema ``stream``; ``estimate`` is none (the default), linear or profile.
    zone
        IANA zone of the hours of the week.

    Returns
    -------
    DataFrame
        stream, device, at [us UTC], method, value, lower and upper (95 %), lower_90, upper_90,
        held_out (gaps by which the interval was set), why there is no value: ``not declared``,
        ``too few`` held-out gaps, ``too long``, ``a register begins anew``.

    Notes
    -----
    Split conformal prediction: values that are there are held out as if they were missing, and
    the ``ceil((n + 1) p)``-th smallest of their errors is the half-width for coverage p. Of a line
    over a gap of m the errors are in units of ``sqrt(k (m + 1 - k) / (m + 1))`` at place k.
    """
    at = (limit or limits())["estimate"]
    table = schema("device").empty() if devices is None else devices
    known = about(readings.select("stream", "device").unique(), streams, table)
    series = rows(readings, known, limit or limits())
    found = marks(series, known).join(
        known.select("g", "stream", "device", "role", "estimate"), on="g"
    )
    method = pl.col("estimate").fill_null("none")
    done = [
        _told(found.filter(method == "none"), "none", "not declared"),
        _linear(found.filter(method == "linear"), series, at),
        _profile(found.filter(method == "profile"), series, zone, at),
    ]
    return pl.concat(done).sort("stream", "device", "at")


def _told(found: pl.DataFrame, method: str, why: str | None = None) -> pl.DataFrame:
    have = set(found.columns)
    fixed = found.with_columns(method=pl.lit(method))
    if why is not None:
        fixed = fixed.with_columns(why=pl.lit(why))
        have |= {"why"}
    return fixed.select(
        (pl.col(name) if name in have | {"method"} else pl.lit(None)).cast(kind).alias(name)
        for name, kind in ESTIMATE.items()
    )


def _conformal(errors: pl.Expr, level: float) -> pl.Expr:
    """Give the half-width that so many of the held-out errors stay within."""
    place = ((errors.len() + 1) * level).ceil().cast(pl.Int64) - 1
    return pl.when(place < errors.len()).then(errors.sort().get(place, null_on_oob=True))


def _linear(found: pl.DataFrame, series: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    anew = (pl.col("role") == "register") & (pl.col("after") < pl.col("before"))
    long = pl.col("gap") > at["longest"]
    open_ = found.filter(~anew & ~long)
    good = series.filter(~pl.col("bad") & pl.col("g").is_in(open_["g"].unique().implode()))
    gaps = sorted(open_["gap"].unique().to_list())
    widths = [_held_out(good, int(gap)) for gap in gaps]
    if widths:
        open_ = open_.join(pl.concat(widths), on=["g", "gap"], how="left")
    scale = _bridge(pl.col("place"), pl.col("gap"))
    line = pl.col("before") + (pl.col("after") - pl.col("before")) * pl.col("place") / (
        pl.col("gap") + 1
    )
    told = _intervals(open_, line, scale, at) if widths else open_
    return pl.concat(
        [
            told if widths else _told(open_, "linear"),
            _told(found.filter(anew), "linear", "a register begins anew"),
            _told(found.filter(~anew & long), "linear", "too long"),
        ]
    )


def _bridge(place: pl.Expr, gap: pl.Expr) -> pl.Expr:
    return (place * (gap + 1 - place) / (gap + 1)).sqrt()


def _held_out(good: pl.DataFrame, gap: int) -> pl.DataFrame:
    """Hold out gaps of a length and give the half-widths of each series in bridge units."""
    whole = (pl.col("g").shift(-gap - 1) == pl.col("g")) & (
        pl.col("at").shift(-gap - 1) - pl.col("at") < (gap + 1.5) * pl.col("dt").median().over("g")
    )
    first, last = pl.col("value"), pl.col("value").shift(-gap - 1)
    pieces = []
    for part in sorted({max(1, round(part * (gap + 1))) for part in PLACES}):
        place = min(part, gap)
        line = first + (last - first) * place / (gap + 1)
        unit = (place * (gap + 1 - place) / (gap + 1)) ** 0.5
        error = (pl.col("value").shift(-place) - line).abs() / unit
        pieces.append(good.lazy().select("g", error=pl.when(whole).then(error)).drop_nulls())
    errors = pl.col("error")
    return (
        pl.concat(pieces)
        .group_by("g")
        .agg(
            _conformal(errors, LEVELS[0]).alias("half_90"),
            _conformal(errors, LEVELS[1]).alias("half"),
            (pl.len() // len(pieces)).cast(pl.Int64).alias("held_out"),
        )
        .with_columns(gap=pl.lit(gap, pl.Int64))
        .collect()
    )


def _intervals(
    found: pl.DataFrame, value: pl.Expr, scale: pl.Expr, at: dict[str, float]
) -> pl.DataFrame:
    """Put the estimate and its intervals; of a register they stay between before and after."""
    few = (pl.col("held_out").fill_null(0) < at["least"]) | pl.col("half").is_null()
    least = pl.when(pl.col("role") == "register").then("before")
    most = pl.when(pl.col("role") == "register").then("after")
    with_line = found.with_columns(value=value, scale=scale, few=few)
    columns = {
        name: pl.max_horizontal(pl.col("value") - pl.col(half) * pl.col("scale"), least)
        if name.startswith("lower")
        else pl.min_horizontal(pl.col("value") + pl.col(half) * pl.col("scale"), most)
        for name, half in (
            ("lower", "half"), ("upper", "half"), ("lower_90", "half_90"), ("upper_90", "half_90"),
        )
    }  # fmt: skip
    told = with_line.with_columns(**columns).with_columns(
        *(pl.when(~pl.col("few")).then(name).alias(name) for name in ("value", *columns)),
        why=pl.when("few").then(pl.lit("too few")),
        method=pl.col("estimate"),
    )
    return told.select(pl.col(name).cast(kind) for name, kind in ESTIMATE.items())


def _profile(
    found: pl.DataFrame, series: pl.DataFrame, zone: str, at: dict[str, float]
) -> pl.DataFrame:
    """Estimate by the median of the same hour of the week; each week is held out in its turn."""
    able = found.filter(pl.col("role") != "register")
    rest = _told(found.filter(pl.col("role") == "register"), "profile", "not declared")
    if able.is_empty():
        return pl.concat([_told(able, "profile"), rest])
    good = series.filter(~pl.col("bad") & pl.col("g").is_in(able["g"].unique().implode()))
    timed = good.select("g", "value", *_hours(zone))
    weekly = timed.group_by("g", "hour", "week").agg(pl.col("value").median().alias("level"))
    profile = (
        weekly.group_by("g", "hour")
        .agg(pl.col("level").median().alias("usual"), pl.len().alias("weeks"))
        .filter(pl.col("weeks") >= at["weeks"])
        .drop("weeks")
    )
    others = (
        weekly.join(weekly, on=["g", "hour"], suffix="_other")
        .filter(pl.col("week") != pl.col("week_other"))
        .group_by("g", "hour", "week")
        .agg(pl.col("level_other").median().alias("usual"), pl.len().alias("weeks"))
        .filter(pl.col("weeks") >= at["weeks"] - 1)
    )
    errors = timed.join(others, on=["g", "hour", "week"]).select(
        "g", error=(pl.col("value") - pl.col("usual")).abs()
    )
    held = errors.group_by("g").agg(
        _conformal(pl.col("error"), LEVELS[0]).alias("half_90"),
        _conformal(pl.col("error"), LEVELS[1]).alias("half"),
        pl.len().cast(pl.Int64).alias("held_out"),
    )
    placed = (
        able.with_columns(*_hours(zone))
        .join(profile, on=["g", "hour"], how="left")
        .join(held, on="g", how="left")
        .with_columns(held_out=pl.when(pl.col("usual").is_not_null()).then("held_out"))
    )
    return pl.concat([_intervals(placed, pl.col("usual"), pl.lit(1.0), at), rest])


def _hours(zone: str) -> tuple[pl.Expr, pl.Expr]:
    """Give the hour of the week (from Monday) and the number of the week, in a zone."""
    local = (
        pl.from_epoch("at", time_unit="us")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
        .dt.replace_time_zone(None, ambiguous="earliest")
    )
    hour = (local.dt.weekday().cast(pl.Int32) - 1) * 24 + local.dt.hour()
    week = local.dt.truncate("1w").dt.epoch("d")
    return hour.alias("hour"), week.alias("week")
