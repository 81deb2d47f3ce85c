"""Schedules of subscriptions."""

from __future__ import annotations

from datetime import datetime

import pytest
from fastapi import HTTPException

from tanlu.serve.exchange.epcis.schedules import due_after, read_schedule


def _us(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "due"),
    [
        ({"hour": "1", "minute": "5"}, "UTC", "2026-03-01T00:00:00Z", "2026-03-01T01:05:00Z"),
        ({"hour": "1", "minute": "5"}, "UTC", "2026-03-01T01:05:00Z", "2026-03-02T01:05:00Z"),
        ({"hour": "1"}, "Asia/Shanghai", "2026-03-01T00:00:00Z", "2026-03-02T01:00:00+08:00"),
        ({"minute": "0/20"}, "UTC", "2026-03-01T00:19:59.5Z", "2026-03-01T00:20:00Z"),
        ({"second": "0/30"}, "UTC", "2026-03-01T00:00:00Z", "2026-03-01T00:00:30Z"),
        ({"second": "[10-12],40"}, "UTC", "2026-03-01T00:00:12Z", "2026-03-01T00:00:40Z"),
        ({"dayOfWeek": "1"}, "UTC", "2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z"),
        ({"dayOfMonth": "29", "month": "2"}, "UTC", "2026-03-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ({"dayOfMonth": "31", "hour": "23"}, "UTC", "2026-04-01T00:00:00Z", "2026-05-31T23:00:00Z"),
    ],
)
def test_a_schedule_means_the_next_time_by_the_clock_of_its_zone(
    schedule: dict[str, str], zone: str, after: str, due: str
) -> None:
    assert due_after(schedule, _us(after), zone) == _us(due)


def test_a_schedule_is_read_as_texts() -> None:
    assert read_schedule({"hour": 1, "minute": "*/15"}) == {"hour": "1", "minute": "*/15"}


@pytest.mark.parametrize(
    "given",
    [None, {}, [], {"hour": "24"}, {"hour": "[3-1]"}, {"hour": ""}, {"second": "-1"},
     {"month": "0"}, {"dayOfWeek": "8"}, {"minute": "1;2"}, {"dayOfMonth": "30", "month": "2"}],
)  # fmt: skip
def test_a_schedule_that_cannot_be_is_refused(given: object) -> None:
    with pytest.raises(HTTPException):
        read_schedule(given)
