"""Who I am, in which organisation I work, my password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from tanlu.errors import TanluError
from tanlu.serve.access.persons import invitations, people, sessions
from tanlu.serve.access.routes.shapes import Asking, Facts, by_person
from tanlu.serve.api import ROLES, Asked, Principal, allow
from tanlu.serve.api.origin import tls
from tanlu.store.relational.tables.access import PERSONS

__all__ = ["me"]

me = APIRouter(prefix="/v1/me", tags=["access"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Going(Asking):
    """In which organisation to work from now on."""

    organisation: Text


class Password(Asking):
    """The password that holds and the one that is to hold."""

    old: Text
    new: Text


class Accepting(Asking):
    """The secret of an invitation."""

    invitation: Text


@me.get("", summary="Who asks", response_model=Facts)
def show_me(asked: Asked = allow(*ROLES)) -> dict[str, Any]:
    """Give who asks, where and in which role, and where else he could work."""
    assert asked.principal is not None
    return _facts(asked, asked.principal, asked.principal.forgery)


@me.post("/organisation", summary="Work in another organisation", response_model=Facts)
def change_organisation(
    going: Going, request: Request, response: Response, asked: Asked = allow()
) -> dict[str, Any]:
    """Go to another organisation of one's own; the session begins anew, with a new token."""
    principal = _sitting(asked)
    return _moved(asked, request, response, principal, going.organisation)


@me.post("/join", summary="Accept an invitation as who one is", response_model=Facts)
def accept_invitation(
    accepting: Accepting, request: Request, response: Response, asked: Asked = allow()
) -> dict[str, Any]:
    """Accept an invitation into another organisation, and go there."""
    principal = _sitting(asked)
    with asked.home.state.everywhere() as state:
        tenant = invitations.accept(state, accepting.invitation, principal.identity)
    return _moved(asked, request, response, principal, tenant)


@me.post("/password", summary="Choose another password", response_model=Facts)
def change_password(
    sent: Password, request: Request, response: Response, asked: Asked = allow()
) -> dict[str, Any]:
    """Choose another password; all other sessions end."""
    principal = _sitting(asked)
    brakes, home = request.app.state.access.brakes, asked.home
    brakes.attempt(request, f"password {principal.identity}")
    with home.state.everywhere() as state:
        row = state.one(PERSONS, PERSONS.c.person == principal.identity)
    if row is None or people.proved(home.state, row["name"], sent.old) is None:
        raise TanluError("TL475")
    brakes.right(request, f"password {principal.identity}")
    with home.state.everywhere() as state:
        people.new_password(state, principal.identity, sent.new)
    return _moved(asked, request, response, principal, principal.tenant)


def _sitting(asked: Asked) -> Principal:
    principal = by_person(asked)
    if principal.session is None:
        raise TanluError("TL964")
    return principal


def _moved(
    asked: Asked, request: Request, response: Response, principal: Principal, tenant: str
) -> dict[str, Any]:
    assert principal.session is not None
    with asked.home.state.everywhere() as state:
        places = {each["tenant"]: each for each in people.memberships(state, principal.identity)}
        if tenant not in places:
            raise TanluError("TL483", value=tenant[:40])
        before = sessions.end(state, principal.session)
        until_us = before["until_us"] if before else None
        secret = sessions.begin(state, principal.identity, tenant, until_us=until_us)
    role = str(places[tenant]["role"])
    # what he did stands in the record of where he came from
    sessions.give(response, secret, tls=tls(request))
    response.headers["cache-control"] = "no-store"
    there = Principal(principal.identity, tenant, role, "person", principal.name)
    return _facts(asked, there, sessions.forgery(secret))


def _facts(asked: Asked, principal: Principal, token: str | None) -> dict[str, Any]:
    known = {str(row["slug"]): row for row in asked.home.organisations()}
    places = [{"tenant": principal.tenant, "role": principal.role}]
    if principal.kind == "person":
        with asked.home.state.everywhere() as state:
            places = people.memberships(state, principal.identity) or places
    found = [(known[each["tenant"]], each["role"]) for each in places if each["tenant"] in known]
    return {
        "identity": principal.identity, "kind": principal.kind, "name": principal.name,
        "organisation": principal.tenant, "role": principal.role,
        "scopes": list(principal.scopes), "csrf_token": token,
        "organisations": [
            {"slug": row["slug"], "name": row["name"], "name_zh": row["name_zh"], "role": role}
            for row, role in found
        ],
    }  # fmt: skip
