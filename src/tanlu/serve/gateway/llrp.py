"""Readers of tags on boxes (LLRP): what they see becomes events, a second's worth at a time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import polars as pl

from tanlu.monitor.points import Point, tag_events
from tanlu.serve.gateway.extras import extra

__all__ = ["watch_reader"]

GATHER_S = 1.0
REST_S = 5.0
SEEN_MAX = 10_000
# the clock of a reader has 64 bits, a time in the ledger 63
AT_MAX = 2**63 - 1


async def watch_reader(
    point: Point,
    give: Callable[[pl.DataFrame], Awaitable[object]],
    told: Counter[str],
    *,
    zone: str = "Asia/Shanghai",
) -> None:
    """Give the events of one reader until cancelled, schema ``event``.

    A reader that goes away is called again.

    Raises
    ------
    TanluError
        TL466 without the extra ``rfid``.
    """
    made = extra("rfid", "llrpkit").Reader
    while True:
        seen: asyncio.Queue[tuple[str, int, int]] = asyncio.Queue(SEEN_MAX)
        telling = asyncio.create_task(_tell(seen, point, give, told, zone))
        try:
            async with made(point.host, point.port) as reader:
                await _see(reader, seen, telling, told)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - whatever a foreign machine does, the others go on
            told[f"failed {point.host}:{point.port}"] += 1
        finally:
            await _ended(telling, seen)
        await asyncio.sleep(REST_S)


async def _see(
    reader: Any,
    seen: asyncio.Queue[tuple[str, int, int]],
    telling: asyncio.Task[None],
    told: Counter[str],
) -> None:
    async for tag in reader.inventory():
        if telling.done():
            # what is seen goes nowhere: begin anew, and count it
            telling.result()
        at = tag.last_seen_us or tag.first_seen_us or time.time_ns() // 1000
        if at > AT_MAX:
            # kept among the others it would take all of their second with it
            told["refused"] += 1
            continue
        # a full queue waits, and the reader with it
        await seen.put((tag.epc_hex, tag.antenna or 0, at))


async def _tell(
    seen: asyncio.Queue[tuple[str, int, int]],
    point: Point,
    give: Callable[[pl.DataFrame], Awaitable[object]],
    told: Counter[str],
    zone: str,
) -> None:
    while True:
        sights = [await seen.get()]
        await asyncio.sleep(GATHER_S)
        while not seen.empty() and len(sights) < SEEN_MAX:
            sights.append(seen.get_nowait())
        await give(tag_events(point.device, sights, zone=zone))
        told["answered"] += len(sights)
        for _ in sights:
            seen.task_done()


async def _ended(telling: asyncio.Task[None], seen: asyncio.Queue[tuple[str, int, int]]) -> None:
    """Wait for what was seen to be safe, then end."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(seen.join(), GATHER_S * 3)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
