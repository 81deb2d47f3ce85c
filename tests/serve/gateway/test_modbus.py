"""Machines are asked by Modbus TCP, against a server of the library, and none holds up another."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter

import polars as pl
import pytest

from tanlu.monitor.points import Point
from tanlu.serve.gateway.asking import ask
from tanlu.serve.gateway.modbus import ModbusLink

pytest.importorskip("pymodbus")


def point(port: int, address: int, kind: str, stream: str, **more: object) -> Point:
    made = Point("modbus", "127.0.0.1", port, 1, "holding", str(address), kind, "big", 1.0,
                 "meter-1", stream, 200_000)  # fmt: skip
    return made._replace(**more)  # type: ignore[arg-type]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.asynccontextmanager
async def machine(port: int, words: list[int]):
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    device = SimDevice(1, [SimData(0, values=words, datatype=DataType.REGISTERS)])
    server = ModbusTcpServer(device, address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    try:
        yield server
    finally:
        await server.shutdown()


async def gathered(points: list[Point], seconds: float) -> tuple[pl.DataFrame, Counter[str]]:
    rows: list[pl.DataFrame] = []
    told: Counter[str] = Counter()

    async def give(frame: pl.DataFrame) -> None:
        rows.append(frame)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ask(points, ModbusLink, give, told)
    return (pl.concat(rows) if rows else pl.DataFrame()), told


def test_registers_become_readings_numbered_by_their_beat():
    async def run():
        port = free_port()
        async with machine(port, [0x0001, 0x86A0, 42, 0x42F6, 0xE979]):
            points = [point(port, 0, "uint32", "energy_wh", scale=10.0),
                      point(port, 2, "uint16", "temperature_c"),
                      point(port, 3, "float32", "power_w")]  # fmt: skip
            return await gathered(points, 1.5)

    rows, told = asyncio.run(run())

    last = dict(rows.select("stream", "value").iter_rows())
    assert last["energy_wh"] == 1_000_000.0
    assert last["temperature_c"] == 42.0
    assert last["power_w"] == pytest.approx(123.456)
    for _, some in rows.group_by("stream"):
        assert some["seq"].n_unique() == some.height
    assert (rows["seq"] == rows["at"] // 200_000).mean() > 0.5
    assert told["asked"] == told["answered"]


def test_a_register_that_is_not_there_is_silent_and_the_others_answer():
    async def run():
        port = free_port()
        async with machine(port, [7, 8]):
            points = [point(port, 0, "uint16", "a"), point(port, 900, "uint16", "b")]
            return await gathered(points, 1.0)

    rows, told = asyncio.run(run())

    assert set(rows["stream"]) == {"a"}
    assert told["silent"] > 0


def test_a_machine_that_is_not_there_holds_up_no_other():
    async def run():
        port = free_port()
        async with machine(port, [7]):
            dead = point(free_port(), 0, "uint16", "a", device="dead")
            return await gathered([point(port, 0, "uint16", "a"), dead], 2.0)

    rows, told = asyncio.run(run())

    assert set(rows["device"]) == {"meter-1"}
    assert rows.height >= 5
    assert any(name.startswith("failed") for name in told)


def test_a_machine_that_comes_back_is_asked_again():
    async def run():
        port = free_port()
        rows: list[pl.DataFrame] = []
        told: Counter[str] = Counter()

        async def give(frame: pl.DataFrame) -> None:
            rows.append(frame)

        task = asyncio.create_task(ask([point(port, 0, "uint16", "a")], ModbusLink, give, told))
        await asyncio.sleep(0.3)
        before = len(rows)
        async with machine(port, [7]):
            for _ in range(600):
                await asyncio.sleep(0.1)
                if len(rows) > 2:
                    break
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return before, len(rows)

    before, after = asyncio.run(run())

    assert before == 0
    assert after > 2


def test_a_unit_that_says_nothing_takes_no_other_with_it():
    async def run():
        port = free_port()
        async with machine(port, [7]):
            points = [
                point(port, 0, "uint16", "power_w", unit=unit, device=f"meter-{unit}")
                for unit in (9, 1)
            ]
            return await gathered([one._replace(step_us=10_000_000) for one in points], 9.5)

    rows, _ = asyncio.run(run())
    assert rows["device"].unique().to_list() == ["meter-1"]
