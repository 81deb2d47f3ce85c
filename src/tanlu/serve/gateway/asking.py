"""Machines that are asked: each by itself, at the full beats of the clock, none holds up another.

The number of a reading is the beat it belongs to: ``seq = floor(time / step)``. So a beat at which
a machine did not answer is a gap like any other, restarts need no memory, and nothing counts twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from typing import Protocol

import polars as pl

from tanlu.monitor.points import Point

__all__ = ["Driver", "Give", "ask"]

# longer than any machine needs for an answer, shorter than any usual step
PATIENCE_S = 5.0
REST_MAX_S = 60.0

Give = Callable[[pl.DataFrame], Awaitable[object]]


class Driver(Protocol):
    """A connection to one machine."""

    async def connect(self) -> None:
        """Connect; an exception of any kind means that the machine is not to be had now."""

    async def read(self, points: Sequence[Point]) -> list[float | None]:
        """Give the value of each point, null for none."""
        ...

    async def close(self) -> None:
        """Let go of the machine."""


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
    machines = [
        (host, port, list(some))
        for (host, port), some in groupby(ordered, key=lambda one: (one.host, one.port))
    ]
    async with asyncio.TaskGroup() as group:
        for host, port, some in machines:
            group.create_task(_machine(host, port, some, driver, give, told, clock))


async def _machine(  # noqa: PLR0917 - all of them are of the one call
    host: str,
    port: int,
    points: list[Point],
    driver: Callable[[str, int], Driver],
    give: Give,
    told: Counter[str],
    clock: Callable[[], float],
) -> None:
    """Keep one machine connected and ask it at each of its steps."""
    rest_s = 1.0
    while True:
        link = driver(host, port)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await link.connect()
            rest_s = 1.0
            await _beats(link, points, give, told, clock)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - whatever a foreign machine does, the others go on
            told[f"failed {host}:{port}"] += 1
        finally:
            with contextlib.suppress(Exception):
                await link.close()
        await asyncio.sleep(rest_s)
        rest_s = min(REST_MAX_S, rest_s * 2)


async def _beats(
    link: Driver, points: list[Point], give: Give, told: Counter[str], clock: Callable[[], float]
) -> None:
    last: dict[int, int] = {}
    while True:
        now_us = int(clock() * 1_000_000)
        due = [one for one in points if now_us // one.step_us != last.get(one.step_us)]
        if due:
            last |= {one.step_us: now_us // one.step_us for one in due}
            await _beat(link, due, give, told, clock)
        next_us = min((now_us // one.step_us + 1) * one.step_us for one in points)
        await asyncio.sleep(max(0.0, next_us / 1_000_000 - clock()))


async def _beat(
    link: Driver, due: list[Point], give: Give, told: Counter[str], clock: Callable[[], float]
) -> None:
    asked_us = int(clock() * 1_000_000)
    told["asked"] += len(due)
    async with asyncio.timeout(PATIENCE_S):
        values = await link.read(due)
    at = int(clock() * 1_000_000)
    rows = [
        (one.device, one.stream, asked_us // one.step_us, at, value)
        for one, value in zip(due, values, strict=True)
        if value is not None
    ]
    told["answered"] += len(rows)
    told["silent"] += len(due) - len(rows)
    if rows:
        names = {"device": pl.String, "stream": pl.String, "seq": pl.Int64, "at": pl.Int64,
                 "value": pl.Float64}  # fmt: skip
        await give(pl.DataFrame(rows, schema=names, orient="row"))
