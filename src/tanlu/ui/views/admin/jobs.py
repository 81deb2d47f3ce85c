"""任务: what the server works on, how far it is, what came of it, and what can be asked for."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.jobs import shown
from tanlu.ui.acting import Act, acted, sent
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.naming import known_as

__all__ = ["VIEWS", "one", "show"]

ROWS = 30
OPEN = ("queued", "running")
TAGS = {"queued": "plain", "running": "warn", "done": "measured", "failed": "bad",
        "cancelled": "plain", "broken": "bad"}  # fmt: skip
# what can be asked for without a file; the others have pages of their own
PLAIN = ("quantify", "seal", "verify", "report", "meters.run", "track.run", "index")


def show(context: Context) -> Shown | Moved:
    """Give the jobs, the newest first, or do what a form wants; the rows alone where htmx asks."""
    outcome = acted(context, ACTS)
    if outcome.moved is not None:
        return outcome.moved
    jobs, who = _jobs(context), context.principal
    assert who is not None
    rows, more = jobs.shelf.page(context.asked.tenant, context.query("after") or None, ROWS)
    found = [_line(context, shown(row, context.language, [])) for row in rows]
    kinds = [
        (name, context.words.maybe("admin.jobs.kind", name))
        for name in PLAIN if name in jobs.verbs and who.role in jobs.verbs[name].roles
    ]  # fmt: skip
    model = {
        "rows": found, "live": any(row["state"] in OPEN for row in found), "kinds": kinds,
        "after": context.here(after=rows[-1]["id"]) if more else "", **outcome.model,
    }  # fmt: skip
    return Shown("admin/jobs.html", model, fragment="admin/jobs-rows.html", status=outcome.status)


def one(context: Context) -> Shown | Moved:
    """Give one job with its files."""
    outcome = acted(context, {"cancel": _cancel})
    if outcome.moved is not None:
        return outcome.moved
    name = context.path("job")
    found = _jobs(context).told(context.asked.tenant, name, context.language)
    told = _line(context, found, known_as(context)(found["asked_by"]))
    model = {
        "job": told, "live": told["state"] in OPEN, "arguments": sorted(told["arguments"].items()),
        "result": _flat(told["result"]), **outcome.model,
    }  # fmt: skip
    return Shown("admin/job.html", model, fragment="admin/job-far.html", status=outcome.status)


def _jobs(context: Context) -> Any:
    return context.request.app.state.jobs


def _line(context: Context, row: dict[str, Any], by: str = "") -> dict[str, Any]:
    n, t, who = context.numbers, context.words, context.principal
    assert who is not None
    share = row["done"] / row["total"] if row["total"] else None
    mine = who.role == "manager" or row["asked_by"] == who.identity
    return {
        **row, "by": by, "kind_said": t.maybe("admin.jobs.kind", row["kind"]),
        "said": t(f"admin.jobs.{row['state']}"), "tag": TAGS[row["state"]],
        "asked": n.moment(row["created_us"], "second"), "share": share,
        "percent": "" if share is None else n.percent(min(share, 1.0), 0),
        "far": f"{n.count(row['done'])} / {n.count(row['total'])} "
               f"{t.maybe('admin.jobs.unit', row['unit'] or '')}".strip() if row["total"] else "",
        "step": t.maybe("admin.jobs.step", row["step"] or ""),
        "mine": mine and row["state"] in OPEN and who.role != "developer",
    }  # fmt: skip


def _flat(result: Any) -> list[tuple[str, str]]:
    """Give the figures of a result; what is nested is told by its JSON."""
    found = result if isinstance(result, dict) else {}
    return [(str(key), str(value)) for key, value in found.items()][:40]


def _ask(context: Context) -> Moved:
    jobs, who, kind = _jobs(context), context.principal, sent(context, "kind", 80)
    assert who is not None
    verb = jobs.verbs.get(kind)
    if verb is not None and who.role not in verb.roles:
        raise TanluError("TL473", value=who.role)
    name = jobs.ask(context.asked.tenant, kind, {}, who.identity)
    context.request.state.object = name
    return Moved(context.url("admin.jobs"))


def _cancel(context: Context) -> Moved:
    jobs, who = _jobs(context), context.principal
    assert who is not None
    name = sent(context, "job", 100) or context.path("job")
    context.request.state.object = name
    row = jobs.shelf.get(context.asked.tenant, name)
    if who.role == "developer" or (who.role != "manager" and row["asked_by"] != who.identity):
        raise TanluError("TL473", value=who.role)
    jobs.cancel(context.asked.tenant, name)
    return Moved(context.here())


ACTS: dict[str, Act] = {"ask": _ask, "cancel": _cancel}
LOOKERS = ("manager", "operator", "verifier", "viewer", "developer")
VIEWS = (
    View(
        "admin.jobs", "/admin/jobs", show, roles=LOOKERS, scope="jobs:read", group="admin",
        place=40, methods=("GET", "POST"),
    ),
    View(
        "admin.job", "/admin/jobs/{job}", one, roles=LOOKERS, scope="jobs:read",
        methods=("GET", "POST"),
    ),
)  # fmt: skip
