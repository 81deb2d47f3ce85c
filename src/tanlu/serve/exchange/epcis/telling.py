"""Subscriptions told: whoever asked hears what is new, at once or by his schedule, and signed."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.exchange.epcis.headers import SAID
from tanlu.serve.exchange.epcis.schedules import due_after
from tanlu.serve.ingest import note
from tanlu.store.relational.tables.epcis import EPCIS_QUERIES, EPCIS_SUBSCRIPTIONS
from tanlu.track.events.queries import page, query_document, read_query

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.share.egress import Egress
    from tanlu.store import Workspace
    from tanlu.track.events.queries import Place

__all__ = ["Deliver", "Teller", "due_of", "signature", "through"]

# sends a body to a URL with headers and gives the status, 0 when nobody answered
Deliver = Callable[[str, Mapping[str, str], bytes], int]
LOOK_S = 1.0
# events of one message; half as many when the other side says that it is too much
BATCH = 200
RETRY_S, LONGEST_S = 5, 3600
NEVER = 2**62


class Teller:
    """Looks each second whether somebody is to be told, and tells him.

    Parameters
    ----------
    home
        Ledgers and state.
    deliver
        Sends a message; it guards against addresses that nobody may be sent to.
    """

    def __init__(self, home: Home, deliver: Deliver) -> None:
        self._home, self._deliver = home, deliver
        self._ends = threading.Event()
        self._soon = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        self._thread = threading.Thread(target=self._work, name="epcis-told", daemon=True)
        self._thread.start()

    def soon(self, _: str = "") -> None:
        """Look at once: something was written."""
        self._soon.set()

    def close(self) -> None:
        """End after the message that is being sent."""
        self._ends.set()
        self._soon.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while not self._ends.is_set():
            try:
                self.look(_now_us())
            except Exception as error:  # noqa: BLE001 - one look that fails must not be the last
                note("fault", path="/epcis/subscriptions", what=f"{type(error).__name__}: {error}")
            self._soon.wait(LOOK_S)
            self._soon.clear()

    def look(self, now_us: int) -> int:
        """Tell all whose time has come and give how many were told."""
        with self._home.state.everywhere() as state:
            rows = state.rows(
                EPCIS_SUBSCRIPTIONS, EPCIS_SUBSCRIPTIONS.c.due_us <= now_us,
                order=(EPCIS_SUBSCRIPTIONS.c.due_us,),
            )  # fmt: skip
        told = 0
        for row in rows:
            if self._ends.is_set():
                break
            told += self._tell(row, now_us)
        return told

    def _tell(self, row: dict[str, Any], now_us: int) -> bool:
        """Tell one what is new for him since he was told last."""
        workspace = self._home.workspace(row["tenant"])
        version = workspace.version
        if row["schedule"] is None and version == row["since"]:
            return False
        with self._home.state.of(row["tenant"]) as state:
            named = state.one(EPCIS_QUERIES, EPCIS_QUERIES.c.name == row["query"])
        if named is None:
            return False
        try:
            sent = self._sent(workspace, {**row, "asked": named["query"]}, version)
        except TanluError as error:
            note("told", subscription=row["subscription"], what=error.code)
            sent = None
        zone = workspace.zone
        changed: dict[str, Any]
        if sent is None:
            wait = min(RETRY_S << min(row["failures"], 12), LONGEST_S) * 1_000_000
            changed = {"failures": row["failures"] + 1, "due_us": now_us + wait}
        else:
            changed = {
                "failures": 0, "since": version, "due_us": due_of(row["schedule"], now_us, zone)
            }  # fmt: skip
            if sent:
                changed["told_us"] = now_us
        with self._home.state.of(row["tenant"]) as state:
            mine = EPCIS_SUBSCRIPTIONS.c.subscription == row["subscription"]
            state.change(EPCIS_SUBSCRIPTIONS, changed, mine)
        return bool(sent)

    def _sent(self, workspace: Workspace, row: dict[str, Any], version: int) -> int | None:
        """Give how many messages were sent; None when one of them did not come through."""
        query = read_query(json.loads(row["asked"]))
        if row["initial_us"] is not None and row["told_us"] is None:
            first = read_query({"GE_recordTime": _moment(row["initial_us"])})
            query = query._replace(conditions=query.conditions + first.conditions)
        after: Place | None = None
        size, sent = BATCH, 0
        while True:
            found = page(
                workspace, query, size=size, after=after, as_of=version, since=row["since"]
            )
            if not found.epcis.height and not (row["if_empty"] and not sent):
                return sent
            document = query_document(
                found.epcis, name=row["query"], created_us=_now_us(),
                subscription=row["subscription"],
            )  # fmt: skip
            status = self._post(row, document)
            if status == 413 and size > 1:
                size //= 2
                continue
            if not 200 <= status < 300:
                return None
            sent += 1
            after = found.following
            if after is None:
                return sent

    def _post(self, row: dict[str, Any], document: dict[str, Any]) -> int:
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"content-type": "application/json", **SAID}
        if row["secret"]:
            headers["GS1-Signature"] = signature(row["secret"], body)
        return self._deliver(row["dest"], headers, body)


def through(egress: Egress) -> Deliver:
    """Give what sends messages by a transport that keeps to addresses that may be reached."""

    def deliver(url: str, headers: Mapping[str, str], body: bytes) -> int:
        try:
            return int(egress.ask("POST", url, headers, body).status)
        except TanluError as error:
            note("told", what=error.code)
            return 0

    return deliver


def signature(secret: str, body: bytes) -> str:
    """Give the signature of a message: ``sha256=`` and its HMAC under the subscriber's token."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def due_of(schedule: str | None, now_us: int, zone: str) -> int:
    """Give when somebody is to be told next; without a schedule as soon as there is something."""
    return now_us if schedule is None else due_after(json.loads(schedule), now_us, zone)


def _moment(us: int) -> str:
    seconds, micro = divmod(us, 1_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{micro:06d}Z"


def _now_us() -> int:
    return time.time_ns() // 1000
