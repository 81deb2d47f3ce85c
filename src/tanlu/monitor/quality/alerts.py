"""Devices that need somebody: silent, of a wrong clock, badly calibrated, of a weak key."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.quality.limits import Limits, limits
from tanlu.monitor.quality.rules import times
from tanlu.monitor.quality.series import DAY, about, rows
from tanlu.terms import schema

__all__ = ["alerts"]

ALERT = {
    "device": pl.String, "alert": pl.String, "severity": pl.String, "since": pl.Int64,
    "value": pl.Float64, "limit": pl.Float64, "unit": pl.String,
}  # fmt: skip
SEVERITY = {
    "silent": "warning", "overdue": "error", "due": "info", "no_key": "warning",
    "software_key": "info", "clock": "warning",
}  # fmt: skip


def alerts(
    devices: pl.DataFrame,
    readings: pl.DataFrame | pl.LazyFrame,
    now: int,
    *,
    limit: Limits | None = None,
) -> pl.DataFrame:
    """Give what is wrong with enrolled devices at a time.

    Parameters
    ----------
    devices
        The line of each device that holds, schema ``device``.
    readings
        Schema ``reading``; only device and at are needed for silence, seq, stream and received
        as well for clocks.
    now
        For which time [us UTC].

    Returns
    -------
    DataFrame
        device, alert, severity, since [us UTC], value and limit in unit. Alerts: ``silent``
        (nothing for longer than ``heartbeat_us``), ``clock`` (ahead or behind [s], or a drift
        [ppm]), ``overdue`` and ``due`` (calibration [d]), ``no_key`` and ``software_key``.
    """
    at = limit or limits()
    known = schema("device").fit(devices).filter(pl.col("state") == "enrolled")
    heard = readings.lazy().group_by("device").agg(pl.col("at").max().alias("heard")).collect()
    told = known.join(heard, on="device", how="left")
    last = pl.coalesce("heard", "since")
    quiet = (now - last).cast(pl.Float64)
    left = (pl.col("calibration_due") - now).cast(pl.Float64)
    no_key = pl.col("key").is_null() & pl.col("token_sha256").is_null()
    soft = pl.col("key").is_not_null() & (pl.col("key_grade") == "software")
    none = pl.lit(None, pl.Float64)
    seconds = (quiet / 1e6, pl.col("heartbeat_us") / 1e6, "s")
    due, soon = pl.col("calibration_due"), at["alerts"]["due_days"]
    found = [
        _alert(told, "silent", quiet > pl.col("heartbeat_us"), last, seconds),
        _alert(told, "overdue", left <= 0, due, (-left / DAY, pl.lit(0.0), "d")),
        _alert(told, "due", left.is_between(1, soon * DAY), due, (left / DAY, pl.lit(soon), "d")),
        _alert(told, "no_key", no_key, pl.col("since"), (none, none, "")),
        _alert(told, "software_key", soft, pl.col("since"), (none, none, "")),
        _clocks(known, readings.lazy(), at),
    ]
    return pl.concat(found).sort("device", "alert", "since")


def _alert(
    told: pl.DataFrame, alert: str, when: pl.Expr, since: pl.Expr,
    figures: tuple[pl.Expr, pl.Expr, str],
) -> pl.DataFrame:  # fmt: skip
    value, limit, unit = figures
    return (
        told.filter(when)
        .with_columns(
            alert=pl.lit(alert), severity=pl.lit(SEVERITY[alert]), since=since, value=value,
            limit=limit, unit=pl.lit(unit),
        )
        .select(pl.col(name).cast(kind) for name, kind in ALERT.items())
    )  # fmt: skip


def _clocks(known: pl.DataFrame, readings: pl.LazyFrame, at: Limits) -> pl.DataFrame:
    """Give the latest clock finding of each device."""
    names = readings.collect_schema().names()
    if not {"received", "seq", "stream", "value"} <= set(names):
        return pl.DataFrame(schema=ALERT)
    read = schema("reading").fit(readings.collect())
    of = about(read.select("stream", "device").unique(), schema("stream").empty(), known)
    blocks = times.delays(rows(read, of, at), at)
    found = times.clocks(blocks, of, at).join(of.select("g", "device"), on="g")
    latest = found.sort("until").unique("device", keep="last")
    enrolled = latest.join(known.select("device"), on="device", how="semi")
    figures = (pl.col("value"), pl.col("upper"), "")
    told = _alert(enrolled, "clock", pl.lit(value=True), pl.col("since"), figures)
    units = enrolled["note"].str.extract("unit=(.+)$")
    return told.with_columns(units.alias("unit"))
