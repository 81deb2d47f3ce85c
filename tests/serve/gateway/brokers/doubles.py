"""Doubles: a pipeline with a file as its log and a group in front of it; real brokers."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof.keys import SigningKey


class Receipt(NamedTuple):
    rows_in: int
    rows_new: int
    rows_known: int
    rows_quarantined: int
    codes: dict[str, int]


class Keys:
    """A registry of keys; closed as soon as there is one."""

    def __init__(self, keys: dict[str, bytes] | None = None) -> None:
        self.keys = keys or {}

    @property
    def closed(self) -> bool:
        return bool(self.keys)

    def key(self, device: str) -> bytes | None:
        return self.keys.get(device)


class Group:
    """One committer: each row once by (stream, device, seq), synced to a file, then its receipt."""

    def __init__(self, path: Path, *, full_every: int = 0, pause_s: float = 0.0) -> None:
        self.path, self.pause_s = path, pause_s
        self.full_every, self.asked = full_every, 0
        self.rows: dict[tuple[str, str, int], Any] = {}
        self.refused: list[tuple[str, str]] = []
        self.known = 0
        self.evidence: list[str] = []
        for stream, device, seq, value in log_of(path):
            self.rows[stream, device, seq] = value
        # a bare handle: it ends with the process, as that of a server does
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.lines: list[str] = []
        self.queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.failing: BaseException | None = None
        threading.Thread(target=self._commit, daemon=True).start()

    def submit(self, body: Any) -> Future:
        self.asked += 1
        if self.full_every and self.asked % self.full_every == 0:
            raise TanluError("TL455", value=1, seconds=1)
        return self._put(body)

    def ask(self, question: Any) -> Future:
        return self._put(question)

    def refuse(self, stream: str, raw: bytes, code: str, why: str, received_us: int) -> Receipt:
        self.refused.append((stream, code))
        return Receipt(1, 0, 0, 1, {code: 1})

    def _put(self, what: Any) -> Future:
        future: Future = Future()
        self.queue.put((what, future))
        return future

    def _commit(self) -> None:
        while True:
            work = [self.queue.get()]
            while not self.queue.empty():
                work.append(self.queue.get())
            if self.pause_s:
                time.sleep(self.pause_s)
            if self.failing:
                for _, future in work:
                    future.set_exception(self.failing)
                continue
            receipts = [self._take(what) for what, _ in work]
            os.write(self.file, "".join(self.lines).encode())
            self.lines.clear()
            os.fdatasync(self.file)
            for (_, future), receipt in zip(work, receipts, strict=True):
                future.set_result(receipt)

    def _take(self, what: Any) -> Any:
        if callable(what):
            return what(self)
        new = known = clash = 0
        for device, seq, value in _rows(what):
            key = (what.stream, device, seq)
            if key not in self.rows:
                new += 1
                self.rows[key] = value
                self.lines.append(json.dumps([*key, value]) + "\n")
            elif self.rows[key] == value:
                known += 1
            else:
                clash += 1
        self.known += known
        return Receipt(new + known + clash, new, known, clash, {})


def _rows(body: Any) -> list[tuple[str, int, Any]]:
    if isinstance(body.data, pl.DataFrame):
        value = "value" if "value" in body.data.columns else "lat_e7"
        # what gives no number is known by its time here
        seq = "seq" if "seq" in body.data.columns else pl.col("at").alias("seq")
        return body.data.select("device", seq, value).rows()
    text = body.data.decode()
    rows = json.loads(text) if text.startswith("[") else map(json.loads, text.splitlines())
    return [(row["device"], row["seq"], row.get("value")) for row in rows]


def log_of(path: Path) -> list[tuple[str, str, int, Any]]:
    """Give what a log has; a line cut off by a death is none."""
    if not path.exists():
        return []
    lines = path.read_text().split("\n")[:-1]
    return [tuple(json.loads(line)) for line in lines]


class Vehicle:
    """A device that signs batches, one after the other."""

    def __init__(self, name: str, layout: str = "meter/1", *, start_ms: int | None = None) -> None:
        from tanlu.monitor.edge import layouts

        self.name, self.layout = name, layout
        self.columns = len(layouts()[layout].columns)
        self.key = SigningKey((name.encode() * 32)[:32])
        self.seq, self.previous = 1, bytes(32)
        self.start_ms = start_ms or time.time_ns() // 1_000_000 - 3_600_000

    def batch(self, count: int = 60, **changed: Any) -> bytes:
        from tanlu.monitor.edge import digest, sign_batch

        first = [1_000 + self.seq + number for number in range(count)]
        told = {
            "seq": self.seq, "start_ms": self.start_ms + self.seq * 10, "step_ms": 10,
            "previous": self.previous, **changed,
        }  # fmt: skip
        made = sign_batch(self.key, self.name, self.layout, [first] * self.columns, **told)
        self.seq += count
        self.previous = digest(made)
        return made


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def program(name: str) -> str:
    """Give the path of a program of the system; skip loudly where it is not provisioned."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        assert not os.environ.get("TANLU_PROVISIONED"), f"{name} was to be installed"
        pytest.skip(f"{name.upper()} ABSENT: apt-get install {name}")
    return found


class Broker:
    """Mosquitto on loopback, with its messages on disk; it can be killed and started again."""

    def __init__(self, folder: Path, lines: str = "", *, port: int | None = None) -> None:
        self.program = program("mosquitto")
        self.port = port or free_port()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "mosquitto.conf"
        listener = lines or f"listener {self.port} 127.0.0.1\nallow_anonymous true\n"
        self.file.write_text(
            f"user root\npersistence true\npersistence_location {folder}/\n"
            "autosave_on_changes true\nautosave_interval 1\n"
            "max_inflight_messages 0\nmax_queued_messages 0\n"
            + listener.replace("PORT", str(self.port))
        )
        self.process: subprocess.Popen | None = None

    def start(self) -> Self:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "-c", str(self.file)], stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


@contextmanager
def publisher(port: int, *, name: str = "", tls: Any = None, version: int = 5, username: str = ""):
    """Give a publisher whose `send` returns when the broker has acknowledged."""
    import paho.mqtt.client as paho

    client = paho.Client(paho.CallbackAPIVersion.VERSION2, name, protocol=version)
    if tls is not None:
        client.tls_set_context(tls)
    client.max_queued_messages_set(0)
    client.max_inflight_messages_set(100)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert until(client.is_connected)
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def until(told, seconds: float = 60.0) -> bool:
    """Wait until something holds; tell whether it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if told():
            return True
        time.sleep(0.02)
    return bool(told())
