"""The way in and out for persons: login, invitation, logout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import Field

from tanlu.errors import TanluError
from tanlu.serve.access.persons import invitations, people, sessions
from tanlu.serve.access.routes.reading import Sent, described, is_form, local, read, with_code
from tanlu.serve.api import PUBLIC, Asked, allow
from tanlu.serve.api.origin import loopback, tls

if TYPE_CHECKING:
    from tanlu.store.relational import Everywhere

__all__ = ["entrance", "opened"]

entrance = APIRouter(tags=["access"])


class Login(Sent):
    """Name and password, where to work, and where to go then."""

    name: str = Field(min_length=1)
    password: str = Field(min_length=1)
    organisation: str | None = None
    next: str | None = None
    back: str | None = None


class Joining(Sent):
    """The secret of an invitation, and the name and password of who accepts it."""

    invitation: str = Field(min_length=1)
    name: str = Field(min_length=1)
    password: str = Field(min_length=1)
    shown: str = ""
    next: str | None = None
    back: str | None = None


@entrance.post("/auth/login", summary="A session of a browser", openapi_extra=described(Login))
async def login(request: Request, asked: Asked = allow(PUBLIC, entrance=True)) -> Response:
    """Let a person in and give the browser a new session; an old one of it ends."""
    sent = await read(request, Login)
    return await _let_in(request, sent, lambda: _logged_in(request, asked, sent))


@entrance.post(
    "/auth/join", summary="The answer to an invitation", openapi_extra=described(Joining)
)
async def join(request: Request, asked: Asked = allow(PUBLIC, entrance=True)) -> Response:
    """Make a person of an invitation, or let one in who is known with his password."""
    sent = await read(request, Joining)
    return await _let_in(request, sent, lambda: _joined(request, asked, sent))


@entrance.post("/auth/logout", summary="The end of the session")
async def logout(request: Request, asked: Asked = allow(), everywhere: bool = False) -> Response:
    """End the session of the browser, or all sessions of the person."""
    principal = asked.principal
    if principal is None or principal.session is None:
        raise TanluError("TL964")
    await run_in_threadpool(_logged_out, asked, everywhere=everywhere)
    response: Response = Response(status_code=204)
    if is_form(request):
        response = RedirectResponse("/", 303)
    sessions.clear(response, tls=tls(request))
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


async def _let_in(request: Request, sent: Login | Joining, work: Any) -> Response:
    if not tls(request) and not loopback(request):
        raise TanluError("TL960")
    try:
        facts, secret = await run_in_threadpool(work)
    except TanluError as error:
        if not is_form(request):
            raise
        request.state.code = error.code
        return RedirectResponse(with_code(local(sent.back, "/login"), error), 303)
    response: Response = JSONResponse(facts)
    if is_form(request):
        response = RedirectResponse(local(sent.next), 303)
    response.headers["cache-control"] = "no-store"
    sessions.give(response, secret, tls=tls(request))
    return response


def _logged_in(request: Request, asked: Asked, sent: Login) -> tuple[dict[str, Any], str]:
    name = f"person {_folded(sent.name)}"
    brakes = request.app.state.access.brakes
    brakes.attempt(request, name)
    person = people.proved(asked.home.state, sent.name, sent.password)
    if person is None:
        _failed(request, asked, sent.name)
        raise TanluError("TL475")
    brakes.right(request, name)
    with asked.home.state.everywhere() as state:
        return opened(request, state, person, sent.organisation)


def _joined(request: Request, asked: Asked, sent: Joining) -> tuple[dict[str, Any], str]:
    name = f"person {_folded(sent.name)}"
    brakes = request.app.state.access.brakes
    brakes.attempt(request, name)
    home = asked.home
    with home.state.everywhere() as state:
        # nothing is told of who there is to somebody without an invitation
        tenant = invitations.pending(state, sent.invitation)["tenant"]
        person = people.known(state, sent.name)
    if person is not None and people.proved(home.state, sent.name, sent.password) is None:
        raise TanluError("TL475")
    with home.state.everywhere() as state:
        if person is None:
            people.add(state, sent.name, sent.password, shown=sent.shown)
            person = people.known(state, sent.name)
            assert person is not None
        invitations.accept(state, sent.invitation, person["person"])
        brakes.right(request, name)
        return opened(request, state, person, tenant)


def opened(
    request: Request, state: Everywhere, person: dict[str, Any], tenant: str | None
) -> tuple[dict[str, Any], str]:
    """Begin a session of a person who has proved who he is; what the browser had before ends.

    Raises
    ------
    TanluError
        TL475 when he may do nothing here, or not in this organisation.
    """
    places = people.memberships(state, person["person"])
    place = next((each for each in places if tenant in (None, each["tenant"])), None)
    if place is None:
        raise TanluError("TL475")
    before = sessions.cookie(request, tls=tls(request))
    if before is not None:
        sessions.end(state, sessions.hashed(before))
    secret = sessions.begin(state, person["person"], place["tenant"])
    request.state.act = ("person", person["person"], place["tenant"], place["role"])
    facts = {
        "person": person["person"], "shown": person["shown"], "organisation": place["tenant"],
        "role": place["role"], "csrf_token": sessions.forgery(secret),
    }  # fmt: skip
    return facts, secret


def _failed(request: Request, asked: Asked, name: str) -> None:
    """Let the record of who was tried have it; the same is looked up for a name of nobody."""
    with asked.home.state.everywhere() as state:
        person = (people.known(state, name) or {}).get("person", "")
        places = people.memberships(state, person)
    if places:
        request.state.act = ("person", person, places[0]["tenant"], places[0]["role"])


def _logged_out(asked: Asked, *, everywhere: bool) -> None:
    principal = asked.principal
    assert principal is not None
    with asked.home.state.everywhere() as state:
        if everywhere:
            sessions.end_all(state, principal.identity)
        elif principal.session is not None:
            sessions.end(state, principal.session)


def _folded(name: str) -> str:
    try:
        return people.plain_name(name)
    except TanluError:
        return name[:100]
