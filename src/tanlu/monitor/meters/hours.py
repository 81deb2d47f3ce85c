"""The hours of a zone as instants: where its clock shows a full hour, or is put."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

__all__ = ["HOUR_US", "edges", "floor_hour"]

HOUR_US = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# every offset from UTC that is in use is a multiple of it
GRID = "15m"


def edges(start: int, end: int, zone: str) -> pl.Series:
    """Give the instants [us UTC] at which an hour of the zone begins, from before to after a time.

    Consecutive ones enclose an hour of the civil clock: in spring a day has 23, in autumn 25.
    Where a clock is put by half an hour (Lord Howe) the cut lies there too, so that no hour is
    longer than 60 min.
    """
    first = EPOCH + timedelta(microseconds=start // HOUR_US * HOUR_US - 2 * HOUR_US)
    last = EPOCH + timedelta(microseconds=end // HOUR_US * HOUR_US + 3 * HOUR_US)
    grid = pl.datetime_range(first, last, GRID, time_unit="us", time_zone="UTC", eager=True)
    local = grid.dt.convert_time_zone(zone)
    ahead = local.dt.replace_time_zone(None).to_physical() - grid.to_physical()
    full = (local.dt.minute() == 0) | (ahead != ahead.shift(1)).fill_null(value=False)
    return grid.filter(full).to_physical().alias("edge")


def floor_hour(at: pl.Expr, marks: pl.Series) -> pl.Expr:
    """Give the beginning of the hour in which an instant lies."""
    return at.map_batches(
        lambda column: marks.gather(place_of(column, marks)), return_dtype=pl.Int64
    )


def place_of(at: pl.Series, marks: pl.Series) -> pl.Series:
    """Give the place among the marks of the last one that is not after an instant."""
    return marks.search_sorted(at, side="right").cast(pl.Int64) - 1
