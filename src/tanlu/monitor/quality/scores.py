"""How good the readings of a stream are, device by device and day by day."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tanlu.monitor.quality.limits import Limits
from tanlu.monitor.quality.series import DAY, HOUR
from tanlu.terms import schema

__all__ = ["PARTS", "figures", "scores", "tally"]

PPM = 1_000_000
QUARTER = HOUR // 4
PARTS = ("completeness", "validity", "timeliness", "plausibility")
TALLY = ("came", "invalid", "late", "doubtful")


def tally(
    rows: pl.DataFrame,
    known: pl.DataFrame,
    doubted: tuple[pl.Series, pl.Series],
    limits: Limits,
    zone: str,
) -> pl.DataFrame:
    """Count readings by series and day: g, day, came, invalid, late, doubtful, timed, first, last.

    Parameters
    ----------
    doubted
        For each row whether some rule does not believe it, and whether its value is none.
    """
    late = known["lateness_us"].fill_null(int(limits["score"]["late_us"]))
    place = rows["g"] - (known["g"].min() or 0)
    doubtful, invalid = doubted
    marked = rows.lazy().select(
        "g", "at", "received", _days(rows["at"], zone).alias("day"),
        late.gather(place).alias("wait"), doubtful.alias("doubtful"), invalid.alias("invalid"),
    )  # fmt: skip
    return (
        marked.group_by("g", "day")
        .agg(
            pl.len().cast(pl.Int64).alias("came"),
            pl.col("invalid", "doubtful").sum().cast(pl.Int64),
            (pl.col("received") - pl.col("at") > pl.col("wait")).sum().cast(pl.Int64).alias("late"),
            pl.col("received").is_not_null().any().alias("timed"),
            pl.col("at").min().alias("first"),
            pl.col("at").max().alias("last"),
        )
        .collect(engine="streaming")
        .sort("g", "day")
    )


def _days(at: pl.Series, zone: str) -> pl.Series:
    """Give the day of each time: zones differ by quarters of an hour, so those are looked up."""
    quarter = at // QUARTER
    least, most = quarter.to_frame("q").select(a=pl.min("q"), b=pl.max("q")).row(0)
    every = pl.select(pl.int_range(least or 0, (most or 0) + 1) * QUARTER).to_series()
    local = every.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return local.dt.date().gather(quarter - (least or 0))


def scores(
    days: pl.DataFrame, known: pl.DataFrame, usual: pl.DataFrame, limits: Limits, zone: str
) -> pl.DataFrame:
    """Give the score of each stream, device and day, schema ``quality``.

    Notes
    -----
    ``score = max(0, sum w p / sum w - grade)`` over the parts p that are known, with weights w of
    ``limits.csv``: completeness = came / expected, validity = 1 - invalid / came, timeliness =
    1 - late / came, plausibility = 1 - doubtful / came. The first and the last day of a series
    expect readings only between its first and its last one; a day has the hours of its zone, 23
    to 25. The grade is that of the device: no
    key, a key kept in software, calibration overdue on that day.
    """
    step = pl.col("step_us").cast(pl.Float64).fill_null(pl.col("step"))
    named = (
        _every(days).join(known, on="g").join(usual.select("g", "step"), on="g")
    ).with_columns(step=step)  # fmt: skip
    named = named.join(_lengths(named["day"], zone), on="day", how="left")
    edge_first = pl.col("day") == pl.col("day").min().over("g")
    edge_last = pl.col("day") == pl.col("day").max().over("g")
    seen = pl.col("last") - pl.col("first") + pl.col("step")
    length = pl.col("whole").fill_null(DAY)
    seen = pl.when(edge_first | edge_last).then(pl.min_horizontal(seen, length))
    expected = seen.otherwise(length) / pl.col("step")
    counted = named.with_columns(expected=expected.round().cast(pl.Int64)).with_columns(
        late=pl.when("timed").then("late"),
        missing=(pl.col("expected") - pl.col("came")).clip(lower_bound=0),
    )
    parts = counted.with_columns(
        completeness_ppm=_ppm(pl.col("came"), pl.col("expected")).clip(upper_bound=PPM),
        validity_ppm=PPM - _ppm(pl.col("invalid"), pl.col("came")),
        timeliness_ppm=PPM - _ppm(pl.col("late"), pl.col("came")),
        plausibility_ppm=PPM - _ppm(pl.col("doubtful"), pl.col("came")),
        grade_ppm=_grade(limits["score"]),
    ).with_columns(score_ppm=_score(limits["score"]))
    return schema("quality").fit(
        parts.select(schema("quality").names).sort("stream", "device", "day")
    )


def _lengths(days: pl.Series, zone: str) -> pl.DataFrame:
    """Give ``day, whole``: how long the clock of a zone makes each day [us]."""
    table = days.unique().to_frame("day")
    midnight = pl.col("day").cast(pl.Datetime("us"))
    first, after = _instant(midnight, zone), _instant(midnight.dt.offset_by("1d"), zone)
    return table.select("day", whole=after - first)


def _instant(local: pl.Expr, zone: str) -> pl.Expr:
    """Give the instant [us UTC] of a midnight; where the clock leaves it out, of an hour later."""
    both = (
        each.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for each in (local, local.dt.offset_by("1h"))
    )
    return pl.coalesce(both).dt.convert_time_zone("UTC").dt.replace_time_zone(None).to_physical()


def _every(days: pl.DataFrame) -> pl.DataFrame:
    """Give the days with those between on which nothing came."""
    return (
        days.group_by("g")
        .agg(pl.date_ranges(pl.col("day").min(), pl.col("day").max()).alias("day"))
        .explode("day")
        .join(days, on=["g", "day"], how="left")
        .with_columns(pl.col(*TALLY).fill_null(0), pl.col("timed").fill_null(value=False))
        .with_columns(
            first=pl.col("first").fill_null(pl.col("day").cast(pl.Datetime("us")).to_physical())
        )
        .sort("g", "day")
    )


def _ppm(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then((part * PPM / whole + 0.5).floor().cast(pl.Int64))


def _grade(at: dict[str, float]) -> pl.Expr:
    """Give what is taken off for the device [ppm]."""
    key = (
        pl.when(pl.col("key_grade").is_null()).then(int(at["no_key"]))
        .when(pl.col("key_grade") == "software").then(int(at["software_key"]))
        .otherwise(0)
    )  # fmt: skip
    due = pl.col("calibration_due").is_not_null() & (pl.col("first") > pl.col("calibration_due"))
    return (key + pl.when(due).then(int(at["calibration_overdue"])).otherwise(0)).cast(pl.Int64)


def _score(at: dict[str, float]) -> pl.Expr:
    parts = [(pl.col(f"{name}_ppm"), int(at[name])) for name in PARTS]
    total = pl.sum_horizontal(part * weight for part, weight in parts)
    weights = pl.sum_horizontal(
        part.is_not_null().cast(pl.Int64) * weight for part, weight in parts
    )
    mean = (total / weights + 0.5).floor().cast(pl.Int64)
    return (mean - pl.col("grade_ppm")).clip(lower_bound=0)


def figures(found: pl.DataFrame, by: str | Sequence[str] = "stream") -> pl.DataFrame:
    """Give the scores of many days as one line each stream (or device, day …): means by readings.

    Returns
    -------
    DataFrame
        ``by``, expected, came, missing, invalid, late, doubtful, the four parts and the score
        [ppm], weighted by the readings that were expected.
    """
    weight = pl.max_horizontal(pl.col("expected").fill_null(0), "came")
    counts = ("expected", "came", "missing", "invalid", "late", "doubtful")
    means = (*(f"{name}_ppm" for name in PARTS), "grade_ppm", "score_ppm")
    return found.group_by(by).agg(
        *(pl.col(name).sum() for name in counts),
        *(_mean(pl.col(name), weight).alias(name) for name in means),
    ).sort(by)  # fmt: skip


def _mean(part: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """Give the mean by weight of what is known of a part [ppm], null where nothing is."""
    of = (weight * part.is_not_null().cast(pl.Int64)).sum()
    return pl.when(of > 0).then((part * weight).sum() / of + 0.5).floor().cast(pl.Int64)
