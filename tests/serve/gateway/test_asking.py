"""Machines are asked at the beats of the clock; a beat without an answer stays a gap."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter

import polars as pl

from tanlu.monitor.points import Point
from tanlu.serve.gateway.asking import ask

STEP_US = 100_000


class Machine:
    """Answers but for the beats that it sleeps through."""

    asked = 0

    def __init__(self, host: str, port: int) -> None:
        self.host = host

    async def connect(self) -> None:
        pass

    async def read(self, points):
        Machine.asked += 1
        for one in points:
            yield one, None if Machine.asked in (3, 4) else float(Machine.asked)

    async def close(self) -> None:
        pass


def point(device: str) -> Point:
    return Point("modbus", "h", 1, 1, "holding", "0", "uint16", "big", 1.0, device, "s", STEP_US)


def test_numbers_follow_the_clock_and_a_silent_beat_is_a_gap():
    Machine.asked = 0
    rows: list[pl.DataFrame] = []
    told: Counter[str] = Counter()

    async def give(frame: pl.DataFrame) -> None:
        rows.append(frame)

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                await ask([point("d")], Machine, give, told)

    asyncio.run(run())

    seen = pl.concat(rows)
    assert seen["seq"].n_unique() == seen.height
    # what the two silent beats left out shows as missing numbers, whatever else was late
    missing = set(range(seen["seq"][0], seen["seq"][-1] + 1)) - set(seen["seq"])
    assert len(missing) >= 2
    assert told["silent"] == 2
    assert told["asked"] == told["answered"] + told["silent"]


def asking(machine, points, seconds: float, clock=None):
    """The rows and counters of asking a machine for some seconds."""
    rows: list[pl.DataFrame] = []
    told: Counter[str] = Counter()

    async def give(frame: pl.DataFrame) -> None:
        rows.append(frame)

    async def run() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await ask(points, machine, give, told, **({"clock": clock} if clock else {}))

    asyncio.run(run())
    return (pl.concat(rows) if rows else pl.DataFrame()), told


def test_what_was_told_is_not_asked_again_after_a_broken_connection(monkeypatch):
    monkeypatch.setattr("tanlu.serve.gateway.asking.REST_S", 0.05)

    class Breaking(Machine):
        async def read(self, points):
            for one in points:
                if one.device == "slow":
                    yield one, 1.0
            raise ConnectionError

    slow, fast = point("slow")._replace(step_us=3_600_000_000), point("fast")
    rows, told = asking(Breaking, [slow, fast], 0.8)

    # its value was kept though the read failed behind it, and it stays one reading
    assert rows["device"].to_list() == ["slow"]
    assert told["failed h:1"] >= 2


def test_who_connects_and_tells_nothing_is_left_alone_for_longer_and_longer(monkeypatch):
    monkeypatch.setattr("tanlu.serve.gateway.asking.REST_S", 0.05)

    class Mute(Machine):
        async def read(self, points):
            raise ConnectionError
            yield

    _, told = asking(Mute, [point("d")], 1.0)
    # 0.1 + 0.2 + 0.4 + ... s: a fixed rest of 0.05 s would make it 20
    assert told["failed h:1"] <= 5


def test_a_driver_that_cannot_be_made_stops_no_other():
    def driver(host, port):
        if host == "bad":
            raise ValueError
        return Machine(host, port)

    Machine.asked = 10
    rows, _ = asking(driver, [point("d"), point("e")._replace(host="bad")], 0.5)
    assert rows["device"].unique().to_list() == ["d"]


def test_a_clock_that_is_set_back_a_little_tells_no_beat_twice():
    Machine.asked = 10
    begun = time.monotonic()

    def clock() -> float:
        since = time.monotonic() - begun
        # 30 ms back, just after a beat
        return 1000.0 + since - (0.03 if since > 0.31 else 0.0)

    rows, _ = asking(Machine, [point("d")], 0.8, clock)
    assert rows["seq"].n_unique() == rows.height
