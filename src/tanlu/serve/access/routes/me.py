"""Who I am, in which organisation I work, my password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from tanlu.serve.access import staying
from tanlu.serve.access.persons import people, sessions
from tanlu.serve.access.routes.shapes import Asking, Facts
from tanlu.serve.api import ROLES, Asked, Principal, allow

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
    secret = staying.go(asked, going.organisation)
    return _moved(asked, request, response, going.organisation, secret)


@me.post("/join", summary="Accept an invitation as who one is", response_model=Facts)
def accept_invitation(
    accepting: Accepting, request: Request, response: Response, asked: Asked = allow()
) -> dict[str, Any]:
    """Accept an invitation into another organisation, and go there."""
    return _moved(asked, request, response, *staying.join(asked, accepting.invitation))


@me.post("/password", summary="Choose another password", response_model=Facts)
def change_password(
    sent: Password, request: Request, response: Response, asked: Asked = allow()
) -> dict[str, Any]:
    """Choose another password; all other sessions end."""
    secret = staying.password(asked, sent.old, sent.new)
    return _moved(asked, request, response, asked.tenant, secret)


def _moved(
    asked: Asked, request: Request, response: Response, tenant: str, secret: str
) -> dict[str, Any]:
    principal = staying.sitting(asked)
    with asked.home.state.everywhere() as state:
        places = people.memberships(state, principal.identity)
    role = next(str(each["role"]) for each in places if each["tenant"] == tenant)
    # what he did stands in the record of where he came from
    staying.dressed(request, secret)(response)
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
