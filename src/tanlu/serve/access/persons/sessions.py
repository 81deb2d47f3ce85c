"""Sessions of browsers: a cookie with a secret, kept as a hash, over after a while."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tanlu.serve.access import credentials
from tanlu.serve.access.credentials import hashed
from tanlu.serve.access.persons.people import now_us
from tanlu.store.relational.tables.access import MEMBERS, PERSONS, SESSIONS

if TYPE_CHECKING:
    from fastapi import Request, Response

    from tanlu.store.relational import Everywhere, State

__all__ = ["Sitting", "begin", "clear", "cookie", "end", "end_all", "forgery", "give", "hashed",
           "read"]  # fmt: skip

SECOND_US = 1_000_000
# a working day without a click, a week at most
IDLE_US, WHOLE_US = 8 * 3600 * SECOND_US, 7 * 86_400 * SECOND_US
# how often it is written that somebody was seen
SEEN_US = 60 * SECOND_US
# a browser takes the first only over TLS, from this host alone, for all its paths
OVER_TLS, PLAIN = "__Host-tanlu", "tanlu"

Row = dict[str, Any]


class Sitting(NamedTuple):
    """Who sits before the browser, where, and in which role."""

    person: str
    shown: str
    tenant: str
    role: str
    session: str


def begin(state: Everywhere, person: str, tenant: str, *, until_us: int | None = None) -> str:
    """Begin a session and give its secret; old ones of everybody are swept out."""
    now, made = now_us(), credentials.draw()
    state.drop(SESSIONS, SESSIONS.c.until_us < now)
    state.add(SESSIONS, {
        "tenant": tenant, "secret": credentials.hashed(made), "person": person, "created_us": now,
        "seen_us": now, "until_us": until_us or now + WHOLE_US,
    })  # fmt: skip
    return made


def read(state: State, secret: str) -> Sitting | Literal["expired"] | None:
    """Give who sits behind a secret; his role is read anew each time."""
    now = now_us()
    with state.everywhere() as all_:
        row = all_.one(SESSIONS, SESSIONS.c.secret == credentials.hashed(secret))
        if row is None:
            return None
        if row["until_us"] <= now or row["seen_us"] + IDLE_US <= now:
            return "expired"
        member = all_.one(
            MEMBERS, MEMBERS.c.tenant == row["tenant"], MEMBERS.c.person == row["person"],
            MEMBERS.c.ended_us.is_(None),
        )  # fmt: skip
        person = all_.one(PERSONS, PERSONS.c.person == row["person"])
        if member is None or person is None or person["disabled_us"] is not None:
            return "expired"
        if row["seen_us"] + SEEN_US <= now:
            all_.change(SESSIONS, {"seen_us": now}, SESSIONS.c.secret == row["secret"])
    return Sitting(row["person"], person["shown"], row["tenant"], member["role"], row["secret"])


def end(state: Everywhere, session: str) -> Row | None:
    """End one session, named by its hash, and give what it was."""
    row = state.one(SESSIONS, SESSIONS.c.secret == session)
    state.drop(SESSIONS, SESSIONS.c.secret == session)
    return row


def end_all(state: Everywhere, person: str) -> int:
    """End all sessions of a person and give how many they were."""
    return state.drop(SESSIONS, SESSIONS.c.person == person)


def forgery(secret: str) -> str:
    """Give the token against forgery of a session: it follows from its secret, not back."""
    told = hmac.digest(secret.encode("utf-8", "surrogatepass"), b"tanlu against forgery", sha256)
    return urlsafe_b64encode(told).decode().rstrip("=")


def cookie(request: Request, *, tls: bool) -> str | None:
    """Give the secret that a browser sends; None without one, or where one comes twice.

    Two of one name are what somebody else who can set cookies would have put beside ours.
    """
    name = OVER_TLS if tls else PLAIN
    found = [
        value.strip()
        for header in request.headers.getlist("cookie")
        for told, _, value in (each.partition("=") for each in header.split(";"))
        if told.strip() == name
    ]
    return found[0] if len(found) == 1 else None


def give(response: Response, secret: str, *, tls: bool) -> None:
    """Let a browser keep the secret of a session; scripts do not see it, other sites not use it."""
    response.set_cookie(
        OVER_TLS if tls else PLAIN, secret, max_age=WHOLE_US // SECOND_US, path="/", secure=tls,
        httponly=True, samesite="lax",
    )  # fmt: skip


def clear(response: Response, *, tls: bool) -> None:
    """Let a browser forget the secret."""
    response.delete_cookie(
        OVER_TLS if tls else PLAIN, path="/", secure=tls, httponly=True, samesite="lax"
    )
