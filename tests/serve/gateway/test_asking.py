"""Machines are asked at the beats of the clock; a beat without an answer stays a gap."""

from __future__ import annotations

import asyncio
import contextlib
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
        return [None if Machine.asked in (3, 4) else float(Machine.asked) for _ in points]

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
