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
    from collections.abc import Iterator
    from pathlib import Path

    from tanlu.serve.sending import Connection

__all__ = ["run"]

SCANS = 3
SUBJECTS = 2000
FORM = "arrow"
# of the time before, a reading each so often: quarters of an hour are means of three
HOUR_S, PAST_STEP_S = 3600, 300
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
    sent, due, past_s = 0, time.time(), int(asked.past * HOUR_S)
    while not over.wait(max(0.0, due - time.time())):
        due = max(due + 1.0, time.time())
        try:
            connection = connection or _connected(asked)
            if connection is not None and past_s:
                for rows in _past(connection, time.time_ns() // 1000, past_s):
                    sent += rows
                past_s = 0
            if connection is not None:
                for rows in _second(connection, time.time_ns() // 1000, subjects):
                    sent += rows
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


def _past(connection: Connection, at_us: int, seconds: int) -> Iterator[int]:
    """Send what the parks read before, as a gateway does that kept it while nobody listened.

    Gives how many rows were taken, a stream at a time: what breaks off was taken so far.
    """
    import polars as pl

    from tanlu.simulate.devices import living_readings

    told: dict[str, list[pl.DataFrame]] = {}
    # of whole steps of the clock: who is cut short and sends again sends the same
    last_s = at_us // 1_000_000 // PAST_STEP_S * PAST_STEP_S
    for second in range(last_s - seconds, last_s + 1, PAST_STEP_S):
        for stream, rows in living_readings(second * 1_000_000).items():
            told.setdefault(stream, []).append(rows)
    for stream, tables in told.items():
        yield _sent(connection, stream, pl.concat(tables))


def _second(connection: Connection, at_us: int, subjects: list[str]) -> Iterator[int]:
    from tanlu.simulate.devices import living_readings, living_scans

    tables = _faulty(living_readings(at_us), at_us // 1_000_000)
    if subjects:
        tables["scan"] = living_scans(at_us, subjects, many=SCANS)
    for stream, rows in tables.items():
        yield _sent(connection, stream, rows)


def _sent(connection: Connection, stream: str, rows: Any) -> int:
    from tanlu.serve.sending import MEDIA, body_of

    posted = connection.post(stream, MEDIA[FORM], body_of(rows, FORM))
    return int(posted.said.get("rows_in") or 0)


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
