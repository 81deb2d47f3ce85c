"""Moments as partners write them, and the period in which a footprint is valid."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["microseconds", "moment", "of_microseconds", "validity", "written"]

YEARS = 3
LAST = datetime.max.replace(tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d)?(\.\d+)?([Zz]|[+\- ]\d\d:?\d\d)?)?", re.ASCII
)


def moment(text: Any) -> datetime | None:
    """Give the moment (UTC) of a text of RFC 3339, None for what is none.

    Seconds and offset may be absent (UTC then), a date alone is its first moment, and a blank
    where a plus stood is taken for it: addresses lose the plus of ``+08:00``.
    """
    found = SHAPE.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        return None
    day, clock, seconds, fraction, offset = found.groups()
    offset = "+00:00" if offset in (None, "Z", "z") else offset.replace(" ", "+")
    parts = f"{day}T{clock or '00:00'}{seconds or ':00'}{(fraction or '.0')[:7]}{offset}"
    try:
        return datetime.fromisoformat(parts).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def written(at: datetime) -> str:
    """Give a moment as text of RFC 3339 in UTC, with ``Z``."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") + "Z"


def microseconds(at: datetime) -> int:
    """Give a moment as microseconds since 1970, exactly."""
    return (at - EPOCH) // timedelta(microseconds=1)


def of_microseconds(at_us: int) -> datetime:
    """Give the moment of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at_us)


def validity(content: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    """Give from when until when a footprint is valid; None where it tells no period at all.

    What it does not tell follows from the end of its reference period: from there, for three
    years. Three years after 29 February is 1 March where that year has no such day.
    """
    ended = moment(_part(content, "pcf").get("referencePeriodEnd"))
    start = moment(content.get("validityPeriodStart"))
    end = moment(content.get("validityPeriodEnd"))
    if ended is not None:
        start, end = start or ended, end or _later(ended)
    return None if start is None or end is None else (start, end)


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = content.get(name)
    return part if isinstance(part, dict) else {}


def _later(at: datetime) -> datetime:
    if at.year + YEARS > LAST.year:
        return LAST
    try:
        return at.replace(year=at.year + YEARS)
    except ValueError:
        return at.replace(year=at.year + YEARS, month=3, day=1)
