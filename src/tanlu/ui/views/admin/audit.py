"""操作记录: who did what and how it ended, each line bound to the one before it."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.access import acts
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.naming import known_as

__all__ = ["VIEWS", "show"]

ROWS = 60
KINDS = ("person", "client", "device", "keeper", "nobody")


def show(context: Context) -> Shown:
    """Give the acts that fit, the newest first; with ``check`` the whole chain is gone through."""
    before, kind, fails = context.query("before"), context.query("kind"), context.query("fails")
    n, t = context.numbers, context.words
    with context.asked.state() as state:
        rows = acts.page(
            state, before=int(before) if before.isascii() and before.isdigit() else None,
            limit=ROWS + 1, who=context.query("who"), what=context.query("q"),
            kind=kind if kind in KINDS else "", fails=fails == "yes",
        )  # fmt: skip
        head = acts.head(state)
    name = known_as(context)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    model = {
        "rows": [
            {**row, "at": n.moment(row["at_us"], "second"),
             "name": name(row["who"]) or t("admin.audit.nobody"),
             "kind_said": t.maybe("admin.audit.kind", row["kind"])}
            for row in rows
        ],
        "head": head, "check": _checked(context) if context.query("check") else None,
        "after": context.here(before=rows[-1]["seq"]) if more else "", "query": context.query("q"),
        "selects": [
            ("kind", t("admin.audit.who"), [("", t("admin.audit.all"))]
             + [(each, t(f"admin.audit.kind.{each}")) for each in KINDS], kind),
            ("fails", t("admin.audit.ended"),
             [("", t("admin.audit.any")), ("yes", t("admin.audit.failed"))], fails),
        ],
    }  # fmt: skip
    return Shown("admin/audit.html", model, fragment="admin/audit-rows.html")


def _checked(context: Context) -> dict[str, Any]:
    try:
        with context.asked.state() as state:
            last = acts.checked(state)
    except TanluError as error:
        return {"sound": False, "said": error.say(context.language)}
    said = context.words("admin.audit.sound", count=context.numbers.count(last.seq))
    return {"sound": True, "said": said}


VIEWS = (
    View(
        "admin.audit", "/admin/audit", show, roles=("manager", "verifier"), scope="audit:read",
        group="admin", place=50,
    ),
)  # fmt: skip
