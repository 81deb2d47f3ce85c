"""密钥与程序: which programs may ask, each with a secret that is shown once."""

from __future__ import annotations

from typing import Any, Literal

from tanlu.errors import TanluError
from tanlu.serve.access import clients, people
from tanlu.ui.acting import Act, acted, sent
from tanlu.ui.frame.page import Context, Moved, Shown, View

__all__ = ["VIEWS", "make", "show"]

DAYS = ("", "30", "90", "365")


def show(context: Context) -> Shown | Moved:
    """Give the programs, or do what a form wants."""
    outcome = acted(context, ACTS)
    if outcome.moved is not None:
        return outcome.moved
    t, who = context.words, context.principal
    assert who is not None
    with context.asked.state() as state:
        rows = clients.listed(state)
    roles = [
        (role, t(f"frame.role.{role}")) for role in people.ROLES if clients.may_give(who.role, role)
    ]
    model = {
        "rows": [_line(context, row) for row in reversed(rows)], "roles": roles,
        "kinds": [(kind, t(f"admin.clients.kind.{kind}")) for kind in ("key", "oauth")],
        "days": [(d, t("admin.people.days", days=d) if d else t("admin.clients.ever"))
                 for d in DAYS],
        "base": base(context), **outcome.model,
    }  # fmt: skip
    return Shown("admin/clients.html", model, status=outcome.status, headers=outcome.headers)


def base(context: Context) -> str:
    """Give the beginning of the addresses by which a program reaches this server."""
    told = context.request.app.state.public or str(context.request.base_url)
    return str(told).rstrip("/")


def _line(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    t, n, who = context.words, context.numbers, context.principal
    assert who is not None
    over = row["until_us"] is not None and row["until_us"] <= people.now_us()
    state = "revoked" if row["revoked_us"] is not None else "over" if over else "holds"
    return {
        **row, "state": state, "said": t(f"admin.clients.{state}"),
        "role": t(f"frame.role.{row['role']}"), "kind": t(f"admin.clients.kind.{row['kind']}"),
        "since": n.moment(row["created_us"], "day"),
        "until": n.moment(row["until_us"], "day") if row["until_us"] else t("admin.clients.ever"),
        "mine": state == "holds" and clients.may_give(who.role, row["role"]),
    }  # fmt: skip


def make(context: Context, name: str, role: str, kind: Literal["key", "oauth"]) -> clients.Made:
    """Make a program as a form wants it, never with more than who asks may give."""
    who = context.principal
    assert who is not None
    clients.within(who.role, role)
    days = sent(context, "days")
    if days not in DAYS:
        raise TanluError("TL486", value="days")
    if not name or not name.isprintable():
        raise TanluError("TL486", value="name")
    with context.asked.state() as state:
        made = clients.new(
            state, name, role, by=who.identity, kind=kind,
            scopes=sent(context, "scopes").split(), days=int(days) if days else None,
        )  # fmt: skip
    context.request.state.object = made.client
    return made


def _new(context: Context) -> dict[str, Any]:
    kind: Literal["key", "oauth"] = "oauth" if sent(context, "kind") == "oauth" else "key"
    made = make(context, sent(context, "name", 100), sent(context, "role"), kind)
    return {"made": made, "made_kind": kind}


def _rotate(context: Context) -> dict[str, Any]:
    client = _theirs(context)
    with context.asked.state() as state:
        made = clients.rotate(state, client)
    return {"made": made, "made_kind": "key" if made.secret.startswith("tlk_") else "oauth"}


def _revoke(context: Context) -> Moved:
    client = _theirs(context)
    with context.asked.state() as state:
        clients.revoke(state, client)
    return Moved(context.url("admin.clients", said="revoked"))


def _theirs(context: Context) -> str:
    client, who = sent(context, "client"), context.principal
    assert who is not None
    context.request.state.object = client
    with context.asked.state() as state:
        clients.within(who.role, clients.role_of(state, client))
    return client


ACTS: dict[str, Act] = {"new": _new, "rotate": _rotate, "revoke": _revoke}
VIEWS = (
    View(
        "admin.clients", "/admin/clients", show, roles=("manager", "developer"),
        scope="clients:read", group="admin", place=20, methods=("GET", "POST"),
    ),
)  # fmt: skip
