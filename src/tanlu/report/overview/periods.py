"""What a ledger holds at all: its months and codes; and the period before one."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tanlu.report.items.cubes import kept_cells
from tanlu.terms import time

if TYPE_CHECKING:
    import polars as pl

__all__ = ["before", "codes", "grounds", "months", "partly"]

QUARTER = 900_000_000  # [us]
CALENDAR = re.compile(r"(?P<y>\d{4})(?:-Q(?P<q>[1-4])|-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?")


def months(workspace: Any, *, as_of: int | None = None) -> list[tuple[str, int]]:
    """Give the months in which something was emitted, newest first, with their rows.

    Months are cut in the zone of the workspace.
    """
    import polars as pl

    found = kept_cells(workspace, as_of=as_of)
    if found is None:
        return _scanned(workspace, as_of)
    month = pl.col("day").dt.strftime("%Y-%m").alias("month")
    told = found.group_by(month).agg(pl.col("rows").sum()).sort("month", descending=True)
    return [(str(name), int(rows)) for name, rows in told.iter_rows()]


def _scanned(workspace: Any, as_of: int | None) -> list[tuple[str, int]]:
    import polars as pl

    # zones differ by quarters of an hour: the rows are cut by those, few of which become months
    quarter = (pl.col("start") // QUARTER * QUARTER).alias("start")
    month = (
        pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(str(workspace.zone)).dt.strftime("%Y-%m")
    )  # fmt: skip
    found = (
        workspace.scan("emission", as_of=as_of, columns=["start"])
        .group_by(quarter)
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .collect(engine="streaming")
        .group_by(month.alias("month"))
        .agg(pl.col("rows").sum())
        .sort("month", descending=True)
    )
    return [(str(name), int(rows)) for name, rows in found.iter_rows()]


def grounds(workspace: Any, *, as_of: int | None = None) -> tuple[tuple[str, str], ...]:
    """Give each profile and basis that stand together in an emission, in their order."""
    found = kept_cells(workspace, as_of=as_of)
    rows: pl.LazyFrame = (
        workspace.scan("emission", as_of=as_of, columns=["profile", "basis"])
        if found is None
        else found.lazy().select("profile", "basis")
    )
    told = rows.unique().collect(engine="streaming").sort("profile", "basis").rows()
    return tuple(told)


def codes(workspace: Any) -> pl.DataFrame:
    """Give each energy_carrier, kind and boundary that stand together in an emission."""
    columns = ["energy_carrier", "kind", "boundary"]
    found = kept_cells(workspace)
    if found is not None:
        return found.select(columns).unique()
    rows: pl.LazyFrame = workspace.scan("emission", columns=columns)
    return rows.unique().collect(engine="streaming")


def before(period: str, zone: str) -> str | None:
    """Give the period of the same kind before this one; None for what is no calendar period.

    Raises
    ------
    TanluError
        TL112 for what is no period at all.
    """
    start, _ = time.period(period, zone)
    found = CALENDAR.fullmatch(period.strip())
    if found is None:
        return None
    # the day before the period lies in the one before it
    eve = dt.datetime.fromtimestamp(start / 1e6, dt.UTC) - dt.timedelta(hours=1)
    day = eve.astimezone(ZoneInfo(zone)).date()
    if found["d"]:
        return day.isoformat()
    if found["m"]:
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if found["q"] else f"{day.year}"


def partly(
    now: tuple[str, pl.DataFrame], then: tuple[str, pl.DataFrame], held: list[str], zone: str
) -> dict[str, str] | None:
    """Tell which of two periods the records of a ledger do not cover; None where both are whole.

    A day without records counts as one without transport, unless nothing is recorded after it, or
    before it, at all.

    Parameters
    ----------
    now, then
        The period and the one before, each with a ``day`` for each day that holds something.
    held
        The months that hold something, newest first.
    """
    for (name, days), end in ((now, "until"), (then, "from")):
        first, last = (_day(at, zone) for at in time.period(name, zone))
        last -= dt.timedelta(days=1)
        every: list[dt.date] = days["day"].to_list()
        begun, ended = min(every), max(every)
        later = held[0] > f"{last:%Y-%m}"
        sooner = held[-1] < f"{first:%Y-%m}"
        if (end == "until" and ended < last and not later) or (
            end == "from" and begun > first and not sooner
        ):
            return {"period": name, "from": begun.isoformat(), "until": ended.isoformat()}
    return None


def _day(at: int, zone: str) -> dt.date:
    return dt.datetime.fromtimestamp(at / 1e6, dt.UTC).astimezone(ZoneInfo(zone)).date()
