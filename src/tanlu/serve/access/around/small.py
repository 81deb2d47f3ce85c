"""How much may be sent to come in: forms of a login are small, and nobody fills the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from tanlu.errors import TanluError
from tanlu.serve.api import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MOST_BYTES", "Small"]

MOST_BYTES = 64 * 1024
PLACES = ("/auth/", "/v1/me", "/v1/people", "/v1/invitations", "/v1/clients", "/v1/audit")


class Small:
    """A layer that reads bodies of access itself, up to a limit, before anything looks at them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request whose body is small; refuse another with 413."""
        if scope["type"] != "http" or not scope["path"].startswith(PLACES):
            await self.app(scope, receive, send)
            return
        body, more = b"", True
        while more and len(body) <= MOST_BYTES:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            error = TanluError("TL486", value=f"body > {MOST_BYTES} B")
            await problem(Request(scope), 413, error)(scope, receive, send)
            return
        whole: Message = {"type": "http.request", "body": body, "more_body": False}

        async def again() -> Message:
            nonlocal whole
            told, whole = whole, {}
            return told or await receive()

        await self.app(scope, again, send)
