"""What who has logged in does with himself: where he works, his password, how he is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.access.persons import invitations, people, sessions
from tanlu.serve.api.origin import tls
from tanlu.store.relational.tables.access import PERSONS, SESSIONS

if TYPE_CHECKING:
    from fastapi import Request, Response

    from tanlu.serve.api import Asked, Principal

__all__ = ["call", "dressed", "go", "join", "password", "sitting", "sittings"]


def sitting(asked: Asked) -> Principal:
    """Give the person who asks with a browser.

    Raises
    ------
    TanluError
        TL964 when a program asks, or a device.
    """
    principal = asked.principal
    if principal is None or principal.kind != "person" or principal.session is None:
        raise TanluError("TL964")
    return principal


def go(asked: Asked, tenant: str) -> str:
    """Begin the session anew in an organisation of his own, and give its secret.

    Raises
    ------
    TanluError
        TL483 for an organisation in which he may do nothing.
    """
    principal = sitting(asked)
    assert principal.session is not None
    with asked.home.state.everywhere() as state:
        places = {each["tenant"] for each in people.memberships(state, principal.identity)}
        if tenant not in places:
            raise TanluError("TL483", value=tenant[:40])
        before = sessions.end(state, principal.session)
        until_us = before["until_us"] if before else None
        return sessions.begin(state, principal.identity, tenant, until_us=until_us)


def join(asked: Asked, invitation: str) -> tuple[str, str]:
    """Accept an invitation, go there, and give the organisation and the session's secret."""
    principal = sitting(asked)
    with asked.home.state.everywhere() as state:
        tenant = invitations.accept(state, invitation, principal.identity)
    return tenant, go(asked, tenant)


def password(asked: Asked, old: str, new: str) -> str:
    """Choose another password and give the secret of the session that is left; all others end.

    Raises
    ------
    TanluError
        TL475 when the old one is wrong, TL477 after too many tries, TL478 for a weak new one.
    """
    principal, home = sitting(asked), asked.home
    brakes = asked.request.app.state.access.brakes
    brakes.attempt(asked.request, f"password {principal.identity}")
    with home.state.everywhere() as state:
        row = state.one(PERSONS, PERSONS.c.person == principal.identity)
    if row is None or people.proved(home.state, row["name"], old) is None:
        raise TanluError("TL475")
    brakes.right(asked.request, f"password {principal.identity}")
    with home.state.everywhere() as state:
        people.new_password(state, principal.identity, new)
    return go(asked, principal.tenant)


def call(asked: Asked, shown: str) -> None:
    """Let himself be called otherwise; the name to log in with stays.

    Raises
    ------
    TanluError
        TL486 for nothing, or what does not print.
    """
    told = shown.strip()[:100]
    if not told or not told.isprintable():
        raise TanluError("TL486", value="shown")
    with asked.home.state.everywhere() as state:
        state.change(PERSONS, {"shown": told}, PERSONS.c.person == sitting(asked).identity)


def sittings(asked: Asked) -> list[dict[str, Any]]:
    """Give his sessions, the newest first: tenant, created_us, seen_us, until_us, whether this."""
    principal = sitting(asked)
    with asked.home.state.everywhere() as state:
        rows = state.rows(
            SESSIONS, SESSIONS.c.person == principal.identity,
            order=(SESSIONS.c.created_us.desc(),), limit=50,
        )  # fmt: skip
    kept = ("tenant", "created_us", "seen_us", "until_us")
    return [
        {**{name: row[name] for name in kept}, "this": row["secret"] == principal.session}
        for row in rows
    ]


def dressed(request: Request, secret: str) -> Callable[[Response], None]:
    """Give what puts a session's secret into the cookie of an answer."""

    def dress(response: Response) -> None:
        sessions.give(response, secret, tls=tls(request))
        response.headers["cache-control"] = "no-store"

    return dress
