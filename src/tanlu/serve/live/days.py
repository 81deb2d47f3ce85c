"""A day of a park from the ledger: mean power by quarter of an hour and role.

An hour that is over is read once; only the hour that runs is read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.monitor.devices import Registry
from tanlu.serve.live.parks import DEMAND, SUPPLY, WATTS, role_of
from tanlu.terms import time

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["Day", "day_of", "lately"]

S_US, HOUR_US, QUARTER_US = 1_000_000, 3_600_000_000, 900_000_000
DAY_US = 24 * HOUR_US
# readings of an hour may come late by so much, and the ledger is some seconds behind the log
LATE_US = 300_000_000
AGAIN_US = 60_000_000
ROLES = (*SUPPLY, *DEMAND)
STREAM = "power_w"
MOST = 2000
Line = tuple[int, tuple[float | None, ...]]
_KEPT: OrderedDict[tuple[object, ...], tuple[Line, ...]] = OrderedDict()
_TURN = threading.Lock()
# a page waits so long for what a large ledger has of a day
PATIENCE_S = 1.5
_READERS = ThreadPoolExecutor(2, thread_name_prefix="days")
_READING: dict[tuple[object, ...], Future[Day]] = {}


class Day(NamedTuple):
    """Mean power [W] by quarter: ``lines`` are (start [us UTC], one value a role or None)."""

    day: str
    start_us: int
    end_us: int
    roles: tuple[str, ...]
    lines: tuple[Line, ...]

    def energy(self, role: str) -> tuple[int, int] | None:
        """Give what a role gave, taking not counted [J], and how long it is known [us].

        None where no quarter of it is known.
        """
        place = self.roles.index(role)
        known = [
            (values[place], min(at + QUARTER_US, self.end_us) - at)
            for at, values in self.lines if values[place] is not None
        ]  # fmt: skip
        if not known:
            return None
        joules = sum(max(0.0, watts or 0.0) * long_us / S_US for watts, long_us in known)
        return round(joules), sum(long_us for _, long_us in known)


def day_of(workspace: Workspace, park: str, day: str, now_us: int) -> Day:
    """Give the day (YYYY-MM-DD, cut in the ledger's zone) of a park until now.

    Raises
    ------
    TanluError
        TL112 for what is no day.
    """
    start_us, end_us = time.period(day, str(workspace.zone))
    return _between(workspace, park, day, (start_us, end_us), now_us)


def lately(
    workspace: Workspace, park: str, now_us: int, *, patience_s: float = PATIENCE_S
) -> Day | None:
    """Give the last 24 hours of a park; None where that takes longer to read than a page waits.

    It is read on then, so that who asks next finds its hours read; what was read for another time
    is never given as that of now.
    """
    key = (workspace.id, str(workspace.path), park)
    with _TURN:
        reading = _READING.get(key)
        if reading is None or reading.done():
            reading = _READING[key] = _READERS.submit(_last, workspace, park, now_us)
    try:
        return reading.result(patience_s)
    except TimeoutError:
        return None


def _last(workspace: Workspace, park: str, now_us: int) -> Day:
    start_us = now_us - DAY_US
    whole = (start_us // HOUR_US * HOUR_US, now_us)
    found = _between(workspace, park, "", whole, now_us)
    lines = tuple(line for line in found.lines if start_us <= line[0] < now_us)
    return found._replace(start_us=start_us, lines=lines)


def _between(workspace: Workspace, park: str, day: str, span: tuple[int, int], now_us: int) -> Day:
    start_us, end_us = span
    devices = _devices(workspace, park)
    told, parts = tuple(devices.rows()), _parts(workspace, start_us, end_us)
    held: dict[int, tuple[Line, ...]] = {}
    keys: dict[int, tuple[object, ...]] = {}
    for hour in range(start_us, min(end_us, now_us), HOUR_US):
        over = hour + HOUR_US + LATE_US < now_us
        here = [at for low, high, at in parts if low < hour + HOUR_US and high >= hour]
        # an hour that runs is read again each minute; one that is over, when a part of it came late
        mark = max(here, default=0) if over else now_us // AGAIN_US
        keys[hour] = (workspace.id, str(workspace.path), park, hour, over, mark, told)
    with _TURN:
        for hour, key in keys.items():
            if key in _KEPT:
                _KEPT.move_to_end(key)
                held[hour] = _KEPT[key]
    lacking = [hour for hour in keys if hour not in held]
    if lacking:
        made = _quarters(workspace, devices, lacking[0], lacking[-1] + HOUR_US)
        held |= {hour: made[hour] for hour in lacking}
        with _TURN:
            _KEPT.update({keys[hour]: made[hour] for hour in lacking})
            while len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    lines = tuple(line for hour in keys for line in held[hour])
    return Day(day, start_us, min(end_us, now_us), ROLES, lines)


def _parts(workspace: Workspace, start_us: int, end_us: int) -> list[tuple[int, int, int]]:
    """Give from when to when the parts of a day's readings are, and the version of each."""
    every = workspace.parts("reading")
    ranges = [(*part.ranges.get("at", (start_us, end_us)), part.version) for part in every]
    return [each for each in ranges if each[0] < end_us and each[1] >= start_us]


def _devices(workspace: Workspace, park: str) -> pl.DataFrame:
    """Give the devices of a park that have a power: ``device, role`` and what a value is in W."""
    registry = Registry.of(workspace)
    rows = registry.devices.filter(
        pl.col("state") == "enrolled", pl.col("place").str.split("/").list.first() == park
    ).select("device", "type", "parent", "ratio", stream=pl.lit(STREAM))  # fmt: skip
    units = dict(registry.streams.select("stream", "unit").iter_rows())
    watts = WATTS.get(units.get(STREAM) or "", 1.0)
    found = [
        (row["device"], played["role"], float(played["sign"]) * (row["ratio"] or 1.0) * watts)
        for row in rows.iter_rows(named=True)
        if (played := role_of(row)) is not None
    ]
    kinds = {"device": pl.String, "role": pl.String, "times": pl.Float64}
    return pl.DataFrame(found, schema=kinds, orient="row")


def _quarters(
    workspace: Workspace, devices: pl.DataFrame, start_us: int, end_us: int
) -> dict[int, tuple[Line, ...]]:
    """Give the quarters of some hours, by hour: of a role the sum of its devices' means."""
    quarter = (pl.col("at") // QUARTER_US * QUARTER_US).alias("quarter")
    means = (
        workspace.scan("reading", between=(start_us, end_us),
                       columns=["device", "stream", "at", "value"])
        .filter(pl.col("stream") == STREAM, pl.col("at").is_between(
            start_us, end_us, closed="left"))
        .join(devices.lazy(), on="device", how="inner")
        .group_by(quarter, "role", "device").agg((pl.col("value") * pl.col("times")).mean())
        .group_by("quarter", "role").agg(pl.col("value").sum(), pl.len().alias("heard"))
        .sort("quarter").collect(engine="streaming")
    )  # fmt: skip
    there = dict(devices["role"].value_counts().iter_rows())
    told: dict[int, dict[str, float]] = {}
    for row in means.iter_rows(named=True):
        # a role of which a device was not heard is not known: a part of it would look like less
        if row["heard"] == there[row["role"]]:
            told.setdefault(row["quarter"], {})[row["role"]] = row["value"]
    return {
        hour: tuple(
            (at, tuple(told.get(at, {}).get(role) for role in ROLES))
            for at in range(hour, hour + HOUR_US, QUARTER_US)
        )
        for hour in range(start_us, end_us, HOUR_US)
    }
