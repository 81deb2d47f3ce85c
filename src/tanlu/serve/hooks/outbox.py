"""What is to be told: written in the transaction of what happened, to all who subscribed."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.hooks.doubted import doubted
from tanlu.serve.hooks.events import EVENTS
from tanlu.store.relational.tables import hooks as tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.serve.api import Home
    from tanlu.store.relational import Scoped

__all__ = ["emit", "hear", "hearing", "now_us"]

# rows of a table in a commit -> what is told of it
TABLES = {
    "emission": "emission.written", "finding": "finding.raised", "quarantine": "quarantine.grew",
}  # fmt: skip


def now_us() -> int:
    """Give the time [µs UTC]."""
    return time.time_ns() // 1000


def emit(scoped: Scoped, event: str, data: Mapping[str, Any], *, only: str | None = None) -> int:
    """Write an event for who subscribed to it, in the transaction of ``scoped``; give for how many.

    Parameters
    ----------
    scoped
        Handle on the organisation: what is told and why it is told hold both or neither.
    event
        One of `tanlu.serve.hooks.EVENTS`.
    data
        Figures and names, no persons; amounts as decimal strings.
    only
        The one hook that is told, whatever it subscribed to.

    Raises
    ------
    TanluError
        TL495 for an event that there is not.
    """
    if event not in EVENTS:
        raise TanluError("TL495", value=event, choices=", ".join(EVENTS))
    hooks = _subscribed(scoped, event, only)
    if not hooks:
        return 0
    at = now_us()
    name = f"msg_{at:014x}{secrets.token_hex(6)}"
    when = dt.datetime.fromtimestamp(at / 1e6, dt.UTC).isoformat(timespec="milliseconds")
    body = {"type": event, "timestamp": when.replace("+00:00", "Z"), "data": dict(data)}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    scoped.add(tables.MESSAGES, {"id": name, "event": event, "body": text, "at_us": at})
    rows = [
        {"hook": hook["id"], "message": name, "state": "waiting", "tries": 0, "next_us": at,
         "begun_us": at} for hook in hooks
    ]  # fmt: skip
    scoped.add(tables.DELIVERIES, *rows)
    return len(rows)


def _subscribed(scoped: Scoped, event: str, only: str | None = None) -> list[dict[str, Any]]:
    on, subscribed = hearing(event)
    wanted = subscribed if only is None else tables.HOOKS.c.id == only
    return scoped.rows(tables.HOOKS, on, wanted, columns=(tables.HOOKS.c.id,))


def hearing(event: str) -> tuple[Any, Any]:
    """Give the conditions of hooks that are on and subscribed to an event."""
    return tables.HOOKS.c.state == "on", tables.HOOKS.c.events.contains(f" {event} ")


def hear(home: Home, tenant: str) -> int:
    """Tell what a ledger got since it was heard last; give how many events that were.

    What was heard is written with the events: each commit is told of once.
    """
    workspace = home.workspace(tenant)
    version = workspace.version
    with home.state.of(tenant) as scoped:
        row = scoped.one(tables.HEARD)
        if row is None:
            # what was before anybody could hear is not told
            scoped.add(tables.HEARD, {"version": version})
        alarmed = bool(_subscribed(scoped, "park.alarm"))
    if row is None or version <= row["version"]:
        return 0
    told = []
    for line in workspace.log()[row["version"] : version]:
        told += _events(line)
        # files of the ledger are read only where somebody wants to hear of what they say
        told += [("park.alarm", data) for data in doubted(workspace, line)] if alarmed else []
    with home.state.of(tenant) as scoped:
        count = sum(emit(scoped, event, data) > 0 for event, data in told)
        scoped.change(tables.HEARD, {"version": version})
    return count


def _events(line: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    version = line["version"]
    if line["kind"] == "edition":
        row = line["edition"]
        names = ("edition", "period", "profile", "basis", "co2e_ug", "supersedes")
        about = {name: row.get(name) for name in names}
        return [("edition.published", {"version": version, **about})]
    rows: dict[str, int] = {}
    for part in line.get("parts", ()):
        rows[part["table"]] = rows.get(part["table"], 0) + part["rows"]
    return [
        (event, {"version": version, "rows": rows[table]})
        for table, event in TABLES.items()
        if rows.get(table)
    ]
