"""Meters behind a serial server: asked one by one, against a peer and against bad lines."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections import Counter
from functools import partial

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.points import Point
from tanlu.monitor.protocols import dlt645
from tanlu.serve.gateway.asking import ask
from tanlu.serve.gateway.frames.meters import MeterLink

METER = "000000123456"


def point(address: str, stream: str = "energy_wh", *, port: int = 1, scale: float = 1.0) -> Point:
    return Point("dlt645", "127.0.0.1", port, 1, "holding", address, "uint16", "big", scale,
                 "m-1", stream, 200_000)  # fmt: skip


@contextlib.asynccontextmanager
async def serial(answers, asked):
    """A serial server: each request is answered with pieces of bytes; None ends the line."""
    tasks = []

    async def serve(reader, writer) -> None:
        tasks.append(asyncio.current_task())
        session = dlt645.Session()
        while chunk := await reader.read(100):
            for piece in session.feed(chunk):
                asked.append(dlt645.parse(piece.raw))
                for part in answers(asked[-1]):
                    if part is None:
                        writer.close()
                        return
                    writer.write(part)
                    await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.wait_for(asyncio.gather(*tasks), 10)


def run(answers, points, *, times: int = 1, **options):
    """What a link reads of a scripted line, what was asked, and what was refused."""
    asked: list[dlt645.Frame] = []
    told: list[tuple[bytes, str]] = []

    async def reads():
        async with serial(answers, asked) as port:
            link = MeterLink("127.0.0.1", port, refuse=lambda *one: told.append(one), **options)
            await link.connect()
            try:
                for _ in range(times):
                    found = {one: value async for one, value in link.read(points)}
                return [found.get(one) for one in points]
            finally:
                await link.close()

    return asyncio.run(reads()), asked, told


def register(frame: dlt645.Frame) -> int:
    return int.from_bytes(frame.data[:4], "little")


def test_a_block_is_asked_once_and_each_point_takes_its_stream():
    block = b"".join(bytes([0, 0, 0, n]) for n in range(1, 6))
    points = [point(f"{METER}/0001FF00", "energy_t1_wh"), point(f"{METER}/0001FF00", scale=0.5)]
    values, asked, told = run(lambda f: [dlt645.answer(METER, register(f), block)], points)
    assert (values, len(asked), told) == ([20_000_000.0, 5_000_000.0], 1, [])


def test_a_register_may_have_a_name_of_the_plan():
    answer = dlt645.answer(METER, 0x02010100, bytes.fromhex("0522"))
    assert run(lambda f: [answer], [point(f"{METER}/02010100", "feeder_v")])[0] == [220.5]


def test_the_rest_of_an_answer_is_asked_for_and_its_number_with_it():
    block = b"".join(bytes([0, 0, 0, n]) for n in range(1, 6))

    def answers(frame):
        number = frame.data[4] if frame.control == dlt645.FOLLOW else 0
        part = (block[:8], block[8:16], block[16:])[number]
        return [dlt645.answer(METER, register(frame), part, more=number < 2, number=number)]

    values, asked, _ = run(answers, [point(f"{METER}/0001FF00", "energy_t4_wh")])
    assert values == [50_000_000.0]
    assert [frame.control for frame in asked] == [0x11, 0x12, 0x12]


def test_noise_echoes_and_other_meters_are_no_answers():
    def answers(frame):
        return [
            dlt645.ask(METER, register(frame)),
            b"noise",
            dlt645.answer("000000999999", register(frame), bytes(4)),
            dlt645.answer(METER, register(frame), b"\0\0\0\1")[:9],
            dlt645.answer(METER, register(frame), b"\0\0\0\1")[9:],
        ]

    values, _, told = run(answers, [point(f"{METER}/00010000")])
    assert values == [10_000_000.0]
    assert [why for _, why in told] == [
        "no frame begins here", "meter 000000999999 answers for 000000123456",
    ]  # fmt: skip


def test_a_meter_that_says_no_nothing_or_nonsense_gives_null():
    def answers(frame):
        match register(frame):
            case 0x00010000:
                return [dlt645.answer(METER, register(frame), error=2)]
            case 0x00020000:
                return [dlt645.answer(METER, register(frame), b"\xaa" * 4)]
            case _:
                return []

    points = [point(f"{METER}/{name}") for name in ("00010000", "00020000", "00000000", "x")]
    values, asked, told = run(answers, points, answer_s=0.5)
    assert (values, len(asked)) == ([None] * 4, 3)
    assert {why for _, why in told} == {
        "the meter says: no such data", "register 00020000: its data are not decimal",
        "an address is METER/REGISTER",
    }  # fmt: skip


def test_a_line_of_silent_meters_holds_up_nobody_for_longer_than_its_step():
    points = [point(f"{n:012d}/00010000") for n in range(64)]
    points = [one._replace(step_us=5_600_000) for one in points]
    begun = time.monotonic()
    # four answers fit, and a second is left
    _, asked, _ = run(lambda f: [], points, answer_s=1.15)
    assert time.monotonic() - begun < 5.6
    assert 3 <= len(asked) <= 5


def test_noise_is_told_by_its_reasons_and_not_by_the_byte():
    _, _, told = run(lambda f: [b"\x68" * 2_000], [point(f"{METER}/00010000")], answer_s=0.5)
    assert 1 <= len(told) <= 4
    assert sum(len(raw) for raw, _ in told) >= 1_700


def test_a_total_alone_is_no_tariff():
    answer = dlt645.answer(METER, 0x0001FF00, b"\0\0\0\1")
    assert run(lambda f: [answer], [point(f"{METER}/0001FF00", "energy_t1_wh")])[0] == [None]


def test_a_line_that_ends_and_one_that_is_not_there_are_told():
    with pytest.raises(TanluError) as told:
        run(lambda frame: [None], [point(f"{METER}/00010000")])
    assert told.value.code == "TL462"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = MeterLink("127.0.0.1", free.getsockname()[1])
        with pytest.raises(TanluError) as told:
            asyncio.run(nobody.connect())
    assert told.value.code == "TL462"


def test_a_meter_of_the_peer_is_read_at_the_beats_of_the_clock():
    peer = pytest.importorskip("dlt645", reason="THE PEER IS ABSENT: pip install dlt645")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    meter = peer.MeterServerService.new_tcp_server("127.0.0.1", port)
    # the peer keeps an address as it stands on the wire: lowest digits first
    meter.set_address(bytes.fromhex(METER)[::-1])
    meter.set_00(0x00010000, 12345.67)
    meter.set_02(0x02010100, 231.4)
    meter.set_02(0x02030000, -1.2345)
    assert meter.start()
    rows: list[pl.DataFrame] = []

    async def beats() -> None:
        enough = asyncio.Event()

        async def give(frame: pl.DataFrame) -> None:
            rows.append(frame)
            if len(rows) == 2:
                enough.set()

        points = [
            point(f"{METER}/00010000", port=port),
            point(f"{METER}/02010100", "voltage_l1_v", port=port),
            point("AAAAAAAAAAAA/02030000", "power_w", port=port),
        ]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                task = asyncio.create_task(
                    ask(points, partial(MeterLink, answer_s=1.0), give, Counter())
                )
                await enough.wait()
                task.cancel()

    try:
        asyncio.run(beats())
    finally:
        meter.stop()
    found = pl.concat(rows)
    assert {row[1]: row[4] for row in found.iter_rows()} == {
        "energy_wh": 12_345_670.0, "voltage_l1_v": 231.4, "power_w": -1234.5,
    }  # fmt: skip
    assert abs(found["at"][0] - time.time() * 1e6) < 60e6
