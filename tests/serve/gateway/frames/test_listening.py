"""The listener for frames: answers after the rows are durable, one bad client harms nobody."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
import time
from concurrent.futures import Future

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.protocols import gb32960, gb32960_rows, hj212, jt808, jt808_rows
from tanlu.monitor.stream import Pipeline, Receipt
from tanlu.serve.gateway import frames
from tanlu.serve.gateway.frames import links, listening
from tanlu.serve.ingest import Group as RealGroup
from tanlu.store import open_workspace
from tanlu.store.stream import open_stream_log

AT = 1_700_000_000 * 1_000_000
PHONE = "13800138000"


class Group:
    """A group with the signature of the real one: remembers rows by stream, device and time."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, int], float] = {}
        self.refused: list[tuple[str, bytes, str, str]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.full = 0
        self.failing: BaseException | None = None
        self.futures: list[Future] = []

    def submit(self, body) -> Future:
        if self.full:
            self.full -= 1
            raise TanluError("TL455", value=0, seconds=1)
        table, new = body.data, 0
        for row in table.iter_rows(named=True):
            key = (body.stream, row["device"], row["at"])
            new += key not in self.rows
            self.rows.setdefault(key, row.get("value", row.get("lat_e7")))
        return self._later(Receipt(table.height, new, table.height - new, 0, {}))

    def refuse(self, stream, raw, code, why, received_us) -> Future:
        self.refused.append((stream, raw, code, why))
        return self._later(Receipt(1, 0, 0, 1, {code: 1}))

    def _later(self, receipt: Receipt) -> Future:
        future: Future = Future()
        self.futures.append(future)

        def done() -> None:
            self.gate.wait()
            if self.failing is not None:
                future.set_exception(self.failing)
            else:
                future.set_result(receipt)

        threading.Thread(target=done, daemon=True).start() if not self.gate.is_set() else done()
        return future

    def stream(self, name: str) -> list[tuple]:
        return [(key[2], value) for key, value in self.rows.items() if key[0] == name]


class Closed:
    """A registry that knows one terminal."""

    closed = True

    def enrolled(self, devices: pl.Series) -> pl.Series:
        return devices == "truck-7"


def position(number: int, phone: str = PHONE) -> bytes:
    items = {1: number.to_bytes(4, "big")}
    body = jt808_rows.location(AT + number * 1_000_000, 310_000_000, 1_210_000_000, items=items)
    return jt808.encode(0x0200, phone, number & 0xFFFF, body)


def heard(link: socket.socket, count: int, seconds: float = 60.0) -> list[bytes]:
    """The frames of so many answers, as they come."""
    session, found = jt808.Session(), []
    link.settimeout(seconds)
    while len(found) < count:
        chunk = link.recv(65_536)
        if not chunk:
            break
        found += [piece.raw for piece in session.feed(chunk)]
    return found


def dial(gateway) -> socket.socket:
    return socket.create_connection((gateway.host, gateway.port), timeout=60)


def until(told, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.005)


def test_a_frame_is_answered_only_when_its_rows_are_durable():
    group = Group()
    group.gate.clear()
    with frames.serve(group, None, "jt808") as gateway, dial(gateway) as link:
        link.sendall(position(1))
        until(lambda: group.rows)
        link.settimeout(0.2)
        with pytest.raises(TimeoutError):
            link.recv(1)
        group.gate.set()
        (answer,) = heard(link, 1)
    assert jt808.header(answer).message == 0x8001
    assert answer[12:17] == b"\0\1\2\0\0"
    assert group.stream("odometer_m") == [(AT + 1_000_000, 100.0)]
    assert gateway.counters()["rows_new"] == gateway.counters()["rows_in"] == 2


def test_ten_thousand_frames_with_splits_garbage_and_a_kill_are_each_there_once():
    group = Group()
    rng = random.Random(808)
    total = 10_000

    async def send(gateway, first: int, last: int, *, drop_at: int | None) -> None:
        reader, writer = await asyncio.open_connection(gateway.host, gateway.port)
        data = bytearray()
        for number in range(first, last):
            data += position(number)
            if number % 500 == 0:
                data += b"garbage between frames"
            if number % 700 == 0:
                data += position(number)[:-9] + b"\x7e"

        async def listen() -> int:
            session, count = jt808.Session(), 0
            while chunk := await reader.read(65_536):
                count += sum(not piece.why for piece in session.feed(chunk))
                if count >= (last - first):
                    break
            return count

        listening = asyncio.create_task(listen())
        at = 0
        while at < len(data):
            step = rng.choice((1, 7, 64, 1_000, 9_000))
            writer.write(data[at : at + step])
            at += step
            if drop_at is not None and at > drop_at:
                writer.transport.abort()
                break
            await writer.drain()
        assert await listening == last - first or drop_at is not None
        writer.close()

    async def all_of_it(gateway) -> None:
        # the first connection dies in the middle; its terminal sends everything again
        await send(gateway, 0, total // 2, drop_at=200_000)
        await send(gateway, 0, total // 2, drop_at=None)
        await send(gateway, total // 2, total, drop_at=None)

    with frames.serve(group, None, "jt808") as gateway:
        asyncio.run(all_of_it(gateway))
        until(lambda: not gateway.counters()["connections"])
    assert sorted(group.stream("odometer_m")) == [
        (AT + number * 1_000_000, number * 100.0) for number in range(total)
    ]
    counts = gateway.counters()
    assert counts["rows_in"] == (
        counts["rows_new"] + counts["rows_known"] + counts["rows_quarantined"]
    )
    assert counts["rows_known"] > 0
    whys = {why for _, _, code, why in group.refused if code == "TL390"}
    assert {"the check byte is not that of the frame"} <= whys
    assert any(b"garbage between frames" in raw for _, raw, _, _ in group.refused)


def test_a_slow_a_silent_and_a_foreign_client_harm_nobody():
    group = Group()
    with frames.serve(group, None, "jt808", idle_s=1.0) as gateway:
        slow, silent, foreign = (dial(gateway) for _ in range(3))
        for byte in position(1)[:9]:
            slow.sendall(bytes([byte]))
        for _ in range(40):
            try:
                foreign.sendall(b"\x7eGET / HTTP/1.1 over and over again\x7e" * 50)
            except OSError:
                break
        with dial(gateway) as link:
            link.sendall(position(2))
            assert len(heard(link, 1)) == 1
        until(lambda: gateway.counters()["connections"] == 0)
        counts = gateway.counters()
        for each in (slow, silent, foreign):
            each.close()
    assert (counts["closed_foreign"], counts["joined"]) == (1, 4)
    assert counts["closed_idle"] >= 2
    assert group.stream("odometer_m") == [(AT + 2_000_000, 200.0)]


def test_a_full_pipeline_is_asked_again_and_its_senders_wait(monkeypatch):
    monkeypatch.setattr(links, "LINK_PIECES_MAX", 10)
    group = Group()
    group.full = 3
    group.gate.clear()
    with frames.serve(group, None, "jt808") as gateway, dial(gateway) as link:
        link.sendall(b"".join(position(number) for number in range(2_000)))
        until(lambda: gateway.counters().get("held_back", 0) >= 4)
        group.gate.set()
        assert len(heard(link, 2_000)) == 2_000
    assert len(group.stream("position")) == 2_000


def test_who_stops_waiting_cancels_nothing_of_the_committers():
    group = Group()
    group.gate.clear()
    with frames.serve(group, None, "jt808") as gateway, dial(gateway) as link:
        link.sendall(position(1))
        until(lambda: group.futures)
        threading.Timer(0.3, group.gate.set).start()
        gateway.close()
    assert [future.cancelled() for future in group.futures] == [False] * len(group.futures)


def test_when_too_much_waits_nobody_is_read_until_it_is_less(monkeypatch):
    monkeypatch.setattr(listening, "WAITING_BYTES_MAX", 50_000)
    group = Group()
    group.gate.clear()
    with (
        frames.serve(group, None, "jt808") as gateway,
        dial(gateway) as first,
        dial(gateway) as second,
    ):
        # who comes while all are held back is not read from the beginning, and not counted
        until(lambda: gateway.counters()["connections"] == 2)
        first.sendall(b"".join(position(number) for number in range(500)))
        until(lambda: gateway.counters().get("held_back", 0) >= 2)
        second.sendall(position(9_000))
        group.gate.set()
        assert (len(heard(first, 500)), len(heard(second, 1))) == (500, 1)


def test_a_pipeline_that_fails_ends_the_gateway_and_nothing_is_answered():
    group = Group()
    group.failing = TanluError("TL661", value="log", why="disk")
    with frames.serve(group, None, "jt808") as gateway, dial(gateway) as link:
        link.sendall(position(1))
        link.settimeout(20)
        assert link.recv(1) == b""
        until(lambda: gateway.error is not None)
    assert gateway.error.code == "TL661"


def test_who_is_not_enrolled_is_not_registered_and_names_of_the_ledger_are_used():
    group = Group()
    aliases = {"jt808:013800138000": "truck-7"}
    with (
        frames.serve(group, Closed(), "jt808", aliases=aliases) as gateway,
        dial(gateway) as link,
    ):
        link.sendall(jt808.encode(0x0100, PHONE, 1, bytes(30)))
        link.sendall(jt808.encode(0x0100, "139", 2, bytes(30)) + position(3))
        answers = heard(link, 3)
    assert [answer[14] for answer in answers[:2]] == [0, 4]
    assert {device for _, device, _ in group.rows} == {"truck-7"}


def test_streams_that_are_not_wanted_are_counted_and_not_kept():
    group = Group()
    with (
        frames.serve(group, None, "jt808", streams=["odo*"]) as gateway,
        dial(gateway) as link,
    ):
        link.sendall(position(1))
        heard(link, 1)
        counts = gateway.counters()
    assert {stream for stream, _, _ in group.rows} == {"odometer_m"}
    assert (counts["rows_unwanted"], counts["rows_in"]) == (1, 1)


def test_before_the_real_pipeline_nothing_is_there_twice_after_a_death(tmp_path):
    workspace = open_workspace(tmp_path / "park", create=True)
    now = time.time_ns() // 1_000 // 1_000_000 * 1_000_000

    def sent(first: int, last: int) -> bytes:
        items = {1: (7).to_bytes(4, "big")}
        bodies = [
            jt808_rows.location(
                now + n * 1_000_000, 310_000_000, 1_210_000_000 + n * 10, items=items
            )
            for n in range(first, last)
        ]
        return b"".join(
            jt808.encode(0x0200, PHONE, n & 0xFFFF, each) for n, each in enumerate(bodies)
        )

    def life(first: int, last: int) -> dict:
        log = open_stream_log(workspace)
        pipeline = Pipeline(log, Registry.of(workspace))
        group = RealGroup(pipeline)
        with frames.serve(group, Registry.of(workspace), "jt808") as gateway, dial(gateway) as link:
            link.sendall(b"noise\x7e" + sent(first, last))
            assert len(heard(link, last - first, 60)) == last - first
        group.close()
        counted = pipeline.counters()["streams"]
        # it dies: nothing is kept but the log
        log.close()
        return {name: (each["rows_new"], each["rows_known"]) for name, each in counted.items()}

    assert life(-200, -100) == {"jt808": (0, 0), "position": (100, 0), "odometer_m": (100, 0)}
    # what had no answer comes again to the next server, with what is new
    assert life(-150, -50) == {"jt808": (0, 0), "position": (50, 50), "odometer_m": (50, 50)}
    rows = pl.concat(_logged(workspace))
    assert rows["seq"].to_list() == list(range(150))
    assert rows["at"].n_unique() == 150


def _logged(workspace) -> list[pl.DataFrame]:
    log = open_stream_log(workspace)
    found = [tables["position"] for _, tables in log.replay(None) if "position" in tables]
    log.close()
    return found


def test_new_energy_vehicles_and_monitors_are_heard_too():
    group = Group()
    sample = gb32960_rows.sample("LTESTVEH000000001", AT, [gb32960_rows.body(1, soc_percent=50)])
    with frames.serve(group, None, "gb32960") as gateway, dial(gateway) as link:
        link.sendall(sample)
        assert gb32960.parse(link.recv(99)).flag == gb32960.DONE
    head = {"QN": "20231114221320000", "CN": "2011", "PW": "1", "MN": "M1", "Flag": "5"}
    with frames.serve(group, None, "hj212") as gateway, dial(gateway) as link:
        link.sendall(hj212.encode(head, "DataTime=20231115061320;a1-Rtd=7"))
        assert b"CN=9014" in link.recv(200)
    assert (group.stream("soc_percent"), group.stream("hj212_a1_rtd")) == (
        [(AT, 50.0)], [(AT, 7.0)],
    )  # fmt: skip


def test_a_port_in_use_and_an_unknown_protocol_are_told_apart():
    with pytest.raises(TanluError) as told:
        frames.serve(Group(), None, "can")
    assert told.value.code == "TL461"
    with frames.serve(Group(), None, "jt808") as gateway:
        other = frames.serve(Group(), None, "jt808", gateway.port)
        with pytest.raises(TanluError) as told, other:
            pass
    assert told.value.code == "TL460"


def test_too_many_connections_are_refused(monkeypatch):
    monkeypatch.setattr(listening, "CONNECTIONS_MAX", 1)
    with frames.serve(Group(), None, "jt808") as gateway, dial(gateway) as link:
        link.sendall(position(1))
        heard(link, 1)
        with dial(gateway) as other:
            other.settimeout(20)
            with contextlib.suppress(ConnectionError):
                assert other.recv(1) == b""
        assert gateway.counters()["refused_links"] == 1
