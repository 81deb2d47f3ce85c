"""What is told of persons, programs and acts, and what may be asked of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, Principal

__all__ = [
    "Acted", "Check", "Client", "Facts", "Invitation", "InvitationMade", "Inviting", "Items",
    "Making", "Member", "MemberChange", "Secret", "by_person", "told",
]  # fmt: skip

PersonRole = Literal["manager", "operator", "verifier", "supplier", "viewer", "developer"]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Scope = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.-]{1,30}(:[a-z0-9_.-]{1,29})?$")]
Days = Annotated[int, Field(ge=1, le=3650)]
TIMES = ("created", "until", "used", "since", "ended", "disabled", "revoked", "at")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Asking(BaseModel):
    """What is asked; a field that nobody asked for is refused."""

    model_config = ConfigDict(extra="forbid")


class Inviting(Asking):
    """Whom to invite: in which role, how he is called, for how many days it holds."""

    role: PersonRole
    shown: Annotated[str, StringConstraints(max_length=100)] = ""
    days: Annotated[int, Field(ge=1, le=30)] = 7


class MemberChange(Asking):
    """Another role, or whether a member is let out."""

    role: PersonRole | None = None
    ended: bool | None = None


class Making(Asking):
    """Which program to make: ``oauth`` fetches tokens, ``key`` sends its secret each time."""

    name: Name
    role: PersonRole
    kind: Literal["oauth", "key"] = "oauth"
    scopes: Annotated[list[Scope], Field(max_length=40)] = []
    days: Days | None = None


class Organisation(BaseModel):
    """Where a person may do something, and what he is there."""

    slug: str
    name: str
    name_zh: str | None
    role: str


class Facts(BaseModel):
    """Who asks, where, in which role; the token against forgery where a browser asks."""

    identity: str
    kind: Literal["person", "client", "device"]
    name: str
    organisation: str
    role: str
    scopes: list[str]
    csrf_token: str | None
    organisations: list[Organisation]


class Member(BaseModel):
    """A person in this organisation."""

    person: str
    name: str
    shown: str
    role: str
    since: dt.datetime
    ended: dt.datetime | None
    disabled: dt.datetime | None


class Invitation(BaseModel):
    """An invitation that somebody was given."""

    invitation: str
    role: str
    shown: str
    by: str
    created: dt.datetime
    until: dt.datetime
    used: dt.datetime | None


class InvitationMade(BaseModel):
    """A new invitation; the secret is shown now and never again.

    The path leads to the page where it is accepted: behind the # it is sent to no server.
    """

    invitation: str
    secret: str
    path: str
    until: dt.datetime


class Client(BaseModel):
    """A program of this organisation."""

    client: str
    kind: str
    name: str
    role: str
    scopes: list[str]
    by: str
    created: dt.datetime
    until: dt.datetime | None
    revoked: dt.datetime | None


class Secret(BaseModel):
    """A program's secret; it is shown now and never again."""

    client: str
    secret: str


class Acted(BaseModel):
    """A line of the record of acts."""

    seq: int
    at: dt.datetime
    who: str
    kind: str
    role: str
    what: str
    object: str
    status: int
    code: str
    address: str
    request: str
    hash: str


class Check(BaseModel):
    """The last line of the record, when all lines before it are there and as they were."""

    seq: int
    hash: str
    sound: Literal[True] = True


class Items(BaseModel):
    """A page of lines of the record, the newest first."""

    items: list[Acted]
    next: str | None = Field(description="The next page, as the Link has it; null on the last")
    head: Check


def told(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row with its times as times."""
    found = {}
    for name, value in row.items():
        plain = name.removesuffix("_us")
        if plain in TIMES and plain != name and value is not None:
            found[plain] = EPOCH + dt.timedelta(microseconds=value)
        else:
            found[plain if plain in TIMES else name] = value
    return found


def by_person(asked: Asked) -> Principal:
    """Give the person who asks: who comes in, and with what, is decided by persons alone.

    A key that is lost makes no further keys and lets nobody in.

    Raises
    ------
    TanluError
        TL964 when a program or a device asks.
    """
    principal = asked.principal
    if principal is None or principal.kind != "person":
        raise TanluError("TL964")
    return principal
