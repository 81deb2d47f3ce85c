"""网络钩子: which addresses hear of events, what each was told, and what was given up."""

from __future__ import annotations

from typing import Any

from tanlu.serve.hooks import EVENTS
from tanlu.ui.acting import Act, acted, sent
from tanlu.ui.frame.page import Context, Moved, Shown, View

__all__ = ["VIEWS", "one", "show"]

ROWS = 50
STATES = ("waiting", "done", "dead")
TAGS = {"on": "measured", "off": "plain", "disabled": "bad", "done": "measured", "dead": "bad",
        "waiting": "warn"}  # fmt: skip


def show(context: Context) -> Shown | Moved:
    """Give the webhooks, or subscribe one."""
    outcome = acted(context, {"subscribe": _subscribe})
    if outcome.moved is not None:
        return outcome.moved
    rows = _shelf(context).hooks(context.asked.tenant)
    model = {
        "rows": [_line(context, row) for row in rows], "events": _events(context),
        **outcome.model,
    }  # fmt: skip
    return Shown("admin/hooks.html", model, status=outcome.status, headers=outcome.headers)


def one(context: Context) -> Shown | Moved:
    """Give one webhook with its deliveries, or do what a form wants of it."""
    name, tenant, shelf = context.path("hook"), context.asked.tenant, _shelf(context)
    outcome = acted(context, ACTS)
    if outcome.moved is not None:
        return outcome.moved
    state = context.query("state")
    wanted = state if state in STATES else None
    told, more = shelf.deliveries(tenant, name, wanted, context.query("after") or None, ROWS)
    t = context.words
    model = {
        "hook": _line(context, shelf.hook(tenant, name)),
        "rows": [_told(context, row) for row in told],
        "after": context.here(after=told[-1]["message"]) if more else "",
        "tabs": [
            (t(f"admin.hooks.tab.{each or 'all'}"),
             context.url("admin.hook", hook=name, state=each), each == (wanted or ""))
            for each in ("", *STATES)
        ],
        **outcome.model,
    }  # fmt: skip
    return Shown("admin/hook.html", model, status=outcome.status, headers=outcome.headers)


def _shelf(context: Context) -> Any:
    return context.request.app.state.hooks.shelf


def _events(context: Context) -> list[tuple[str, str]]:
    return [(event, context.words(f"admin.event.{event}")) for event in EVENTS]


def _line(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row, "said": context.words(f"admin.hooks.{row['state']}"), "tag": TAGS[row["state"]],
        "since": context.numbers.moment(row["created_us"], "day"),
        "failing": context.numbers.moment(row["failing_us"]) if row["failing_us"] else "",
    }  # fmt: skip


def _told(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    n = context.numbers
    return {
        **row, "begun": n.moment(row["begun_us"], "second"),
        "next": n.moment(row["next_us"], "second") if row["state"] == "waiting" else "",
        "state_said": context.words(f"admin.hooks.tab.{row['state']}"), "tag": TAGS[row["state"]],
    }  # fmt: skip


def _subscribe(context: Context) -> dict[str, Any]:
    hooks, url = context.request.app.state.hooks, sent(context, "url")
    hooks.reach.target(url)
    assert context.form is not None
    events = [each for each in context.form.getlist("event") if isinstance(each, str)]
    made = hooks.shelf.subscribe(context.asked.tenant, url, events, sent(context, "note", 200))
    context.request.state.object = made["id"]
    return {"made": made}


def _rotate(context: Context) -> dict[str, Any]:
    return {"made": _shelf(context).rotate(context.asked.tenant, context.path("hook"))}


def _test(context: Context) -> Moved:
    _shelf(context).test(context.asked.tenant, context.path("hook"))
    return _back(context, "tested")


def _again(context: Context) -> Moved:
    message = sent(context, "message") or None
    _shelf(context).again(context.asked.tenant, context.path("hook"), message)
    return _back(context, "again")


def _on(context: Context) -> Moved:
    _shelf(context).change(context.asked.tenant, context.path("hook"), on=True)
    return _back(context, "changed")


def _off(context: Context) -> Moved:
    _shelf(context).change(context.asked.tenant, context.path("hook"), on=False)
    return _back(context, "changed")


def _drop(context: Context) -> Moved:
    _shelf(context).drop(context.asked.tenant, context.path("hook"))
    return Moved(context.url("admin.hooks", said="dropped"))


def _back(context: Context, said: str) -> Moved:
    return Moved(context.url("admin.hook", hook=context.path("hook"), said=said))


ACTS: dict[str, Act] = {
    "rotate": _rotate, "test": _test, "again": _again, "on": _on, "off": _off, "drop": _drop,
}  # fmt: skip
OWNERS = ("manager", "developer")
VIEWS = (
    View(
        "admin.hooks", "/admin/hooks", show, roles=OWNERS, scope="hooks:read", group="admin",
        place=30, methods=("GET", "POST"),
    ),
    View(
        "admin.hook", "/admin/hooks/{hook}", one, roles=OWNERS, scope="hooks:read",
        methods=("GET", "POST"),
    ),
)  # fmt: skip
