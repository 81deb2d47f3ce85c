"""Login by the house of one's own: there and back."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Annotated, NamedTuple, NoReturn

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from tanlu.errors import TanluError
from tanlu.serve.access import acts, credentials
from tanlu.serve.access.persons import oidc, sessions
from tanlu.serve.access.routes.entrance import opened
from tanlu.serve.access.routes.reading import local, with_code
from tanlu.serve.api import PUBLIC, Asked, allow
from tanlu.serve.api.origin import base, loopback, tls

if TYPE_CHECKING:
    from tanlu.serve.access.guarding import Access

__all__ = ["vouching"]

vouching = APIRouter(prefix="/auth/oidc", tags=["access"])

COOKIE, OVER_TLS = "tanlu-oidc", "__Host-tanlu-oidc"
# so long one may take to log in over there [s]
LASTS_S = 600


class Begun(NamedTuple):
    """A login that has begun: its secret and where to go when it has ended."""

    secret: str
    next: str


class Told(BaseModel):
    """With what the other house sends a browser back."""

    state: str = Field("", max_length=200)
    code: str = Field("", max_length=4000)
    iss: str | None = Field(None, max_length=1000)
    error: str = Field("", max_length=200)


@vouching.get("", summary="Log in by the house of one's own", status_code=303)
def begin_oidc(
    request: Request,
    asked: Asked = allow(PUBLIC),  # noqa: ARG001
    next: str | None = None,  # noqa: A002
) -> Response:
    """Lead the browser to the other house; what binds the answer to it stands in a cookie."""
    house = _house(request)
    if not tls(request) and not loopback(request):
        raise TanluError("TL960")
    secret = credentials.draw()
    address = house.address(oidc.Secrets.of(secret), _back(request))
    response = RedirectResponse(address, 303, {"cache-control": "no-store"})
    to = urlsafe_b64encode(local(next).encode()).decode()
    response.set_cookie(
        _name(request), f"{secret}.{int(time.time())}.{to}", max_age=LASTS_S, path="/",
        secure=tls(request), httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@vouching.get("/back", summary="Back from the house of one's own", status_code=303)
def end_oidc(
    request: Request, told: Annotated[Told, Query()], asked: Asked = allow(PUBLIC)
) -> Response:
    """Let in whom the other house vouches for, when this browser began the login."""
    house = _house(request)
    try:
        begun = _begun(request, told.state)
        if told.error or not told.code or told.iss not in (None, house.provider.issuer):
            _refuse("it refused")
        vouched = house.vouched(told.code, oidc.Secrets.of(begun.secret), _back(request))
        with asked.home.state.everywhere() as everywhere:
            person = oidc.let_in(everywhere, house.provider, vouched)
            _, secret = opened(request, everywhere, person, house.provider.organisation)
    except TanluError as wrong:
        request.state.act = ("nobody", "", acts.NOWHERE, "")
        request.state.code = wrong.code
        response = RedirectResponse(with_code("/login", wrong), 303)
    else:
        response = RedirectResponse(begun.next, 303)
        sessions.give(response, secret, tls=tls(request))
    response.delete_cookie(_name(request), path="/", secure=tls(request), httponly=True)
    response.headers["cache-control"] = "no-store"
    return response


def _refuse(why: str) -> NoReturn:
    raise TanluError("TL962", why=why)


def _house(request: Request) -> oidc.House:
    access: Access = request.app.state.access
    if access.house is None:
        raise TanluError("TL484", value=request.url.path)
    return access.house


def _back(request: Request) -> str:
    return f"{base(request)}/auth/oidc/back"


def _name(request: Request) -> str:
    return OVER_TLS if tls(request) else COOKIE


def _begun(request: Request, state: str) -> Begun:
    """Give the login that this browser began and that this answer ends."""
    found = _kept(request)
    if found is None or not credentials.same(oidc.Secrets.of(found.secret).state, state):
        _refuse("this browser did not begin the login")
    return found


def _kept(request: Request) -> Begun | None:
    secret, _, rest = request.cookies.get(_name(request), "").partition(".")
    at, _, to = rest.partition(".")
    if not secret or not (at.isascii() and at.isdigit()) or len(at) > 12:
        return None
    if not 0 <= time.time() - int(at) <= LASTS_S:
        return None
    try:
        path = urlsafe_b64decode(to).decode()
    except ValueError:
        return None
    return Begun(secret, local(path))
