"""Invitations: a secret that lets one person in once, in one role, for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.access import credentials
from tanlu.serve.access.persons import people
from tanlu.serve.access.persons.people import now_us
from tanlu.store.relational.tables.access import INVITATIONS

if TYPE_CHECKING:
    from tanlu.store.relational import Everywhere, Scoped

__all__ = ["Invited", "accept", "invite", "listed", "pending", "withdraw"]

WEEK_US = 7 * 86_400 * 1_000_000
SHOWN = ("invitation", "role", "shown", "by", "created_us", "until_us", "used_us")


class Invited(NamedTuple):
    """A new invitation; its secret is shown now and never again."""

    invitation: str
    secret: str
    until_us: int


def invite(
    state: Scoped, role: str, *, by: str, shown: str = "", lasts_us: int = WEEK_US
) -> Invited:
    """Invite somebody into an organisation.

    Raises
    ------
    TanluError
        TL966 for a role that a person cannot have.
    """
    now = now_us()
    made = Invited(credentials.name("i_"), credentials.draw(), now + lasts_us)
    state.add(INVITATIONS, {
        "invitation": made.invitation, "secret": credentials.hashed(made.secret),
        "role": people.checked(role), "shown": shown[:100], "by": by, "created_us": now,
        "until_us": made.until_us, "used_us": None,
    })  # fmt: skip
    return made


def listed(state: Scoped) -> list[dict[str, Any]]:
    """Give the invitations of an organisation, without their secrets."""
    columns = [INVITATIONS.c[name] for name in SHOWN]
    order = (INVITATIONS.c.created_us, INVITATIONS.c.invitation)
    return state.rows(INVITATIONS, columns=columns, order=order)


def withdraw(state: Scoped, invitation: str) -> None:
    """Take an invitation back that nobody has accepted.

    Raises
    ------
    TanluError
        TL484 when there is none.
    """
    unused = INVITATIONS.c.used_us.is_(None)
    if not state.drop(INVITATIONS, INVITATIONS.c.invitation == invitation, unused):
        raise TanluError("TL484", value=invitation[:40])


def pending(state: Everywhere, secret: str) -> dict[str, Any]:
    """Give the invitation of a secret.

    Raises
    ------
    TanluError
        TL961 when there is none that holds.
    """
    row = state.one(INVITATIONS, *_holds(secret))
    if row is None:
        raise TanluError("TL961")
    return row


def accept(state: Everywhere, secret: str, person: str) -> str:
    """Let a person in by an invitation, which is used then, and give the organisation.

    Raises
    ------
    TanluError
        TL961 when there is none that holds: of two who come at the same time one comes in.
    """
    row = pending(state, secret)
    if not state.change(INVITATIONS, {"used_us": now_us()}, *_holds(secret)):
        raise TanluError("TL961")
    people.join(state.of(row["tenant"]), person, row["role"])
    return str(row["tenant"])


def _holds(secret: str) -> tuple[Any, ...]:
    told = INVITATIONS.c.secret == credentials.hashed(secret)
    return told, INVITATIONS.c.used_us.is_(None), INVITATIONS.c.until_us > now_us()
