"""A reader of tags, emulated by the library, becomes events."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
from collections import Counter

import polars as pl
import pytest

from tanlu.monitor.points import Point
from tanlu.serve.gateway.llrp import watch_reader
from tanlu.terms import schema

if importlib.util.find_spec("llrpkit") is None:
    pytest.skip("llrpkit is not installed", allow_module_level=True)


def test_tags_in_the_field_become_events():
    from llrpkit.emulator import EmulatedTag, LLRPEmulator

    async def run():
        rows: list[pl.DataFrame] = []
        told: Counter[str] = Counter()

        async def give(frame: pl.DataFrame) -> None:
            rows.append(frame)

        tag = EmulatedTag(epc=bytes.fromhex("3074257bf7194e4000001a85"))
        async with LLRPEmulator(tags=[tag], port=0) as emulator:
            point = Point("llrp", "127.0.0.1", emulator.port, 1, "holding", "", "uint16", "big",
                          1.0, "dock-1", "tag_read", 1)  # fmt: skip
            task = asyncio.create_task(watch_reader(point, give, told))
            for _ in range(600):
                await asyncio.sleep(0.1)
                if rows:
                    break
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        return pl.concat(rows)

    seen = asyncio.run(run())

    schema("event").check(seen)
    assert set(seen["subject"]) == {"epc:3074257bf7194e4000001a85"}
    assert seen["event_id"].n_unique() == seen.height


def test_a_reader_that_is_not_there_is_counted():
    told: Counter[str] = Counter()

    async def give(frame: pl.DataFrame) -> None:
        raise AssertionError

    async def run():
        point = Point("llrp", "127.0.0.1", 9, 1, "holding", "", "uint16", "big", 1.0, "d", "s", 1)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await watch_reader(point, give, told)

    asyncio.run(run())

    assert told["failed 127.0.0.1:9"] >= 1


def test_a_reader_whose_events_cannot_be_given_is_counted_and_called_again(monkeypatch):
    from llrpkit.emulator import EmulatedTag, LLRPEmulator

    monkeypatch.setattr("tanlu.serve.gateway.llrp.GATHER_S", 0.05)
    told: Counter[str] = Counter()

    async def give(frame: pl.DataFrame) -> None:
        raise ValueError

    async def run():
        tag = EmulatedTag(epc=bytes.fromhex("3074257bf7194e4000001a85"))
        async with LLRPEmulator(tags=[tag], port=0) as emulator:
            point = Point("llrp", "127.0.0.1", emulator.port, 1, "holding", "", "uint16", "big",
                          1.0, "dock-1", "tag_read", 1)  # fmt: skip
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(4):
                    await watch_reader(point, give, told)

    asyncio.run(run())
    assert sum(count for name, count in told.items() if name.startswith("failed")) >= 1
