"""Hours of a zone as instants."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from tanlu.monitor.meters.hours import HOUR_US, edges, floor_hour
from tanlu.terms import time


def _day(day: str, zone: str) -> list[int]:
    low, high = time.period(day, zone)
    marks = edges(low, high, zone)
    return marks.filter((marks >= low) & (marks < high)).to_list()


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [("2026-11-02", "Asia/Shanghai", 24), ("2026-03-29", "Europe/Berlin", 23),
     ("2026-10-25", "Europe/Berlin", 25), ("2026-05-01", "Asia/Kathmandu", 24),
     ("2026-03-08", "America/New_York", 23), ("2026-04-05", "Australia/Lord_Howe", 25)],
)  # fmt: skip
def test_a_day_has_the_hours_of_its_clock(day: str, zone: str, hours: int) -> None:
    low, high = time.period(day, zone)
    found = _day(day, zone)
    lengths = {b - a for a, b in zip(found, [*found[1:], high], strict=True)}

    assert len(found) == hours
    assert found[0] == low
    assert max(lengths) == HOUR_US


def test_hours_of_a_zone_with_half_an_hour_begin_at_half_past_of_utc() -> None:
    first = datetime.fromtimestamp(_day("2026-01-01", "Asia/Kolkata")[0] / 1e6, tz=UTC)

    assert (first.hour, first.minute) == (18, 30)


def test_an_instant_lies_in_the_hour_that_began_last() -> None:
    marks = edges(0, 10 * HOUR_US, "UTC")
    at = pl.Series([0, 1, HOUR_US - 1, HOUR_US])

    assert pl.select(floor_hour(pl.lit(at), marks)).to_series().to_list() == [0, 0, 0, HOUR_US]
