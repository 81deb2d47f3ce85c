"""Machines that are asked: each by itself, at the full beats of the clock, none holds up another.

The number of a reading is the beat it belongs to: ``seq = floor(time / step)``. So a beat at which
a machine did not answer is a gap like any other, restarts need no memory, and nothing counts twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import groupby
from typing import Protocol

import polars as pl

from tanlu.monitor.points import Point
from tanlu.serve.gateway.turns import Turns

__all__ = ["Driver", "Give", "ask", "patience_s"]

# longer than any machine needs to be connected
PATIENCE_S = 5.0
# how much of its step a beat may take: behind one line there may be many meters
SHARE = 0.9
REST_S, REST_MAX_S = 1.0, 60.0

Give = Callable[[pl.DataFrame], Awaitable[object]]


class Driver(Protocol):
    """A connection to one machine."""

    async def connect(self) -> None:
        """Connect; an exception of any kind means that the machine is not to be had now."""

    def read(self, points: Sequence[Point]) -> AsyncIterator[tuple[Point, float | None]]:
        """Give each point with its value, null for none, as soon as it is known.

        Who cannot be asked in time is left out; points come in the order of their turns.
        """
        ...

    async def close(self) -> None:
        """Let go of the machine."""


def patience_s(points: Sequence[Point]) -> float:
    """Give how long a machine may take to tell all points of a beat [s]."""
    return max(PATIENCE_S, SHARE * min(one.step_us for one in points) / 1_000_000)


async def ask(
    points: Sequence[Point],
    driver: Callable[[str, int], Driver],
    give: Give,
    told: Counter[str],
    *,
    clock: Callable[[], float] = time.time,
) -> None:
    """Ask all points until cancelled: one task a machine.

    Parameters
    ----------
    points
        Of one protocol.
    driver
        Makes the connection to a host and port.
    give
        Takes rows ``device, stream, seq, at`` [us UTC]``, value`` and returns when they are safe.
    told
        Counters ``asked, answered, silent, failed`` by machine: ``failed machine``.
    """
    ordered = sorted(points, key=lambda one: (one.host, one.port, one.step_us))
    async with asyncio.TaskGroup() as group:
        for _, some in groupby(ordered, key=lambda one: (one.host, one.port)):
            machine = _Machine(list(some), give, told, clock)
            group.create_task(machine.ask(driver))


def _due(last: int | None, beat: int) -> bool:
    """Tell whether a beat is new: a clock set back a little has had it, one set far back not."""
    return last is None or beat > last or beat < last - 1


class _Machine:
    """One machine: its points, and until when each of them was told."""

    def __init__(
        self, points: list[Point], give: Give, told: Counter[str], clock: Callable[[], float]
    ) -> None:
        self.points, self.give, self.told, self.clock = points, give, told, clock
        # the beat at which each point was told: over broken connections too, or it is told twice
        self.last: dict[Point, int] = {}
        self.turns = Turns()

    async def ask(self, driver: Callable[[str, int], Driver]) -> None:
        """Keep the machine connected and ask it at each of its steps."""
        host, port = self.points[0].host, self.points[0].port
        rest_s = REST_S / 2
        while True:
            before = dict(self.last)
            try:
                link = driver(host, port)
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        await link.connect()
                    await self._beats(link)
                finally:
                    with contextlib.suppress(Exception):
                        await link.close()
            except Exception:  # noqa: BLE001 - whatever a foreign machine does, the others go on
                self.told[f"failed {host}:{port}"] += 1
            # who connects and then tells nothing is left alone for longer too
            rest_s = REST_S if self.last != before else min(REST_MAX_S, rest_s * 2)
            await asyncio.sleep(rest_s)

    async def _beats(self, link: Driver) -> None:
        while True:
            now_us = int(self.clock() * 1_000_000)
            due = [one for one in self.points if _due(self.last.get(one), now_us // one.step_us)]
            if due:
                await self._beat(link, self.turns.order(due))
            next_us = min((now_us // one.step_us + 1) * one.step_us for one in self.points)
            await asyncio.sleep(max(0.0, next_us / 1_000_000 - self.clock()))

    async def _beat(self, link: Driver, due: list[Point]) -> None:
        asked_us = int(self.clock() * 1_000_000)
        rows = []
        failure: Exception | None = None
        self.told["asked"] += len(due)
        try:
            async with asyncio.timeout(patience_s(due)):
                async for one, value in link.read(due):
                    self.last[one] = asked_us // one.step_us
                    self.turns.asked(one, answered=value is not None)
                    if value is not None:
                        at = int(self.clock() * 1_000_000)
                        rows.append((one.device, one.stream, self.last[one], at, value))
        except Exception as error:  # noqa: BLE001 - what was told before is kept, then it is raised
            failure = error
        self.told["answered"] += len(rows)
        self.told["silent"] += len(due) - len(rows)
        if rows:
            names = {"device": pl.String, "stream": pl.String, "seq": pl.Int64, "at": pl.Int64,
                     "value": pl.Float64}  # fmt: skip
            await self.give(pl.DataFrame(rows, schema=names, orient="row"))
        if failure is not None:
            raise failure
