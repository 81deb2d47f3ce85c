"""人员: who may do what in the organisation, and whom it invites."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.access import invitations, people
from tanlu.ui.acting import Act, acted, sent
from tanlu.ui.frame.page import Context, Moved, Shown, View

__all__ = ["VIEWS", "show"]

DAY_US = 86_400 * 1_000_000
DAYS = (1, 7, 30)


def show(context: Context) -> Shown | Moved:
    """Give the members and the invitations, or do what a form wants."""
    outcome = acted(context, ACTS)
    if outcome.moved is not None:
        return outcome.moved
    asked, t, n = context.asked, context.words, context.numbers
    with asked.home.state.everywhere() as state:
        members = people.listed(state.of(asked.tenant), state)
        invited = invitations.listed(state.of(asked.tenant))
    now = people.now_us()
    roles = [(role, t(f"frame.role.{role}")) for role in people.ROLES]
    model = {
        "members": [
            {**row, "since": n.moment(row["since_us"], "day"), "out": row["ended_us"] is not None,
             "disabled": row["disabled_us"] is not None,
             "self": asked.principal is not None and row["person"] == asked.principal.identity}
            for row in members
        ],
        "invited": [
            {**row, "role": t(f"frame.role.{row['role']}"), "until": n.moment(row["until_us"])}
            for row in invited if row["used_us"] is None and row["until_us"] > now
        ],
        "roles": roles, "may": [(said, t(f"admin.may.{role}")) for role, said in roles],
        "days": [(str(d), t("admin.people.days", days=d)) for d in DAYS],
        **outcome.model,
    }  # fmt: skip
    return Shown("admin/people.html", model, status=outcome.status, headers=outcome.headers)


def _invite(context: Context) -> dict[str, Any]:
    who = context.principal
    assert who is not None
    days = sent(context, "days")
    if not (days.isascii() and days.isdigit() and int(days) in DAYS):
        raise TanluError("TL486", value="days")
    with context.asked.state() as state:
        made = invitations.invite(
            state, sent(context, "role"), by=who.identity, shown=sent(context, "shown", 100),
            lasts_us=int(days) * DAY_US,
        )  # fmt: skip
    context.request.state.object = made.invitation
    base = context.request.app.state.public or str(context.request.base_url)
    return {"made": f"{base.rstrip('/')}/join#{made.secret}"}


def _withdraw(context: Context) -> Moved:
    invitation = sent(context, "invitation")
    context.request.state.object = invitation
    with context.asked.state() as state:
        invitations.withdraw(state, invitation)
    return Moved(context.url("admin.people", said="withdrawn"))


def _role(context: Context) -> Moved:
    person, role = sent(context, "person"), sent(context, "role")
    context.request.state.object = person
    with context.asked.state() as state:
        people.change_role(state, person, role)
    return Moved(context.url("admin.people", said="changed"))


def _end(context: Context) -> Moved:
    return _member(context, people.end)


def _restore(context: Context) -> Moved:
    return _member(context, people.restore)


def _member(context: Context, change: Any) -> Moved:
    person = sent(context, "person")
    context.request.state.object = person
    with context.asked.state() as state:
        change(state, person)
    return Moved(context.url("admin.people", said="changed"))


ACTS: dict[str, Act] = {
    "invite": _invite, "withdraw": _withdraw, "role": _role, "end": _end, "restore": _restore,
}  # fmt: skip
VIEWS = (
    View(
        "admin.people", "/admin/people", show, roles=("manager",), scope="people:read",
        group="admin", place=10, methods=("GET", "POST"),
    ),
)  # fmt: skip
