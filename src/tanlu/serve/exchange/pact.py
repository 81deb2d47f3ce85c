"""The host of PACT: footprints and events under ``/3`` (V3.0) and ``/2`` (V2.x)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from tanlu.errors import TanluError
from tanlu.serve.api import PUBLIC, Asked, allow, origin
from tanlu.serve.exchange import answers, described, shelf
from tanlu.share.egress import Egress
from tanlu.share.exchange.pact import events, filters

if TYPE_CHECKING:
    from tanlu.serve.exchange.answers import Reaching

__all__ = ["FORMS", "room"]

READING = ("manager", "operator", "verifier", "viewer", "supplier", "developer")
WRITING = ("manager", "operator", "supplier", "developer")
# our own people see every footprint; partners see what is for all of them or for them
OWN = ("manager", "operator", "verifier", "viewer")
READ, WRITE = "footprints:read", "footprints:write"
USUAL, MOST, MOST_FIELDS = 100, 1_000, 1_000
LARGEST = 32 << 20
LONGEST_END_S = 5.0
HOST = re.compile(r"[A-Za-z0-9.\-_]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
AFTER = re.compile(r"([0-9]{1,18})_([0-9a-f-]{36})")
LIMIT = re.compile(r"[0-9]{1,18}", re.ASCII)
# statuses of what only partners ask for
STATUS = {"TL883": 404, "TL884": 403}
CODES = {403: "AccessDenied", 404: "NotFound", 500: "InternalError", 501: "NotImplemented"}
KEPT = (401, 403, 404, 405, 429, 500, 501, 503)


def _error(request: Request, status: int, error: TanluError) -> Response:
    """Give what went wrong as PACT wants it: ``{code, message}``."""
    status = STATUS.get(error.code, status)
    said = status if status in KEPT else 400
    code = CODES.get(said, "InternalError" if said >= 500 else "BadRequest")
    if error.code == "TL472":
        code = "TokenExpired"
    if code == "NotFound" and request.url.path.startswith("/2/"):
        # V2 has its own word for it, which its conformance tool wants
        code = "NoSuchFootprint"
    headers = {"cache-control": "no-store"}
    if said == 401:
        headers["www-authenticate"] = "Bearer"
    if "after_s" in error.fields:
        headers["retry-after"] = str(error.fields["after_s"])
    return JSONResponse({"code": code, "message": error.say()}, said, headers)


FORMS = {f"/{form}/{what}": _error for form in (2, 3) for what in ("footprints", "events")}


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise TanluError("TL882", value="body", why=f"more than {LARGEST} bytes")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/cloudevents+json":
        raise TanluError(
            "TL882", value=f"content-type {kind[:80]}", why="application/cloudevents+json is wanted"
        )
    return b"".join(parts)


def room(reaching: Reaching | None = None) -> APIRouter:
    """Give the routes of PACT; while they are served, answers that wait are tried again.

    Parameters
    ----------
    reaching
        Gives the transport to a partner, near or not; `Egress` if not said.
    """
    way = reaching or (lambda near: Egress(near=near))

    @contextlib.asynccontextmanager
    async def courier(app: FastAPI) -> AsyncIterator[None]:
        ends = threading.Event()
        work = threading.Thread(
            target=answers.rounds, args=(app.state.home.state, way, ends), daemon=True
        )
        work.start()
        yield
        ends.set()
        await asyncio.to_thread(work.join, LONGEST_END_S)

    made = APIRouter(tags=["pact"], lifespan=courier)
    made.add_api_route(
        "/.well-known/openid-configuration", _discovery, methods=["GET"],
        summary="Where tokens are given",
    )  # fmt: skip
    for form in (3, 2):
        _footprints(made, form)
        _events(made, form, way)
    return made


def base_of(request: Request) -> str:
    """Give our address as who asks knows it: that of the proxy, or the host that he named.

    Raises
    ------
    TanluError
        TL881 for a host that is none.
    """
    if request.app.state.public:
        return origin.base(request)
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        raise TanluError("TL881", value="Host", why="a name and a port are wanted")
    return f"{request.url.scheme}://{host}"


def _discovery(asked: Asked = allow(PUBLIC)) -> dict[str, Any]:
    """Give where a partner's program gets its token, as OpenID Connect Discovery has it."""
    base = base_of(asked.request)
    return {
        "issuer": base, "token_endpoint": f"{base}/auth/token",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "response_types_supported": ["token"], "subject_types_supported": ["public"],
    }  # fmt: skip


