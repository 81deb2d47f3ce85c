"""公开证明: what an organisation shows to everybody, a shipment each, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tanlu.serve.proofs import ALL, Shelf, address
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.naming import known_as

__all__ = ["VIEWS", "publish", "retract", "show"]

READERS = ("manager", "operator", "verifier", "viewer")
OWNERS = ("manager",)


def show(context: Context) -> Shown:
    """Give the proofs that stand and those that were taken back, and the form of a new one."""
    rows = Shelf(context.asked.home.state).listed(context.asked.tenant)
    who = known_as(context)
    told = [_told(context, row, who) for row in rows]
    principal = context.principal
    model = {
        "standing": [row for row in told if not row["retracted"]],
        "retracted": [row for row in told if row["retracted"]],
        "subject": context.query("subject"), "groups": _groups(context, ("result",)),
        "may": principal is not None and principal.role in OWNERS,
    }  # fmt: skip
    return Shown("proofs.html", model)


def publish(context: Context) -> Moved:
    """Publish a proof of a shipment and lead to it; TL855 where nothing can be shown."""
    form, asked = context.form, context.asked
    assert form is not None
    assert asked.principal is not None
    groups = [name for name in ALL if name in form.getlist("groups")] or ["result"]
    subject = str(form.get("subject", "")).strip()
    code = Shelf(asked.home.state).publish(
        asked.tenant, asked.workspace, subject, groups, asked.principal.identity
    )
    return Moved(context.url("proof", code=code))


def retract(context: Context) -> Moved:
    """Take a proof back and lead to the list."""
    asked = context.asked
    assert asked.principal is not None
    code = context.path("code")
    Shelf(asked.home.state).retract(asked.tenant, code, asked.principal.identity)
    return Moved(context.url("proofs"))


def _groups(context: Context, chosen: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    """Give the groups that may be shown, with what each would tell; as little as can be first."""
    return [(name, context.words(f"proof.group.{name}"), name in chosen) for name in ALL]


def _told(context: Context, row: dict[str, Any], who: Callable[[str], str]) -> dict[str, Any]:
    n, t = context.numbers, context.words
    return {
        "code": row["code"], "name": row["subject"].partition(":")[2] or row["subject"],
        "href": context.url("proof", code=row["code"]),
        "shipment": context.url("shipments.one", subject=row["subject"]),
        "label": context.url("proof.label", code=row["code"]),
        "retract": context.url("proofs.retract", code=row["code"]),
        "address": address(context.asked, row["code"]),
        "groups": t("proof.and").join(t(f"proof.group.{name}") for name in row["groups"].split()),
        "at": n.moment(row["created_us"]), "by": who(row["by"]), "version": row["version"],
        "retracted": n.moment(row["retracted_us"]) if row["retracted_us"] else "",
        "retracted_by": who(row["retracted_by"] or ""),
    }  # fmt: skip


VIEWS = (
    View("proofs", "/proofs", show, roles=READERS, group="trust", place=40, scope="proofs:read"),
    View("proofs.publish", "/proofs/publish", publish, roles=OWNERS, methods=("POST",),
         scope="proofs:write"),
    View("proofs.retract", "/proofs/{code}/retract", retract, roles=OWNERS, methods=("POST",),
         scope="proofs:write"),
)  # fmt: skip
