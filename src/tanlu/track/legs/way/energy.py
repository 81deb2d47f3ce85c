"""Measured energy: how much a counter went up between two times, and what cannot be."""

from __future__ import annotations

import polars as pl

__all__ = ["STREAMS", "between", "counted", "fallen", "measuring"]

# streams of cumulative amounts, and the column of an activity that each fills
STREAMS = {"energy_j": "energy_j", "fuel_ml": "volume_ml"}
# what falls to more than this share is noise; so much of a time readings must lie around
NOISE, COVERED = 0.99, 0.9


def counted(readings: pl.DataFrame | None, stream: str) -> pl.DataFrame:
    """Give ``device, at, total`` of a cumulative stream, in order, counters that fell taken up.

    Parameters
    ----------
    readings
        ``device``, ``at`` [µs], and either ``stream`` and ``value``, or a column named as the
        stream is.
    """
    empty = pl.DataFrame(schema={"device": pl.String, "at": pl.Int64, "total": pl.Float64})
    if readings is None:
        return empty
    if "stream" in readings.columns:
        rows = readings.filter(pl.col("stream") == stream).select("device", "at", "value")
    elif stream in readings.columns:
        rows = readings.select("device", "at", value=pl.col(stream))
    else:
        return empty
    number = pl.col("value").cast(pl.Float64)
    rows = (
        # a register counts from nothing on: what is below tells nothing
        rows.filter(number.is_finite() & (number >= 0))
        .with_columns(number)
        .sort("device", "at", "value")
        .unique(["device", "at"], keep="first", maintain_order=True)
    )
    value, before, after = (pl.col("value").shift(by).over("device") for by in (0, 1, -1))
    # one reading far above both that lie beside it is none
    spike = (after >= before) & (before > 0) & (value > 2 * after)
    rows = rows.with_columns(_spike=spike.fill_null(value=False))
    rows = rows.with_columns(
        _after=pl.col("_spike").shift(fill_value=False).over("device")
    ).filter(~pl.col("_spike"))  # fmt: skip
    fell = (value < before * NOISE).fill_null(value=False)
    rows = rows.with_columns(_fell=fell, _from=pl.when(fell & (value >= before / 2)).then(value))
    rows = rows.with_columns(_turn=pl.col("_fell").cast(pl.Int64).cum_sum().over("device"))
    own = ["device", "_turn"]
    # what fell a little is noise, which the next readings make good; what fell far began anew from
    # nothing, what fell to more than half from there: how much went by in between nobody knows
    start = pl.col("_from").first().over(own)
    start = pl.coalesce(start, pl.when(pl.col("_turn") == 0).then(value.first().over(own)), 0.0)
    grown = value.cum_max().over(own)
    gain = grown - grown.shift().over(own).fill_null(start)
    return rows.with_columns(_gain=gain).select(
        "device", "at", total=pl.col("_gain").cum_sum().over("device"),
        fell=pl.col("_fell") | pl.col("_after"),
    )  # fmt: skip


def measuring(readings: pl.DataFrame | None) -> list[str]:
    """Give the devices that have two readings of energy or fuel at least."""
    totals = pl.concat(counted(readings, stream).select("device", "at") for stream in STREAMS)
    many = totals.group_by("device").len().filter(pl.col("len") > 1)
    return sorted(many["device"].to_list())


def fallen(total: pl.DataFrame) -> pl.DataFrame:
    """Give ``device`` and ``count`` of counters that began anew or leapt."""
    if "fell" not in total.columns:
        return pl.DataFrame(schema={"device": pl.String, "count": pl.Int64})
    return (
        total.filter("fell")
        .group_by("device", maintain_order=True)
        .agg(count=pl.len().cast(pl.Int64))
    )


def between(total: pl.DataFrame, spans: pl.DataFrame) -> pl.Series:
    """Give how much was counted in each span, null where no reading lies in it or most lack.

    Parameters
    ----------
    total
        As ``counted`` gives it.
    spans
        ``device``, ``low``, ``high`` [µs]: spans of a device that meet share their reading, so
        their amounts add up to that of all; ``start``, ``end``: a reading must lie in these, and
        nine tenths of their time between the first and the last reading of the device.

    Returns
    -------
    Series
        float64 in the order of ``spans``; between two readings the amount grows evenly.
    """
    rows = spans.with_row_index("_row")
    low, high = (_at(total, rows, name) for name in ("low", "high"))
    marks = total.select("device", "at").with_columns(_one=pl.lit(1, pl.Int64))
    ranks = marks.with_columns(_rank=pl.col("_one").cum_sum().over("device"))
    many = [_rank(ranks, rows, name) for name in ("start", "end")]
    seen = rows.select("_row").with_columns(_low=many[0], _high=many[1])
    # one reading is none: a counter tells what lies between two
    told = ((seen["_high"] - seen["_low"]) >= 1) & _covered(total, spans)
    return pl.select(pl.when(told).then(high - low)).to_series()


def _covered(total: pl.DataFrame, spans: pl.DataFrame) -> pl.Series:
    """Tell where a counter tells of the most, not of some minutes of hours."""
    read = total.group_by("device").agg(_first=pl.col("at").min(), _last=pl.col("at").max())
    start, end = pl.col("start"), pl.col("end")
    both = pl.min_horizontal(end, "_last") - pl.max_horizontal(start, "_first")
    return (
        spans.join(read, on="device", how="left", maintain_order="left")
        .select(pl.col("_last").is_not_null() & (both >= COVERED * (end - start)))
        .to_series()
    )


def _rank(ranks: pl.DataFrame, rows: pl.DataFrame, name: str) -> pl.Series:
    asked = rows.select("_row", "device", at=pl.col(name)).sort("device", "at")
    found = asked.join_asof(
        ranks.select("device", "at", "_rank"), on="at", by="device", check_sortedness=False
    )
    return found.sort("_row")["_rank"].fill_null(0)


def _at(total: pl.DataFrame, rows: pl.DataFrame, name: str) -> pl.Series:
    asked = rows.select("_row", "device", at=pl.col(name)).sort("device", "at")
    held = total.select("device", "at", "total", when="at")
    before = asked.join_asof(held, on="at", by="device", check_sortedness=False)
    after = asked.join_asof(held, on="at", by="device", strategy="forward", check_sortedness=False)
    both = before.with_columns(_when=after["when"], _total=after["total"])
    gap = pl.col("_when") - pl.col("when")
    share = pl.when(gap > 0).then((pl.col("at") - pl.col("when")) / gap).otherwise(0.0)
    value = pl.col("total") + share * (pl.col("_total") - pl.col("total"))
    # before the first reading nothing was counted, after the last one all
    return (
        both.with_columns(_is=pl.coalesce(value, "total", pl.lit(0.0)))
        .with_columns(_is=pl.when(pl.col("total").is_null()).then(0.0).otherwise("_is"))
        .sort("_row")["_is"]
    )