def _footprints(made: APIRouter, form: int) -> None:
    def listed(asked: Asked = allow(*READING, scope=READ)) -> Response:
        """Give a page of the footprints that are for who asks; ``Link`` leads to the next."""
        request = asked.request
        pairs = _pairs(request)
        limit, after = _paging(pairs)
        wanted = _wanted(form, pairs)
        with asked.state() as state:
            page = shelf.find(
                state, form, wanted, reader=_reader(asked), limit=min(limit, MOST), after=after
            )
        headers = {}
        if page.last is not None:
            headers["link"] = f'<{_linked(request, pairs, page.last)}>; rel="next"'
        return JSONResponse({"data": [each.content for each in page.footprints]}, 200, headers)

    def one(id: str, asked: Asked = allow(*READING, scope=READ)) -> Response:  # noqa: A002 - PACT's
        """Give a footprint by its identity, if it is for who asks."""
        with asked.state() as state:
            told = shelf.one(state, id, form, _reader(asked))
        return JSONResponse({"data": told.content})

    made.add_api_route(
        f"/{form}/footprints", listed, methods=["GET"], name=f"pact_{form}_list",
        summary=f"Footprints (V{form})", responses=described.given(form, many=True),
        openapi_extra={"parameters": described.parameters(form)}, response_class=JSONResponse,
    )  # fmt: skip
    made.add_api_route(
        f"/{form}/footprints/{{id}}", one, methods=["GET"], name=f"pact_{form}_one",
        summary=f"One footprint (V{form})", responses=described.given(form, many=False),
        response_class=JSONResponse,
    )  # fmt: skip


def _events(made: APIRouter, form: int, reaching: Reaching) -> None:
    def took(
        tasks: BackgroundTasks,
        # in this order: nothing is read of nobody
        asked: Asked = allow(*WRITING, scope=WRITE),
        body: bytes = Depends(_body),
    ) -> Response:
        """Take an event of a partner: published, asked for, answered or refused."""
        event = events.parse(body, form)
        base, principal = base_of(asked.request), asked.principal
        who = "" if principal is None else principal.identity
        with asked.state() as state:
            answers.take(state, event, who=who, own=base)
        tasks.add_task(answers.deliver, asked.home.state, asked.tenant, reaching)
        return Response(status_code=200, background=tasks)

    made.add_api_route(
        f"/{form}/events", took, methods=["POST"], name=f"pact_{form}_events",
        summary=f"Events of partners (V{form})", responses=described.errors(),
        openapi_extra=described.event(form), response_class=Response,
    )  # fmt: skip


def _reader(asked: Asked) -> str | None:
    principal = asked.principal
    if principal is None:
        raise TanluError("TL470")
    return None if principal.role in OWN else principal.identity


def _pairs(request: Request) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise TanluError("TL881", value="?", why=f"more than {MOST_FIELDS} parameters") from error


def _paging(pairs: list[tuple[str, str]]) -> tuple[int, shelf.Place | None]:
    told = {name: value for name, value in pairs if name in ("limit", "after") and value}
    limit = told.get("limit", str(USUAL))
    if not LIMIT.fullmatch(limit):
        raise TanluError("TL881", value=f"limit={limit[:80]}", why="a whole number is wanted")
    if "after" not in told:
        return int(limit), None
    found = AFTER.fullmatch(told["after"])
    if found is None:
        raise TanluError("TL881", value="after", why="take the link as it was given")
    return int(limit), (int(found[1]), found[2])


def _wanted(form: int, pairs: list[tuple[str, str]]) -> filters.Criteria | filters.Node | None:
    if form == 3:
        return filters.of_query(pairs) or None
    told = [value for name, value in pairs if name.lower() == "$filter" and value.strip()]
    if len(told) > 1:
        raise TanluError("TL881", value="$filter", why="one filter is wanted")
    return filters.of_odata(told[0]) if told else None


def _linked(request: Request, pairs: list[tuple[str, str]], last: shelf.Place) -> str:
    kept = [(name, value) for name, value in pairs if name != "after"]
    query = urlencode([*kept, ("after", f"{last[0]}_{last[1]}")], quote_via=quote)
    return f"{base_of(request)}{request.url.path}?{query}"
