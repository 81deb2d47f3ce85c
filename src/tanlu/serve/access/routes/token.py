"""OAuth2 for programs: a token for an id and a secret, its end, and what is known of it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Annotated, Any, NamedTuple
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from tanlu.errors import TanluError, say
from tanlu.serve.access import clients
from tanlu.serve.api import PUBLIC, Asked, Home, allow
from tanlu.serve.api.asked import language

__all__ = ["FORMS", "token"]

token = APIRouter(tags=["access"])

GRANT = "client_credentials"
# our codes in the words of RFC 6749; all else is a request that cannot be read
WORDS = {"TL471": "invalid_client", "TL474": "invalid_scope", "TL963": "unsupported_grant_type"}


class Wrong(BaseModel):
    """What went wrong, as RFC 6749 has it."""

    error: str
    error_description: str


REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"description": "What went wrong, as OAuth2 says it", "model": Wrong}
    for status in (400, 401, 429)
}


class Sent(NamedTuple):
    """With what a program says who it is."""

    client: str
    secret: str


class Asking(BaseModel):
    """What is asked for, and by whom where that does not stand in the header."""

    client_id: str | None = None
    client_secret: str | None = None
    grant_type: str | None = None
    scope: str | None = None


class Telling(BaseModel):
    """Of which token is spoken, and by whom where that does not stand in the header."""

    token: str
    client_id: str | None = None
    client_secret: str | None = None


@token.post(
    "/auth/token",
    summary="A token for a program (OAuth2 client credentials)",
    responses=REFUSED,
)
async def issue_token(
    request: Request, form: Annotated[Asking, Form()], asked: Asked = allow(PUBLIC)
) -> Response:
    """Give a token for an id and a secret, sent by HTTP Basic or in the form."""
    await _once(request)
    sent = _sent(request, form.client_id, form.client_secret)
    if form.grant_type is None:
        raise TanluError("TL486", value="grant_type")
    if form.grant_type != GRANT:
        raise TanluError("TL963", value=form.grant_type[:40])
    made = await run_in_threadpool(_issue, asked.home, request, sent, form.scope)
    facts = {**made._asdict(), "token_type": "bearer"}
    return JSONResponse(facts, headers={"cache-control": "no-store"})


@token.post("/auth/revoke", summary="The end of a token of one's own (RFC 7009)", responses=REFUSED)
async def revoke_token(
    request: Request, form: Annotated[Telling, Form()], asked: Asked = allow(PUBLIC)
) -> Response:
    """End a token; a token that is not the program's own is passed over in silence."""
    await _once(request)
    sent = _sent(request, form.client_id, form.client_secret)
    await run_in_threadpool(_revoke, asked.home, request, sent, form.token)
    return Response(status_code=200)


@token.post(
    "/auth/introspect", summary="What is known of a token of one's own (RFC 7662)",
    responses=REFUSED,
)  # fmt: skip
async def introspect_token(
    request: Request, form: Annotated[Telling, Form()], asked: Asked = allow(PUBLIC)
) -> dict[str, Any]:
    """Tell whether a token of the program holds, until when and for what."""
    await _once(request)
    sent = _sent(request, form.client_id, form.client_secret)
    return await run_in_threadpool(_introspect, asked.home, request, sent, form.token)


def _issue(home: Home, request: Request, sent: Sent, scope: str | None) -> clients.Token:
    row = _proved(home, request, sent)
    with home.state.of(row["tenant"]) as state:
        return clients.issue(state, row, scope)


def _revoke(home: Home, request: Request, sent: Sent, told: str) -> None:
    row = _proved(home, request, sent)
    with home.state.of(row["tenant"]) as state:
        clients.revoke_token(state, row["client"], told)


def _introspect(home: Home, request: Request, sent: Sent, told: str) -> dict[str, Any]:
    row = _proved(home, request, sent)
    found = clients.by_bearer(home.state, told)
    if not isinstance(found, dict) or found["client"] != row["client"]:
        return {"active": False}
    until = {"exp": found["until_us"] // clients.SECOND_US} if found["until_us"] else {}
    return {
        "active": True, "client_id": found["client"], "token_type": "bearer",
        "scope": found["scopes"], **until,
    }  # fmt: skip


def _proved(home: Home, request: Request, sent: Sent) -> dict[str, Any]:
    access = request.app.state.access
    name = f"client {sent.client[:100]}"
    access.brakes.attempt(request, name)
    with home.state.everywhere() as state:
        row = clients.proved(state, sent.client, sent.secret)
    if row is None:
        raise TanluError("TL471")
    access.brakes.right(request, name)
    request.state.act = ("client", row["client"], row["tenant"], row["role"])
    return row


async def _once(request: Request) -> None:
    """See that no parameter comes twice: two readers could take a different one of them."""
    names = [name for name, _ in (await request.form()).multi_items()]
    if len(names) != len(set(names)):
        raise TanluError("TL486", value="form")


def _sent(request: Request, client: str | None, secret: str | None) -> Sent:
    said = request.headers.getlist("authorization")
    if not said:
        if client is None or secret is None:
            raise TanluError("TL471")
        return Sent(client, secret)
    scheme, _, word = said[0].partition(" ")
    if len(said) > 1 or secret is not None or scheme.lower() != "basic":
        raise TanluError("TL471")
    try:
        # RFC 6749 2.3.1: both are encoded as in a form before they are joined
        name, _, rest = b64decode(word.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TanluError("TL471") from None
    found = Sent(unquote_plus(name), unquote_plus(rest))
    if client is not None and client != found.client:
        raise TanluError("TL471")
    return found


def _form(request: Request, status: int, error: TanluError) -> Response:
    """Give an error as OAuth2 wants it."""
    word = WORDS.get(error.code, "invalid_request" if status < 429 else "temporarily_unavailable")
    headers = {"cache-control": "no-store"}
    if word == "invalid_client" and "authorization" in request.headers:
        headers["www-authenticate"] = 'Basic realm="tanlu"'
    elif word != "invalid_client" and status in (401, 403, 422):
        status = 400
    if "after_s" in error.fields:
        headers["retry-after"] = str(error.fields["after_s"])
    told = say(error.code, language=language(request), **error.fields)
    return JSONResponse({"error": word, "error_description": told}, status, headers)


FORMS = {f"/auth/{name}": _form for name in ("token", "revoke", "introspect")}
