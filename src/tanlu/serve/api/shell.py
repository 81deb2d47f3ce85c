"""The application around all routes: headers, problems, health; no route without a permission."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.datastructures import DefaultPlaceholder
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tanlu.serve.api import origin
from tanlu.serve.api.asked import Asked
from tanlu.serve.api.home import Home
from tanlu.serve.api.identity import PUBLIC, Identify, nobody
from tanlu.serve.api.packing import Packed
from tanlu.serve.api.permission import Gate, allow, permissions
from tanlu.serve.api.problems import Form, handle
from tanlu.terms import VERSION

__all__ = ["shell"]

HEADERS = {
    # what is told to one is kept for nobody else, and asked for anew
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    # pages set their own; what is data needs nothing at all
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}

# a browser that was here over TLS comes over TLS for a year; not on loopback, where other programs
# of the machine are called by the same name
STRICT = "max-age=31536000"

Layer = Callable[[ASGIApp], ASGIApp]
Allowance = Callable[[Request], None]

health = APIRouter()


@health.get("/healthz", tags=["health"], summary="Whether the server answers")
def healthz(asked: Asked = allow(PUBLIC)) -> dict[str, Any]:
    """Give that the server answers, its version and for how long it has run [s]."""
    started = asked.request.app.state.started
    return {"status": "ok", "version": VERSION, "up_s": int(time.monotonic() - started)}


def unlimited(request: Request) -> None:
    """Let everybody ask as often as he likes."""


def _lifespan(rooms: Sequence[APIRouter]) -> Callable[[Any], Any]:
    @contextlib.asynccontextmanager
    async def served(app: Any) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for router in rooms:
                await stack.enter_async_context(router.lifespan_context(app))
            yield

    return served


def _take(app: FastAPI, router: APIRouter) -> None:
    """Put the routes of a router on an application as they are.

    Nothing is laid around a router here, so its routes hold for every application: including it
    would read each signature anew and match each request twice.
    """
    for route in router.routes:
        if isinstance(route, APIRoute) and _unnamed(route):
            route.unique_id = _operation(route)
    app.router.routes.extend(router.routes)


def _unnamed(route: APIRoute) -> bool:
    """Tell whether neither a route nor its router says how the operation is called."""
    return not route.operation_id and isinstance(
        route.generate_unique_id_function, DefaultPlaceholder
    )


def _operation(route: APIRoute) -> str:
    """Give the name of an operation whose route gives none: what is done, and where."""
    where = re.sub(r"\W+", "_", route.path_format).strip("_")
    return f"{min(route.methods or {'GET'}).lower()}_{where}"


def shell(
    home: Home,
    *,
    identify: Identify = nobody,
    rooms: Sequence[APIRouter] = (),
    forms: Mapping[str, Form] | None = None,
    layers: Sequence[Layer] = (),
    allowance: Allowance = unlimited,
    public: str | None = None,
) -> FastAPI:
    """Give the application with the routes of some rooms.

    Parameters
    ----------
    home
        Ledgers and state of the organisations.
    identify
        Tells who asks; without it nobody is known, and only what is public is served.
    rooms
        Routers; each route has `allow` among its dependencies.
    forms
        By the beginning of a path, how a standard wants its errors; problem+json elsewhere.
    layers
        What is laid around all routes, the outermost first.
    allowance
        Is asked when it is known who asks, and raises TL477 for who asks too often.
    public
        URL by which browsers reach the server, where a proxy stands before it.

    Raises
    ------
    TanluError
        TL480 for a route that does not say whom it is for.
    """
    app = FastAPI(
        title="Tanlu 碳路", version=VERSION, docs_url=None, redoc_url=None, openapi_url=None,
        summary="The carbon of every parcel, from mine to doorstep and back",
        lifespan=_lifespan(rooms),
    )  # fmt: skip
    app.state.home, app.state.identify, app.state.started = home, identify, time.monotonic()
    app.state.allowance, app.state.public = allowance, public
    # paths whose errors have the form of another standard
    app.state.forms = tuple(forms or ())
    app.add_middleware(Gate)
    app.add_middleware(_Faults, answer=handle(app, forms or {}))
    for layer in reversed(layers):
        app.add_middleware(layer)
    app.add_middleware(Packed)
    app.add_middleware(_Headers)
    app.add_middleware(_Heads)
    for router in (health, *rooms):
        _take(app, router)
    list(permissions(app))
    return app


class _Faults:
    """Answers what nothing else has answered."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, told)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            await self.answer(Request(scope, receive), error)(scope, receive, send)


class _Headers:
    """Adds to every answer the headers that it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                here = HTTPConnection(scope)
                if origin.tls(here) and not origin.loopback(here):
                    headers.setdefault("strict-transport-security", STRICT)
            await send(message)

        await self.app(scope, receive, told if scope["type"] == "http" else send)


class _Heads:
    """Answers HEAD as GET, with nothing behind the headers (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        endless = False

        async def told(message: Message) -> None:
            nonlocal endless
            if endless:
                raise ClientDisconnect
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body"})
                kind = Headers(raw=message["headers"]).get("content-type", "")
                endless = kind.startswith("text/event-stream")

        # what goes on for ever ends as if who asked had gone
        with contextlib.suppress(ClientDisconnect):
            await self.app({**scope, "method": "GET"}, receive, told)
