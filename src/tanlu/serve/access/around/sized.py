"""How much may be sent, and how slowly: what is read whole is small, nobody holds on for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import anyio
from starlette.requests import Request

from tanlu.errors import TanluError
from tanlu.serve.api import Early

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["FILE_BYTES", "MOST_BYTES", "PIECEWISE", "SMALL_BYTES", "Sized"]

KIB, MIB = 1 << 10, 1 << 20
# of who is nobody and of what is about access; of JSON that is read whole; of a page with a file
SMALL_BYTES, MOST_BYTES, FILE_BYTES = 64 * KIB, 4 * MIB, 257 * MIB
SMALL = ("/auth/", "/v1/me", "/v1/people", "/v1/invitations", "/v1/clients", "/v1/audit")
# these read piece by piece, or count themselves, each with a limit of its own
PIECEWISE = ("/v1/activities", "/v1/estimates", "/v1/uploads", "/2/events", "/3/events",
             "/epcis/capture", "/epcis/events")  # fmt: skip
# so long may a body be waited for in all, and longer by a second for so many bytes that came
PATIENCE_S, LEAST_PER_S = 20.0, 8 * KIB
# so long may a piece of an answer wait for who asked to take it
TAKEN_S = 60.0


class Sized:
    """A layer that counts a body while it is read, and stops what is too long or too slow.

    Only waiting counts as time: what the server itself does with what came is nobody's fault. An
    answer that is not taken ends too, as if who asked had gone.
    """

    def __init__(
        self, app: ASGIApp, *, patience_s: float = PATIENCE_S, taken_s: float = TAKEN_S
    ) -> None:
        self.app = app
        self.patience_s, self.taken_s = patience_s, taken_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; a body that is too long is refused with 413, one too slow with 408."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Request(scope).headers
        told = headers.get("content-length", "0")
        brings = told != "0" or "transfer-encoding" in headers
        came, waited, whole, begun = 0, 0.0, False, False

        async def counted() -> Message:
            nonlocal came, waited, whole
            if whole or begun:
                return await receive()
            most = _most(scope)
            if most is not None and (not told.isdecimal() or int(told[:18]) > most):
                raise _long(most)
            since = time.monotonic()
            with anyio.move_on_after(self.patience_s + came / LEAST_PER_S - waited) as left:
                message = await receive()
            if left.cancelled_caught:
                seconds = int(waited + time.monotonic() - since)
                raise Early(TanluError("TL464", value=f"{came:,} B", seconds=seconds))
            waited += time.monotonic() - since
            came += len(message.get("body", b""))
            if most is not None and came > most:
                raise _long(most)
            if message["type"] == "http.disconnect" and brings:
                raise Early(TanluError("TL486", value="the body ends too early"))
            whole = not message.get("more_body", False)
            return message

        async def taken(message: Message) -> None:
            nonlocal begun
            begun = True
            with anyio.move_on_after(self.taken_s) as left:
                await send(message)
            if left.cancelled_caught:
                raise OSError("who asked takes nothing")

        await self.app(scope, counted, taken)


def _most(scope: Scope) -> int | None:
    """Give the most bytes of a body; who sends it is known by then, where a route wants to know."""
    path = scope["path"]
    if path.startswith(SMALL):
        return SMALL_BYTES
    if path in PIECEWISE:
        return None
    if scope.get("state", {}).get("principal") is None:
        return SMALL_BYTES
    return MOST_BYTES if path.startswith(("/v1/", "/epcis/")) else FILE_BYTES


def _long(most: int) -> Early:
    return Early(TanluError("TL467", value=f"> {most:,} B", most=f"{most:,} B"))
