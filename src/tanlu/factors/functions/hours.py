"""Which hour of the day an activity falls into, in its own time zone."""

from __future__ import annotations

import polars as pl

__all__ = ["WHOLE_DAY", "slot"]

HOUR_US = 3_600_000_000
WHOLE_DAY = 24  # slot of what lasts longer than an hour: the mean of the day


def slot(batch: pl.DataFrame) -> pl.Series:
    """Give the hour of the day of each activity in its own zone; 24 for one of over an hour.

    Parameters
    ----------
    batch
        ``start`` [us], ``end`` [us] and ``zone`` of schema ``activity``.
    """
    hour = pl.lit(WHOLE_DAY, pl.Int64)
    instant = pl.col("start").cast(pl.Datetime("us", "UTC"))
    for zone in batch["zone"].unique().drop_nulls().sort():
        local = instant.dt.convert_time_zone(zone).dt.hour().cast(pl.Int64)
        hour = pl.when(pl.col("zone") == zone).then(local).otherwise(hour)
    short = (pl.col("end") - pl.col("start")) <= HOUR_US
    return batch.select(pl.when(short).then(hour).otherwise(WHOLE_DAY).alias("slot"))["slot"]
