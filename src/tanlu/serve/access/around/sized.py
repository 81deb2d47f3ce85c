"""How much may be sent where JSON is read whole: a few MiB, whoever sends it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from starlette.requests import Request

from tanlu.errors import TanluError
from tanlu.serve.api import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MOST_BYTES", "Sized"]

MOST_BYTES = 4 << 20
PLACE = "/v1/"
# these read piece by piece, each with a limit of its own, when they know who asks
PIECEWISE = ("/v1/activities", "/v1/estimates", "/v1/uploads")


class Sized:
    """A layer that stops a long body before anything holds it.

    A framework reads a body before it asks who sends it: without a limit nobody known could fill
    the memory.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; one whose body is too long is refused with 413."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(PLACE) or path in PIECEWISE:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        told = request.headers.get("content-length", "0")
        if not told.isdecimal() or int(told[:18]) > MOST_BYTES:
            await _refuse(request, receive, send)
            return
        came, begun = 0, False

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > MOST_BYTES:
                raise _TooLong
            return message

        async def answer(message: Message) -> None:
            nonlocal begun
            if came <= MOST_BYTES or begun:
                begun = True
                await send(message)

        with contextlib.suppress(_TooLong):
            await self.app(scope, counted, answer)
        if came > MOST_BYTES and not begun:
            await _refuse(request, receive, send)


class _TooLong(Exception):
    """More came than may."""


async def _refuse(request: Request, receive: Receive, send: Send) -> None:
    error = TanluError("TL467", value=f"> {MOST_BYTES:,} B", most=f"{MOST_BYTES:,} B")
    await problem(request, 413, error)(request.scope, receive, send)
