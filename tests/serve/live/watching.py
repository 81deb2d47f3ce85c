"""A ledger with a small park, a server beside it, and somebody who watches over a plain socket."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import polars as pl

from tanlu.monitor.devices import enrol
from tanlu.serve.api import Home, Principal
from tanlu.serve.application import application
from tanlu.serve.running import run
from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema

DEVICES = [
    ("x-grid", "grid", "xian/grid"), ("x-pv", "pv", "xian/roof"), ("x-bat", "storage", "xian/hall"),
    ("x-ch", "chiller", "xian/hall"), ("x-ev", "charger", "xian/yard"),
    ("x-dock", "dock", "xian/dock-1"), ("far", "sensor", None),
]  # fmt: skip
POWERS = {"x-grid": 500.0, "x-pv": 300.0, "x-bat": -50.0, "x-ch": 400.0, "x-ev": 200.0}


def now_us() -> int:
    return time.time_ns() // 1000


def books(folder: Path, devices: list[tuple[str, str, str | None]] = DEVICES) -> Workspace:
    """Make a ledger with enrolled devices that are heard every two seconds."""
    workspace = open_workspace(folder, create=True)
    rows = pl.DataFrame(devices, schema=["device", "type", "place"], orient="row")
    enrol(workspace, rows.with_columns(heartbeat_us=pl.lit(2_000_000, pl.Int64)))
    return workspace


def readings(
    values: dict[str, float], *, seq: int, at: int, stream: str = "power_w"
) -> pl.DataFrame:
    """Give one reading of each device."""
    rows = pl.DataFrame({"device": list(values), "value": list(values.values())})
    return schema("reading").fit(rows.with_columns(
        stream=pl.lit(stream), seq=pl.lit(seq, pl.Int64), at=pl.lit(at, pl.Int64),
        received=pl.lit(at, pl.Int64),
    ))  # fmt: skip


def say(log: Any, *tables: pl.DataFrame, of: str = "reading") -> None:
    """Write rows as the ingest server does, and sync."""
    log.append({of: pl.concat(tables)})
    log.sync()


@contextlib.contextmanager
def served(ledger: Path, role: str = "manager", tick_s: float = 0.1, **more: Any) -> Iterator[Any]:
    """Serve a ledger to a person of a role; gives (port, application)."""
    who = Principal(f"{role}@home", "home", role)
    app = application(Home(ledger), **{"identify": lambda _: who, **more})
    app.state.hub.tick_s = tick_s
    told: Queue[str] = Queue()
    ends = threading.Event()
    work = threading.Thread(target=run, args=(app, 0, told.put), kwargs={
        "ends": ends, "ending": app.state.hub.close})  # fmt: skip
    work.start()
    try:
        yield int(told.get(timeout=60).rpartition(":")[2]), app
    finally:
        ends.set()
        work.join(60)
        app.state.home.close()


class Watcher:
    """A browser's EventSource over a socket: events as (name, data), with the last identity."""

    def __init__(
        self,
        port: int,
        topics: str,
        last: str | None = None,
        at: str = "/v1/live",
        **headers: str,
    ) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=60)
        more = {**headers, **({"Last-Event-ID": last} if last else {})}
        told = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        self.wire.sendall(f"GET {at}?t={topics} HTTP/1.1\r\nHost: x\r\n{told}\r\n".encode())
        self.file = self.wire.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(": ")
            self.headers[name.lower()] = value
        self.last: str | None = None

    def event(self) -> tuple[str, dict[str, Any]]:
        """Give the next event; heartbeats and chunk sizes are passed over."""
        found: dict[str, str] = {}
        while True:
            line = self.file.readline()
            assert line, "the server hung up"
            name, colon, value = line.decode().rstrip("\r\n").partition(": ")
            if colon:
                found[name] = value
            elif "data" in found:
                self.last = found.get("id", self.last)
                return found["event"], json.loads(found["data"])

    def tick(self) -> dict[str, dict[str, Any]]:
        """Give the frames of one tick, by topic."""
        found = {}
        while True:
            name, data = self.event()
            found[name] = data
            if name == "tick":
                return found

    def until(self, wanted: Any, ticks: int = 100) -> dict[str, dict[str, Any]]:
        """Give the first tick of which something holds."""
        for _ in range(ticks):
            told = self.tick()
            if wanted(told):
                return told
        raise AssertionError(told)

    def close(self) -> None:
        self.file.close()
        self.wire.close()
