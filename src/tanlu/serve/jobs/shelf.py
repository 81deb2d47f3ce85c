"""The rows of jobs: asked for, claimed, carried on, ended, and how they are told."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError, say
from tanlu.serve.hooks import emit
from tanlu.store.relational.tables import jobs as tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.store.relational import State

__all__ = ["OVER", "Shelf", "now_us", "shown"]

OVER = ("done", "failed", "cancelled", "broken")
MOST = 200
# a result is a few figures; what is long is a file
MOST_RESULT = 64_000


def now_us() -> int:
    """Give the time [µs UTC]."""
    return time.time_ns() // 1000


class Shelf:
    """All jobs of a server, in its relational state."""

    def __init__(self, state: State) -> None:
        self.state = state

    def put(self, tenant: str, kind: str, arguments: Mapping[str, Any], by: str) -> str:
        """Queue a job and give its identity; later ones sort after earlier ones."""
        at = now_us()
        name = f"{at:014x}{secrets.token_hex(4)}"
        row = {
            "id": name, "kind": kind, "arguments": json.dumps(arguments, ensure_ascii=False),
            "asked_by": by, "state": "queued", "created_us": at, "done": 0, "cancel": 0,
        }  # fmt: skip
        with self.state.of(tenant) as scoped:
            scoped.add(tables.JOBS, row)
        return name

    def get(self, tenant: str, name: str) -> dict[str, Any]:
        """Give a job of an organisation; TL490 where it has none of that identity."""
        with self.state.of(tenant) as scoped:
            found = scoped.one(tables.JOBS, tables.JOBS.c.id == name)
        if found is None:
            raise TanluError("TL490", value=name[:80])
        return found

    def page(self, tenant: str, after: str | None, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """Give jobs after the one given last, the newest first, and whether more follow."""
        past = () if after is None else (tables.JOBS.c.id < after,)
        most = max(1, min(limit, MOST))
        with self.state.of(tenant) as scoped:
            found = scoped.rows(
                tables.JOBS, *past, order=(tables.JOBS.c.id.desc(),), limit=most + 1
            )
        return found[:most], len(found) > most

    def queued(self) -> list[dict[str, Any]]:
        """Give what waits to be run, of all organisations, the oldest first."""
        columns = (
            tables.JOBS.c.tenant,
            tables.JOBS.c.id,
            tables.JOBS.c.kind,
            tables.JOBS.c.waits_for,
        )
        with self.state.everywhere() as state:
            return state.rows(
                tables.JOBS,
                tables.JOBS.c.state == "queued",
                columns=columns,
                order=(tables.JOBS.c.id,),
            )

    def claim(self, tenant: str, name: str) -> bool:
        """Take a queued job to run it; tell whether it was still queued."""
        began = {"state": "running", "started_us": now_us(), "waits_for": None}
        with self.state.of(tenant) as scoped:
            return scoped.change(tables.JOBS, began, *_still(name, "queued")) == 1

    def waits(self, tenant: str, name: str, owner: str | None) -> None:
        """Say for whom a job waits."""
        with self.state.of(tenant) as scoped:
            scoped.change(tables.JOBS, {"waits_for": owner}, tables.JOBS.c.id == name)

    def carry(self, tenant: str, name: str, far: Mapping[str, Any]) -> bool:
        """Write how far a job is; tell whether somebody wants it cancelled."""
        with self.state.of(tenant) as scoped:
            scoped.change(tables.JOBS, far, tables.JOBS.c.id == name)
            row = scoped.one(tables.JOBS, tables.JOBS.c.id == name)
        return row is None or bool(row["cancel"])

    def cancel(self, tenant: str, name: str) -> dict[str, Any]:
        """Cancel what waits at once, and what runs after its batch; give the job."""
        self.get(tenant, name)
        with self.state.of(tenant) as scoped:
            over = {"state": "cancelled", "ended_us": now_us(), "cancel": 1, "waits_for": None}
            if scoped.change(tables.JOBS, over, *_still(name, "queued")):
                _told(scoped, name, "cancelled")
            else:
                scoped.change(tables.JOBS, {"cancel": 1}, *_still(name, "running"))
        return self.get(tenant, name)

    def end(
        self, tenant: str, name: str, state: str, *,
        result: object = None, error: TanluError | None = None,
    ) -> None:  # fmt: skip
        """End a job, and tell who subscribed, both or neither."""
        row: dict[str, Any] = {"state": state, "ended_us": now_us(), "waits_for": None}
        if result is not None:
            row["result"] = _written(result)
        if error is not None:
            fields = {key: str(value)[:500] for key, value in error.fields.items()}
            row["error"] = json.dumps({"code": error.code, "fields": fields}, ensure_ascii=False)
        with self.state.of(tenant) as scoped:
            if scoped.change(tables.JOBS, row, *_still(name, "running")):
                if state == "done":
                    # its last step is not written down when it is quick
                    whole = {"done": tables.JOBS.c.total}
                    scoped.change(
                        tables.JOBS,
                        whole,
                        tables.JOBS.c.id == name,
                        tables.JOBS.c.total.is_not(None),
                    )
                _told(scoped, name, state)

    def requeue(self, resumable: Mapping[str, bool]) -> int:
        """Queue again what was running when a server ended, or say that it was broken off."""
        with self.state.everywhere() as state:
            columns = (
                tables.JOBS.c.tenant,
                tables.JOBS.c.id,
                tables.JOBS.c.kind,
                tables.JOBS.c.cancel,
            )
            left = state.rows(tables.JOBS, tables.JOBS.c.state == "running", columns=columns)
        for row in left:
            if row["cancel"]:
                self.end(row["tenant"], row["id"], "cancelled")
            elif resumable.get(row["kind"], False):
                again = {"state": "queued", "done": 0, "total": None, "step": None}
                with self.state.of(row["tenant"]) as scoped:
                    scoped.change(tables.JOBS, again, *_still(row["id"], "running"))
            else:
                error = TanluError("TL492", value=row["kind"])
                self.end(row["tenant"], row["id"], "broken", error=error)
        return len(left)


def _still(name: str, state: str) -> tuple[Any, Any]:
    return tables.JOBS.c.id == name, tables.JOBS.c.state == state


def _told(scoped: Any, name: str, state: str) -> None:
    row = scoped.one(tables.JOBS, tables.JOBS.c.id == name)
    emit(scoped, "job.done", {"job": name, "kind": row["kind"], "state": state})


def _written(result: object) -> str:
    text = json.dumps(result, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_RESULT else json.dumps({"long": len(text)})


def shown(row: Mapping[str, Any], language: str, files: list[str]) -> dict[str, Any]:
    """Give a job as it is told: with the share done, what is left of the step [s], its files."""
    started, ended = row["started_us"], row["ended_us"]
    error = json.loads(row["error"]) if row["error"] else None
    if error is not None:
        error = {"code": error["code"],
                 "title": say(error["code"], language=language, **error["fields"])}  # fmt: skip
    return {
        **{name: row[name] for name in (
            "id", "kind", "state", "asked_by", "created_us", "started_us", "ended_us", "waits_for",
            "step", "done", "total", "unit",
        )},
        "arguments": json.loads(row["arguments"]),
        "cancelling": bool(row["cancel"]) and row["state"] == "running",
        "seconds": None if started is None else ((ended or now_us()) - started) // 1_000_000,
        "left_s": _left(row),
        "result": json.loads(row["result"]) if row["result"] else None,
        "error": error, "files": files,
    }  # fmt: skip


def _left(row: Mapping[str, Any]) -> int | None:
    """Give how long the step will last if it goes on as it did [s]."""
    done, total, since = row["done"], row["total"], row["step_us"]
    if row["state"] != "running" or not done or not total or since is None:
        return None
    return int(max(0, (now_us() - since) * (total - done) // done // 1_000_000))
