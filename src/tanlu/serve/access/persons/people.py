"""Persons, and what each may do in which organisation."""

from __future__ import annotations

import re
import time
import unicodedata
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.access import credentials
from tanlu.serve.access.persons import passwords
from tanlu.store.relational.tables.access import MEMBERS, PERSONS, SESSIONS

if TYPE_CHECKING:
    from tanlu.store.relational import Everywhere, Scoped, State

__all__ = [
    "ROLES",
    "active",
    "add",
    "change_role",
    "end",
    "join",
    "known",
    "listed",
    "member",
    "memberships",
    "new_password",
    "now_us",
    "plain_name",
    "proved",
    "restore",
]

# what a person can be; a device is none
ROLES = ("manager", "operator", "verifier", "supplier", "viewer", "developer")
NAME = re.compile(r"[^\W_][\w.@+-]{0,99}")


def now_us() -> int:
    """Give the time of this machine [us UTC]."""
    return time.time_ns() // 1000


def plain_name(name: str) -> str:
    """Give the one form of a name in which it is looked up.

    Raises
    ------
    TanluError
        TL479 for what cannot be a name.
    """
    plain = unicodedata.normalize("NFKC", name[:200]).strip().casefold()
    if not NAME.fullmatch(plain):
        raise TanluError("TL479", value=name[:100])
    return plain


def add(
    state: Everywhere, name: str, password: str | None, *, shown: str = "", person: str = ""
) -> str:
    """Write a person and give his identity; he may do nothing yet.

    Raises
    ------
    TanluError
        TL479 for what cannot be a name, TL478 for a weak password, TL671 when the name is taken.
    """
    plain = plain_name(name)
    kept = None if password is None else passwords.keep(passwords.strong(password, plain))
    made, now = person or credentials.name("p_"), now_us()
    state.add(PERSONS, {
        "person": made, "name": plain, "shown": shown[:100] or name.strip()[:100], "password": kept,
        "created_us": now, "changed_us": now, "disabled_us": None,
    })  # fmt: skip
    return made


def known(state: Everywhere, name: str) -> dict[str, Any] | None:
    """Give the person of a name, or None."""
    try:
        return state.one(PERSONS, PERSONS.c.name == plain_name(name))
    except TanluError:
        return None


def active(state: Everywhere, person: str) -> dict[str, Any] | None:
    """Give a person who is not disabled, or None."""
    return state.one(PERSONS, PERSONS.c.person == person, PERSONS.c.disabled_us.is_(None))


def proved(state: State, name: str, password: str) -> dict[str, Any] | None:
    """Give the person whose name and password these are, or None.

    None is given too for who is disabled, and in every case after the same work. The password is
    kept anew when the parameters have changed since.
    """
    with state.everywhere() as all_:
        person = known(all_, name)
    # outside the transaction: nobody waits for the work of a hash
    right, old = passwords.check(password, person["password"] if person else None)
    if person is None or not right or person["disabled_us"] is not None:
        return None
    if old:
        fresh = passwords.keep(password)
        with state.everywhere() as all_:
            unchanged = PERSONS.c.password == person["password"]
            all_.change(PERSONS, {"password": fresh}, PERSONS.c.name == person["name"], unchanged)
    return person


def new_password(state: Everywhere, person: str, password: str) -> None:
    """Give a person a new password and end all his sessions.

    Raises
    ------
    TanluError
        TL478 for a weak one, TL484 when there is no such person.
    """
    row = state.one(PERSONS, PERSONS.c.person == person)
    if row is None:
        raise TanluError("TL484", value=person[:40])
    kept = passwords.keep(passwords.strong(password, row["name"]))
    state.change(PERSONS, {"password": kept, "changed_us": now_us()}, PERSONS.c.person == person)
    state.drop(SESSIONS, SESSIONS.c.person == person)


def memberships(state: Everywhere, person: str) -> list[dict[str, Any]]:
    """Give where a person may do something: tenant and role, in the order in which he came."""
    return state.rows(
        MEMBERS, MEMBERS.c.person == person, MEMBERS.c.ended_us.is_(None),
        columns=(MEMBERS.c.tenant, MEMBERS.c.role), order=(MEMBERS.c.since_us, MEMBERS.c.tenant),
    )  # fmt: skip


def listed(state: Scoped, everywhere: Everywhere) -> list[dict[str, Any]]:
    """Give the members of an organisation: person, name, shown, role, since_us, ended_us."""
    rows = state.rows(MEMBERS, order=(MEMBERS.c.since_us, MEMBERS.c.person))
    found = everywhere.rows(
        PERSONS, PERSONS.c.person.in_([row["person"] for row in rows]),
        columns=(PERSONS.c.person, PERSONS.c.name, PERSONS.c.shown, PERSONS.c.disabled_us),
    )  # fmt: skip
    names = {row["person"]: row for row in found}
    return [
        {**names[row["person"]], "role": row["role"], "since_us": row["since_us"],
         "ended_us": row["ended_us"]}
        for row in rows if row["person"] in names
    ]  # fmt: skip


def join(state: Scoped, person: str, role: str) -> None:
    """Let a person into an organisation in a role; who was let out comes back in the new role."""
    row = {"person": person, "role": checked(role), "since_us": now_us(), "ended_us": None}
    if state.one(MEMBERS, MEMBERS.c.person == person) is None:
        state.add(MEMBERS, row)
    else:
        _changed(state, person, row)


def change_role(state: Scoped, person: str, role: str) -> None:
    """Give a member another role and end his sessions, so that none goes on in the old one.

    Raises
    ------
    TanluError
        TL484 when he is no member, TL965 when no manager would be left.
    """
    _changed(state, person, {"role": checked(role), "since_us": now_us()})


def end(state: Scoped, person: str) -> None:
    """Let a member do nothing more in this organisation; what he did stays known.

    Raises
    ------
    TanluError
        TL484 when he is no member, TL965 when no manager would be left.
    """
    _changed(state, person, {"ended_us": now_us()})


def restore(state: Scoped, person: str) -> None:
    """Let a member who was let out come back in his role.

    Raises
    ------
    TanluError
        TL484 when he never was a member.
    """
    _changed(state, person, {"ended_us": None})


def checked(role: str) -> str:
    """Give a role that a person can have.

    Raises
    ------
    TanluError
        TL966 for another.
    """
    if role not in ROLES:
        raise TanluError("TL966", value=role[:40], known=", ".join(ROLES))
    return role


def member(state: Scoped, person: str) -> dict[str, Any]:
    """Give the membership of a person.

    Raises
    ------
    TanluError
        TL484 when he never was a member.
    """
    row = state.one(MEMBERS, MEMBERS.c.person == person)
    if row is None:
        raise TanluError("TL484", value=person[:40])
    return row


def _changed(state: Scoped, person: str, values: dict[str, Any]) -> None:
    one = MEMBERS.c.person == person
    # written before it is read: from then on no other change can pass the check at the same time
    if not state.change(MEMBERS, {"person": person}, one):
        raise TanluError("TL484", value=person[:40])
    row = state.one(MEMBERS, one) or {}
    others = (MEMBERS.c.role == "manager", MEMBERS.c.ended_us.is_(None), MEMBERS.c.person != person)
    if _manages(row) and not _manages({**row, **values}) and not state.count(MEMBERS, *others):
        raise TanluError("TL965", value=state.tenant)
    state.change(MEMBERS, values, one)
    state.drop(SESSIONS, SESSIONS.c.person == person)


def _manages(row: dict[str, Any]) -> bool:
    return row.get("role") == "manager" and row.get("ended_us") is None
