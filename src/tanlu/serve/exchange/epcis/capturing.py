"""Captures: documents brought in, taken one after the other in the background, each a job."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tanlu.errors import TanluError
from tanlu.serve.exchange.epcis.paging import said
from tanlu.serve.exchange.epcis.problems import exception
from tanlu.serve.ingest import note
from tanlu.store.index import find
from tanlu.store.log import begin_log, half_begun, has_log, log_of
from tanlu.store.relational.tables.epcis import EPCIS_CAPTURES
from tanlu.track.events import capture, keep

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.store import Workspace

__all__ = ["Captures", "job_of", "taken"]

# errors that a job tells; beyond them it tells how many there were
MOST_ERRORS = 1000
STATUS = {"TL424": 409}
INDEXED = (("event", "subject"), ("epcis", "event_id"))


class Captures:
    """Takes documents in the order in which they came, and follows the log when there is time.

    Parameters
    ----------
    home
        Ledgers and state.
    written
        Is told the organisation after something of it was written.
    """

    def __init__(self, home: Home, written: Callable[[str], None]) -> None:
        self._home, self._written = home, written
        self._waiting: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None

    def take_on(self, tenant: str, body: str, events: int, about: dict[str, str]) -> str:
        """Give the name of the job that will take a document; it is kept before this returns."""
        name = uuid4().hex
        row = {
            "capture": name, "body": body, "events": events,
            "running": 1, "success": 1, "created_us": _now_us(), **about,
        }  # fmt: skip
        with self._home.state.of(tenant) as state:
            state.add(EPCIS_CAPTURES, row)
        self._hand_on((tenant, name))
        return name

    def wrote(self, tenant: str) -> None:
        """Learn that events were written at once, beside the jobs."""
        self._hand_on((tenant, ""))

    def resume(self) -> None:
        """Go on with what was not done when the server ended."""
        with self._home.state.everywhere() as state:
            rows = state.rows(
                EPCIS_CAPTURES, EPCIS_CAPTURES.c.running == 1,
                columns=(EPCIS_CAPTURES.c.tenant, EPCIS_CAPTURES.c.capture),
                order=(EPCIS_CAPTURES.c.created_us,),
            )  # fmt: skip
        for row in rows:
            self._hand_on((row["tenant"], row["capture"]))

    def close(self) -> None:
        """End after the document that is being taken; the others stay for the next start."""
        with self._turn:
            if self._thread is not None:
                self._waiting.put(None)
                self._thread.join()
                self._thread = None

    def _hand_on(self, job: tuple[str, str]) -> None:
        self._waiting.put(job)
        with self._turn:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="epcis", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        dirty: set[str] = set()
        while True:
            try:
                # the log is followed once for many documents that came together
                job = self._waiting.get(timeout=0.2 if dirty else None)
            except queue.Empty:
                self._follow_all(dirty)
                continue
            if job is None:
                self._follow_all(dirty)
                return
            tenant, name = job
            dirty.add(tenant)
            if name:
                self._do(tenant, name)
            self._written(tenant)

    def _do(self, tenant: str, name: str) -> None:
        mine = EPCIS_CAPTURES.c.capture == name
        with self._home.state.of(tenant) as state:
            row = state.one(EPCIS_CAPTURES, mine)
        if row is None or not row["running"]:
            return
        body = (row["body"] or "").encode()
        try:
            done = taken(
                self._home.workspace(tenant), body, name=name, whole=row["behaviour"] != "proceed"
            )
        except TanluError as error:
            done = {"success": 0, "errors": json.dumps([_error(error.code, str(error))])}
        except Exception as error:  # noqa: BLE001 - a job that fails must not end the others
            note("fault", name=name, path="/epcis/capture", what=f"{type(error).__name__}: {error}")
            done = {"success": 0, "errors": json.dumps([_error("TL489", name)])}
        done = {key: value for key, value in done.items() if key != "event_ids"}
        with self._home.state.of(tenant) as state:
            over = {"running": 0, "body": None, "finished_us": _now_us()}
            state.change(EPCIS_CAPTURES, {**done, **over}, mine)

    def _follow_all(self, dirty: set[str]) -> None:
        while dirty:
            self._follow(dirty.pop())

    def _follow(self, tenant: str) -> None:
        """State what was written and bring it under a checkpoint, where there is a log."""
        try:
            workspace = self._home.workspace(tenant)
            for table, column in INDEXED:
                # whoever asks next need not wait until the index has what was written
                find(workspace, table, {column: [""]}, columns=[column])
            if half_begun(workspace):
                begin_log(workspace)
            if has_log(workspace):
                log = log_of(workspace)
                for _ in log.catch_up():
                    pass
                log.checkpoint()
        except TanluError as error:
            note("log", what=str(error))


def taken(workspace: Workspace, body: bytes, *, name: str, whole: bool) -> dict[str, Any]:
    """Take a document into a ledger and give what became of it.

    Parameters
    ----------
    name
        Of the job.
    whole
        All or nothing.

    Returns
    -------
    dict
        ``success``, ``errors`` (JSON), ``taken``, ``refused`` and ``event_ids`` of what was read.
    """
    captured = capture(body, recorded_us=_now_us())
    kept = keep(workspace, captured, source={"capture": name}, whole=whole)
    rows = kept.quarantine.head(MOST_ERRORS).rows(named=True)
    errors = [
        _error(row["code"], f"{row['column']}: {row['value']} ({row['hint']})", row["source_line"])
        for row in rows
    ]
    refused = kept.rows_quarantined
    if refused and not errors:
        # what was refused before in the same way is not written twice
        errors = [_error("TL422", f"{refused} events were refused before")]
    return {
        "success": int(not refused),
        "errors": json.dumps(errors, ensure_ascii=False),
        "taken": 0 if refused and whole else kept.rows_new + kept.rows_known,
        "refused": refused,
        "event_ids": captured.epcis["event_id"].to_list(),
    }


def _error(code: str, title: str, line: int | None = None) -> dict[str, Any]:
    status = STATUS.get(code, 400)
    found = {"type": exception(code, status), "title": title, "status": status, "code": code}
    return found if line is None else {**found, "event": line}


def job_of(row: dict[str, Any]) -> dict[str, Any]:
    """Give a job as the standard shows it; ``eventsTaken`` and ``eventsRefused`` are ours."""
    found = {
        "captureID": row["capture"],
        "createdAt": said(row["created_us"]),
        "running": bool(row["running"]),
        "success": bool(row["success"]),
        "captureErrorBehaviour": row["behaviour"],
        "errors": json.loads(row["errors"] or "[]"),
        "eventCount": row["events"],
    }
    if row["finished_us"] is not None:
        found["finishedAt"] = said(row["finished_us"])
        found["eventsTaken"], found["eventsRefused"] = row["taken"] or 0, row["refused"] or 0
    return found


def _now_us() -> int:
    return time.time_ns() // 1000
