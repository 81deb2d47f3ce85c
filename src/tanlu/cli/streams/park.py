"""tanlu simulate park: simulated parks that send what they read, second by second, as real ones."""

from __future__ import annotations

import argparse
import http.client
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.streams.running import running, token_of

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.serve.sending import Connection

__all__ = ["run"]

SCANS = 3
SUBJECTS = 2000
FORM = "arrow"
# a sensor that reads nonsense now and then, and one that says nothing for a while
BROKEN_S, BROKEN_C = 240, 999.0
SILENT_S, SILENT_FOR_S = 600, 60


def run(asked: argparse.Namespace, console: Console) -> int:
    """Send until a signal comes."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    subjects = _subjects(asked.ledger)
    connection: Connection | None = None
    sent, due = 0, time.time()
    while not over.wait(max(0.0, due - time.time())):
        due = max(due + 1.0, time.time())
        try:
            connection = connection or _connected(asked)
            if connection is not None:
                sent += _second(connection, time.time_ns() // 1000, subjects)
        except (OSError, http.client.HTTPException):
            # it may come back elsewhere; what was not told is gone, for a park does not stand still
            connection = None
    console.result({"rows": sent})
    return 0


def _connected(asked: argparse.Namespace) -> Connection | None:
    """Give a connection to the server, None while none answers."""
    from tanlu.serve.sending import Connection

    token = token_of(asked.token)
    found = None if asked.to else running(asked.ledger, token)
    url = asked.to or (found and found.url)
    return Connection(url, token=token, timeout_s=10.0) if url else None


def _second(connection: Connection, at_us: int, subjects: list[str]) -> int:
    from tanlu.serve.sending import MEDIA, body_of
    from tanlu.simulate.devices import living_readings, living_scans

    tables = _faulty(living_readings(at_us), at_us // 1_000_000)
    if subjects:
        tables["scan"] = living_scans(at_us, subjects, many=SCANS)
    sent = 0
    for stream, rows in tables.items():
        posted = connection.post(stream, MEDIA[FORM], body_of(rows, FORM))
        sent += int(posted.said.get("rows_in") or 0)
    return sent


def _faulty(tables: dict[str, Any], second: int) -> dict[str, Any]:
    """Let one sensor read nonsense now and then, and one charger fall silent."""
    import polars as pl

    first = tables["temperature_c"]["device"][0]
    if second % BROKEN_S == 0:
        tables["temperature_c"] = tables["temperature_c"].with_columns(
            pl.when(pl.col("device") == first).then(BROKEN_C).otherwise("value").alias("value")
        )
    if second % SILENT_S < SILENT_FOR_S:
        power = tables["power_w"]
        mute = power.filter(pl.col("device").str.contains("-ev-"))["device"][0]
        tables["power_w"] = power.filter(pl.col("device") != mute)
    return tables


def _subjects(ledger: Path) -> list[str]:
    """Give shipments of the ledger, so that what is scanned can be looked up there."""
    import polars as pl

    from tanlu.store import open_workspace

    rows = open_workspace(ledger).scan("activity", columns=["subject"])
    found = rows.filter(pl.col("subject").str.starts_with("waybill:")).unique()
    return sorted(found.collect()["subject"].to_list())[:SUBJECTS]
