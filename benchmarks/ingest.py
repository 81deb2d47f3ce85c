"""Readings over HTTP into a real server, client included: ``ingest.arrow``, ``ingest.json``, p99.

The sender is its own process: bodies are built once and only their numbers and times are patched,
so that what it costs is nearly the sockets'. Every reading is unique by (device, number), comes
from one of 100,000 devices, is validated, deduplicated and acknowledged after the disk has it.

By hand: ``python -m benchmarks.ingest --seconds 5 [--media json] [--rate 120000]``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.streams import wal_ceiling

__all__ = ["best_decode", "measure"]

ROOT = Path(__file__).resolve().parent.parent
DEVICES = 100_000
STREAM = "energy_wh"
MEDIA = {"arrow": "application/vnd.apache.arrow.stream", "json": "application/json"}
# numbers begin where all have ten digits, so that those of JSON can be patched in place
FIRST = 1_000_000_000
SENTINEL = 0x5EA1C0DE5EA1C0DE
STEP_US = 1_000_000


class Bodies:
    """One body for each block of devices, patched for each round."""

    def __init__(self, media: str, rows: int) -> None:
        self.rows, self.blocks = rows, DEVICES // rows
        self.media = media
        self.begin_us = time.time_ns() // 1000 - 600 * STEP_US
        make = self._arrow if media == "arrow" else self._json
        self.made = [make(block) for block in range(self.blocks)]

    def give(self, block: int, number: int) -> memoryview:
        """Give the request of a block of devices, each with its next number."""
        data, seq, at = self.made[block]
        seq[...] = _digits(FIRST + number, 10) if self.media == "json" else FIRST + number
        when = self.begin_us + number * STEP_US
        at[...] = _digits(when, 16) if self.media == "json" else when
        return memoryview(data)

    def _head(self, size: int) -> bytes:
        return (
            f"POST /v1/streams/{STREAM} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: {MEDIA[self.media]}\r\nContent-Length: {size}\r\n\r\n"
        ).encode()

    def _names(self, block: int) -> list[str]:
        return [
            f"meter-{number:08d}" for number in range(block * self.rows, (block + 1) * self.rows)
        ]

    def _arrow(self, block: int) -> tuple[bytearray, Any, Any]:
        import polars as pl

        seq = np.full(self.rows, SENTINEL, np.int64)
        at = np.full(self.rows, SENTINEL + 1, np.int64)
        value = np.random.default_rng(block).random(self.rows) * 1e6
        table = pl.DataFrame({"device": self._names(block), "seq": seq, "at": at, "value": value})
        out = io.BytesIO()
        table.write_ipc_stream(out, compat_level=pl.CompatLevel.oldest())
        body = out.getvalue()
        head = self._head(len(body))
        data = bytearray(head + body)
        places = [bytes(data).index(each.tobytes()) for each in (seq, at)]
        views = [np.frombuffer(data, np.int64, self.rows, place) for place in places]
        return data, views[0], views[1]

    def _json(self, block: int) -> tuple[bytearray, Any, Any]:
        values = np.random.default_rng(block).integers(100_000, 999_999, self.rows)
        rows = [
            f'{{"device":"{name}","seq":{FIRST},"at":{10**15},"value":{value / 1000:.3f}}}'
            for name, value in zip(self._names(block), values, strict=True)
        ]
        width = len(rows[0]) + 1
        body = ("[" + ",".join(rows) + "]").encode()
        head = self._head(len(body))
        data = bytearray(head + body)
        grid = np.frombuffer(data, np.uint8, width * self.rows, len(head) + 1)
        grid = grid.reshape(self.rows, width)
        places = [rows[0].index(f'"{name}":') + len(name) + 3 for name in ("seq", "at")]
        return data, grid[:, places[0] : places[0] + 10], grid[:, places[1] : places[1] + 16]


def _digits(number: int, width: int) -> Any:
    return np.frombuffer(f"{number:0{width}d}".encode(), np.uint8)


@dataclass
class Told:
    """What the sender saw."""

    rows: int = 0
    new: int = 0
    refused: int = 0
    waited_s: list[float] = field(default_factory=list)


class Lane:
    """One connection, with one request at a time, and the blocks that are its own."""

    def __init__(self, port: int, blocks: list[int]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.blocks = blocks
        self.turn = 0
        self.left = memoryview(b"")
        self.answer = b""
        self.due = 0.0

    def begin(self, bodies: Bodies, due: float) -> None:
        """Put the next request into place."""
        block = self.blocks[self.turn % len(self.blocks)]
        self.left = bodies.give(block, self.turn // len(self.blocks))
        self.turn += 1
        self.answer = b""
        self.due = due


def send(
    port: int, media: str, rows: int, lanes: int, seconds: float, rate: float
) -> dict[str, Any]:
    """Send as fast as receipts come, or at a rate [1/s], and give what was seen."""
    bodies = Bodies(media, rows)
    lanes = min(lanes, bodies.blocks)
    all_lanes = [Lane(port, list(range(n, bodies.blocks, lanes))) for n in range(lanes)]
    for lane in all_lanes:
        lane.socket.setblocking(False)
    told, look = Told(), selectors.DefaultSelector()
    for lane in all_lanes:
        look.register(lane.socket, selectors.EVENT_READ, lane)
    idle = list(all_lanes)
    begun = time.perf_counter()
    cpu = time.process_time()
    end, sent = begun + seconds, 0
    while True:
        now = time.perf_counter()
        while idle and now < end and (not rate or begun + sent * rows / rate <= now):
            # in turn: one that is idle for long would be hung up on
            lane = idle.pop(0)
            lane.begin(bodies, begun + sent * rows / rate if rate else now)
            sent += 1
            look.modify(lane.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, lane)
        if now >= end and len(idle) == lanes:
            break
        wait = max(0.0, begun + sent * rows / rate - now) if rate and idle else 0.5
        for key, events in look.select(min(wait, 0.5)):
            _move(look, key.data, events, told, idle)
    spent = time.perf_counter() - begun
    waits = np.array(told.waited_s) * 1000
    return {
        "rows": told.rows, "new": told.new, "seconds": spent, "rate": told.new / spent,
        "cpu_s": time.process_time() - cpu, "refused": told.refused,
        "p50_ms": float(np.percentile(waits, 50)), "p99_ms": float(np.percentile(waits, 99)),
        "max_ms": float(waits.max()),
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def _move(look: Any, lane: Lane, events: int, told: Told, idle: list[Lane]) -> None:
    if events & selectors.EVENT_WRITE and lane.left:
        lane.left = lane.left[lane.socket.send(lane.left) :]
        if not lane.left:
            look.modify(lane.socket, selectors.EVENT_READ, lane)
    if events & selectors.EVENT_READ:
        piece = lane.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        lane.answer += piece
        head, found, body = lane.answer.partition(b"\r\n\r\n")
        if not found or not body.endswith(b"}"):
            return
        if head.startswith(b"HTTP/1.1 200"):
            receipt = json.loads(body)
            told.rows += receipt["rows_in"]
            told.new += receipt["rows_new"]
        else:
            told.refused += 1
        told.waited_s.append(time.perf_counter() - lane.due)
        idle.append(lane)


class Serving:
    """A real server in its own process, and what it costs."""

    def __init__(self, ledger: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        words = [sys.executable, "-m", "tanlu", "serve", "--ingest", "--port", "0", "--json"]
        self.child = subprocess.Popen(
            [*words, "--ledger", str(ledger)], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        assert self.child.stdout is not None
        self.facts = json.loads(self.child.stdout.readline())
        self.port = int(self.facts["url"].rpartition(":")[2])

    def status(self) -> dict[str, Any]:
        """Give what the server says of itself."""
        import urllib.request

        with urllib.request.urlopen(f"{self.facts['url']}/v1/status", timeout=60) as answer:
            return dict(json.load(answer))

    def cpu_s(self) -> tuple[float, float]:
        """Give processor time of the server and of its second process [s]."""
        status = self.status()
        return _cpu_s(self.child.pid), _cpu_s(status["drain_pid"])

    def memory_mib(self) -> float:
        """Give what the server holds in memory [MiB]."""
        text = Path(f"/proc/{self.child.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def stop(self) -> dict[str, Any]:
        """End it and give its last words, with how long the drain took [s]."""
        begun = time.perf_counter()
        self.child.send_signal(signal.SIGTERM)
        out, _ = self.child.communicate(timeout=300)
        told = json.loads(out.splitlines()[-1])["ended"]
        return {**told, "drained_s": time.perf_counter() - begun}


def _cpu_s(pid: int) -> float:
    said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def measure(
    folder: Path, media: str, seconds: float, *, rows: int, lanes: int, rate: float = 0.0
) -> dict[str, Any]:
    """Give what a server took from a sender, with the processor time of all three processes."""
    with tempfile.TemporaryDirectory(dir=folder) as ledger:
        server = Serving(Path(ledger) / "ledger")
        try:
            _sender(server.port, media, rows, lanes, 1.0, rate)
            before, memory = server.cpu_s(), server.memory_mib()
            told = _sender(server.port, media, rows, lanes, seconds, rate, skip=True)
            after = server.cpu_s()
            lag = server.status()["lag_rows"]
            grown = server.memory_mib() - memory
        finally:
            ended = server.stop()
    assert ended["rows_new"] >= told["new"]
    return {
        **told, "server_cores": (after[0] - before[0]) / told["seconds"],
        "drain_cores": (after[1] - before[1]) / told["seconds"],
        "client_cores": told["cpu_s"] / told["seconds"], "lag_rows": lag,
        "server_mib": memory + grown, "grown_mib": grown, "drained_s": ended["drained_s"],
        "missing": ended["missing"],
    }  # fmt: skip


def _sender(
    port: int, media: str, rows: int, lanes: int, seconds: float, rate: float, *, skip: bool = False
) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    words = [
        "--send-to", str(port), "--media", media, "--rows", str(rows), "--lanes", str(lanes),
        "--seconds", str(seconds), "--rate", str(rate), *(["--again"] if skip else []),
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest", *words], capture_output=True, text=True,
        check=True, env=environment, cwd=ROOT,
    )  # fmt: skip
    return dict(json.loads(done.stdout.splitlines()[-1]))


def best_decode(seconds: float) -> float:
    """Give how many readings typed JSON decoding gives as columns, nothing else done [1/s]."""
    import msgspec

    class Reading(msgspec.Struct, gc=False):
        device: str
        seq: int
        at: int
        value: float

    bodies = Bodies("json", 1000)
    data = bytes(bodies.made[0][0])
    data = data[data.index(b"\r\n\r\n") + 4 :]
    decode = msgspec.json.Decoder(list[Reading]).decode
    count, begun = 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < seconds:
        rows = decode(data)
        np.array([row.seq for row in rows], np.int64)
        np.array([row.at for row in rows], np.int64)
        np.array([row.value for row in rows], np.float64)
        [row.device for row in rows]
        count += len(rows)
    return count / spent


def main() -> int:
    """Send, or measure and say so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--send-to", type=int)
    parser.add_argument("--media", choices=sorted(MEDIA), default="arrow")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--lanes", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--again", action="store_true", help="numbers go on behind a first run")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    if asked.send_to:
        if asked.again:
            globals()["FIRST"] = FIRST + 100_000
        told = send(asked.send_to, asked.media, asked.rows, asked.lanes, asked.seconds, asked.rate)
    else:
        told = measure(
            asked.folder, asked.media, asked.seconds, rows=asked.rows, lanes=asked.lanes,
            rate=asked.rate,
        )  # fmt: skip
        told["ceiling"] = wal_ceiling(asked.folder, 2.0)
        told["decode"] = best_decode(2.0)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
