"""Readings as series: one device in one stream after another, each in the order it was read in.

That order is the sequence number's: a clock that is set back puts no reading before another.
"""

from __future__ import annotations

import polars as pl

from tanlu.monitor.quality.limits import Limits
from tanlu.terms import schema

__all__ = ["ABOUT", "DAY", "HOUR", "REGISTER", "about", "median5", "numbered", "rows"]

HOUR, DAY = 3_600_000_000, 86_400_000_000
REGISTER = "register"
OF_STREAM = (
    "role", "minimum", "maximum", "rate_max", "step_us", "rollover", "lateness_us", "estimate",
)  # fmt: skip
OF_DEVICE = (
    "type",
    "parent",
    "accuracy_ppm",
    "calibration_due",
    "heartbeat_us",
    "key_grade",
    "replaces",
)
ABOUT = ("stream", "device", *OF_STREAM, *OF_DEVICE)


def about(keys: pl.DataFrame, streams: pl.DataFrame, devices: pl.DataFrame) -> pl.DataFrame:
    """Give what is known of each series, numbered: ``g``, stream, device and their definitions.

    Parameters
    ----------
    keys
        Columns stream and device, each pair once.
    streams, devices
        Tables stream and device; of several lines the newest holds.

    Returns
    -------
    DataFrame
        Columns g and those of ``ABOUT``, in the order of stream and device. A stream that nobody
        defined is a gauge.
    """
    of_stream = _newest(streams, "stream", OF_STREAM)
    of_device = _newest(devices, "device", OF_DEVICE)
    return (
        keys.select("stream", "device")
        .sort("stream", "device")
        .with_row_index("g")
        .join(of_stream, on="stream", how="left", maintain_order="left")
        .join(of_device, on="device", how="left", maintain_order="left")
        .with_columns(pl.col("g").cast(pl.Int32), pl.col("role").fill_null("gauge"))
        .select("g", *ABOUT)
    )


def _newest(table: pl.DataFrame, key: str, columns: tuple[str, ...]) -> pl.DataFrame:
    shaped = schema("stream" if key == "stream" else "device").fit(table)
    return shaped.sort("since").unique(key, keep="last").select(key, *columns)


def numbered(readings: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give readings with the number of their series in place of its names: g, at, seq, value …."""
    return readings.select(
        _numbers(readings, known), "at", "seq", "value", "received", "quality"
    )  # fmt: skip


def rows(readings: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the readings of the series with the columns on which the rules look.

    Parameters
    ----------
    readings
        Schema ``reading``, or what `numbered` made of it.
    known
        What `about` gave.

    Returns
    -------
    DataFrame
        In the order of series and sequence number: g, at [us], seq, value, received, quality; row
        (number), register (is it one), bad (no number), prev and d (value before and change, over
        a rollover too), anew (is it the first after a rollover), dt [us], and x: the signal, the
        value or what a register rose by an hour.
    """
    picked = readings if "g" in readings.columns else numbered(readings, known)
    finite = pl.col("value").is_finite().fill_null(value=False)
    sorted_ = _sorted(picked).with_row_index("row").with_columns(bad=~finite)
    place = sorted_["g"] - (known["g"].min() or 0)
    of = (known["role"] == REGISTER).gather(place).alias("register")
    over = known["rollover"].gather(place).alias("over")
    return _changes(sorted_.with_columns(of, over), limits["backward"]["rollover"])


def _numbers(readings: pl.DataFrame, known: pl.DataFrame) -> pl.Series:
    """Give g of each reading, in its order: faster than a join that keeps the order."""
    kinds = [(name, pl.Enum(known[name].unique().sort())) for name in ("stream", "device")]
    streams, of_known, devices, known_devices = (
        table[name].cast(kind).to_physical().cast(pl.Int64)
        for name, kind in kinds
        for table in (readings, known)
    )
    wide = known["device"].n_unique()
    grid = pl.Series([0], dtype=pl.Int32).new_from_index(0, known["stream"].n_unique() * wide)
    return grid.scatter(of_known * wide + known_devices, known["g"]).gather(
        streams * wide + devices
    ).alias("g")  # fmt: skip


def _sorted(picked: pl.DataFrame) -> pl.DataFrame:
    """Sort by series and sequence number; readings mostly come in that order, device by device."""
    by_series = picked.sort("g", maintain_order=True)
    back = (pl.col("seq") <= pl.col("seq").shift(1)) & (pl.col("g") == pl.col("g").shift(1))
    wrong = by_series.filter(back)["g"].unique().implode()
    if not len(wrong[0]):
        return by_series
    mended = picked.filter(pl.col("g").is_in(wrong)).sort("seq", "at", "value")
    rest = by_series.filter(~pl.col("g").is_in(wrong))
    return pl.concat([rest, mended]).sort("g", maintain_order=True)


def _changes(sorted_: pl.DataFrame, near: float) -> pl.DataFrame:
    """Add what needs the reading before, over the readings that are numbers."""
    good = sorted_ if not sorted_["bad"].any() else sorted_.filter(~pl.col("bad"))
    same = pl.col("g") == pl.col("g").shift(1)
    value, prev, over = pl.col("value"), pl.col("prev"), pl.col("over")
    anew = pl.col("register") & (prev >= over * (1 - near)) & (value <= over * near)
    rising = pl.col("register") & (pl.col("dt") > 0) & (pl.col("d") >= 0)
    changed = (
        good.lazy()
        .with_columns(
            pl.when(same).then(value.shift(1)).alias("prev"),
            pl.when(same).then(pl.col("at") - pl.col("at").shift(1)).alias("dt"),
        )
        .with_columns(anew=anew.fill_null(value=False))
        .with_columns(d=value - prev + pl.when("anew").then(over).otherwise(0))
        .with_columns(
            x=pl.when(rising).then(pl.col("d") * HOUR / pl.col("dt"))
            .when(~pl.col("register")).then(value)
        )
        .drop("over")
        .collect()
    )  # fmt: skip
    if good.height == sorted_.height:
        return changed
    added = changed.select("row", "prev", "dt", "anew", "d", "x")
    joined = sorted_.drop("over").join(added, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.col("anew").fill_null(value=False))


def median5(column: str) -> pl.Expr:
    """Give the median of a value with its two neighbours on either side, null at the ends.

    A network of least and greatest; a step passes it, a spike of up to two readings does not.
    """
    a, b, d, e = (pl.col(column).shift(k) for k in (2, 1, -1, -2))
    least, most = pl.min_horizontal, pl.max_horizontal
    low = most(least(a, b), least(d, e))
    high = least(most(a, b), most(d, e))
    here = pl.col(column)
    middle = most(least(here, low), least(most(here, low), high))
    inside = (pl.col("g").shift(2) == pl.col("g")) & (pl.col("g").shift(-2) == pl.col("g"))
    return pl.when(inside).then(middle)
