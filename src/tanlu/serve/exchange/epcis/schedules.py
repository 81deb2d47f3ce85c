"""Schedules of subscriptions: second, minute, hour, day of month, month, day of week (8.2.5.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import HTTPException

__all__ = ["due_after", "read_schedule"]

RANGES = {
    "second": (0, 59), "minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31),
    "month": (1, 12), "dayOfWeek": (1, 7),
}  # fmt: skip
# a number, [from-to], or from/every as cron has it
ELEMENT = re.compile(r"(\d{1,2})|\[(\d{1,2})-(\d{1,2})\]|(\d{1,2}|\*)/(\d{1,2})|(\*)", re.ASCII)
# the 29th of February comes within eight years
DAYS = 366 * 8


def read_schedule(given: Any) -> dict[str, str]:
    """Give a schedule whose fields all hold and name a time that comes.

    Raises
    ------
    HTTPException
        400 for a field that is none, a value that does not hold, a time that never comes.
    """
    if not isinstance(given, Mapping) or not given:
        raise HTTPException(400, "schedule has no field")
    found = {}
    for name, value in given.items():
        if name not in RANGES:
            raise HTTPException(400, f"schedule.{str(name)[:40]} is none of {', '.join(RANGES)}")
        found[str(name)] = str(value)
        _values(name, str(value))
    due_after(found, 0, "UTC")
    return found


def due_after(schedule: Mapping[str, str], us: int, zone: str) -> int:
    """Give the first time [µs UTC] after another that a schedule means, by the clock of a zone.

    A field that is not said fits always, but one finer than the finest that is said is nought:
    ``{"hour": "1"}`` is once a day.
    """
    fits = {name: _values(name, schedule.get(name)) for name in RANGES}
    for name in ("second", "minute", "hour"):
        if name in schedule:
            break
        fits[name] = {0}
    clock = ZoneInfo(zone)
    start = datetime.fromtimestamp(us // 1_000_000 + 1, clock).replace(tzinfo=None)
    for ahead in range(DAYS):
        day = start.date() + timedelta(days=ahead)
        if not (
            day.day in fits["dayOfMonth"] and day.month in fits["month"]
            and day.isoweekday() in fits["dayOfWeek"]
        ):  # fmt: skip
            continue
        at = _time(fits, start if ahead == 0 else None)
        if at is not None:
            local = datetime(day.year, day.month, day.day, *at, tzinfo=clock)
            return int(local.timestamp()) * 1_000_000
    raise HTTPException(400, "schedule names a time that never comes")


def _time(fits: Mapping[str, set[int]], least: datetime | None) -> tuple[int, int, int] | None:
    """Give the first time of a day that fits and is not before another."""
    low = (least.hour, least.minute, least.second) if least else (0, 0, 0)
    for hour in sorted(fits["hour"]):
        for minute in sorted(fits["minute"]):
            if (hour, minute) < low[:2]:
                continue
            for second in sorted(fits["second"]):
                if (hour, minute, second) >= low:
                    return hour, minute, second
    return None


def _values(name: str, text: str | None) -> set[int]:
    low, high = RANGES[name]
    every = set(range(low, high + 1))
    if text is None:
        return every
    found: set[int] = set()
    for piece in text.split(","):
        read = ELEMENT.fullmatch(piece.strip())
        if read is None:
            raise HTTPException(400, f"schedule.{name} is no number and no range: {text[:40]}")
        one, first, last, start, step, star = read.groups()
        if one is not None:
            found.add(int(one))
        elif first is not None:
            found |= set(range(int(first), int(last) + 1))
        elif star is not None:
            found |= every
        else:
            begin = low if start == "*" else int(start)
            found |= set(range(begin, high + 1, max(int(step), 1)))
    if not found or not found <= every:
        raise HTTPException(400, f"schedule.{name} lies between {low} and {high}: {text[:40]}")
    return found
