"""A desk over a ledger in memory, with a clock that a test sets and devices that are simulated."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import polars as pl
import pytest

from tanlu.monitor.command import Desk, Rules, SimulatedDevice, SimulatedDevices
from tanlu.terms import schema

SECOND = 1_000_000
START = 1_700_000_000_000_000
RULES = Rules.of({
    "actions": {
        "cooling_set_point": {
            "unit": "degC", "minimum": 5.0, "maximum": 30.0, "rest": 24.0, "pause_s": 180,
        },
        "charging_limit": {"unit": "W", "minimum": 0.0, "maximum": 11_000.0, "rest": 0.0},
        "light_level": {"unit": "%", "minimum": 0.0, "maximum": 100.0, "hold_max_s": 3600,
                        "asks_per_hour": 5},
    },
    "grants": [
        {"who": "building", "device": "*", "action": "cooling_set_point", "priority_max": 8},
        {"who": "plan*", "device": "charger/*", "action": "charging_limit", "priority_max": 8},
        {"who": "grid", "device": "charger/*", "action": "charging_limit", "priority_max": 14},
        {"who": "building", "device": "lamp", "action": "light_level", "priority_max": 8},
        {"who": "fire", "device": "*", "action": "light_level", "priority_max": 16},
    ],
    "interlocks": [
        {"name": "door", "device": "room", "action": "cooling_set_point", "minimum": 22,
         "when": {"device": "door", "stream": "door_open", "at_least": 1}},
    ],
    "limits": [
        {"name": "feeder", "device": "charger/*", "action": "charging_limit", "total": 20_000},
    ],
})  # fmt: skip


class Books:
    """What a desk needs of a workspace, in memory; may fail as a disk does."""

    def __init__(self) -> None:
        names = ["room", "lamp", "charger/1", "charger/2", "charger/3"]
        lines = pl.DataFrame({"device": names, "since": [1] * 5, "state": ["enrolled"] * 5})
        self.tables = {"device": schema("device").fit(lines)}
        self.version = 1
        self.fails: list[str] = []

    def append(self, table: str, rows: pl.DataFrame) -> None:
        fault = self.fails.pop() if self.fails else ""
        if fault == "before":
            raise KeyboardInterrupt
        before = self.tables.get(table, schema(table).empty())
        self.tables[table] = pl.concat([before, schema(table).fit(rows)])
        self.version += 1
        if fault == "after":
            raise KeyboardInterrupt

    def scan(self, table: str, *, raw: bool = False) -> pl.LazyFrame:
        return self.tables.get(table, schema(table).empty()).lazy()

    def alone(self, name: str) -> contextlib.AbstractContextManager[None]:
        assert name == "desk"
        return contextlib.nullcontext()

    def parts(self, table: str) -> list[int]:
        return list(range(table in self.tables))


class World:
    """A desk, its clock and its devices; ``restart`` is a crash: only the ledger is left."""

    def __init__(self) -> None:
        self.now = START
        self.books = Books()
        self.devices = SimulatedDevices({
            "room": SimulatedDevice({"cooling_set_point": 25.0}),
            "lamp": SimulatedDevice({"light_level": 40.0}),
            **{f"charger/{n}": SimulatedDevice({"charging_limit": 0.0}) for n in (1, 2, 3)},
        })  # fmt: skip
        self.restart()
        self.door(0)

    def restart(self) -> None:
        clock: Callable[[], int] = lambda: self.now  # noqa: E731
        self.desk = Desk(self.books, RULES, self.devices, clock=clock)  # type: ignore[arg-type]

    def after(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)

    def door(self, value: float | None) -> None:
        row = {"device": "door", "stream": "door_open", "at": self.now, "value": value}
        types = {"device": pl.String, "stream": pl.String, "at": pl.Int64, "value": pl.Float64}
        self.desk.see(pl.DataFrame([row], schema=types))

    def ask(self, device: str, action: str, value: float, by: str, **more) -> str:
        told = {"until": self.now + 600 * SECOND} | more
        return self.desk.ask(device, action, value, by=by, **told).step

    def cool(self, value: float, **more) -> str:
        return self.ask("room", "cooling_set_point", value, "building", **more)

    def steps(self, command_id: str | None = None) -> list[str]:
        rows = self.books.scan("command").collect()
        if command_id is not None:
            rows = rows.filter(pl.col("command_id") == command_id)
        return rows["step"].to_list()

    def held(self, device: str, action: str) -> float:
        return self.devices.devices[device].values[action]


@pytest.fixture
def world() -> World:
    return World()
