"""Packing: texts go compressed to who asked for them himself, never to who was made to ask.

A length of packed text tells what it holds, if somebody may mix his words into it and ask again and
again (BREACH). Another site can make a browser ask with its cookies, but browsers say that it did
(`Sec-Fetch-Site`). So what is asked with a cookie is packed only when a person or our own page
asked; an older browser, and one without TLS that says nothing, gets it plain. Answers to what
changes something, streams and JSON, whose ETags are strong, are never packed.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Packed"]

TEXTS = ("text/html", "text/csv", "image/svg+xml", "text/plain")
LEAST, LEVEL = 1024, 5
OWN = ("same-origin", "none")
DEPENDS = ("Accept-Encoding", "Sec-Fetch-Site", "Cookie")


class Packed:
    """Packs the whole texts of an application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, packed where it may be."""
        if scope["type"] != "http" or not _may(scope):
            await self.app(scope, receive, send)
            return
        begun: list[Message] = []

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and _text(message):
                begun.append(message)
                return
            if begun:
                head = begun.pop()
                # what comes in pieces is a stream and waits for nobody
                if not message.get("more_body") and len(message.get("body", b"")) >= LEAST:
                    message = _packed(head, message)
                await send(head)
            await send(message)

        await self.app(scope, receive, told)


def _may(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if scope["method"] != "GET" or "gzip" not in headers.get("accept-encoding", ""):
        return False
    return "cookie" not in headers or headers.get("sec-fetch-site") in OWN


def _text(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    kind = headers.get("content-type", "").partition(";")[0]
    plain = "content-encoding" not in headers and "set-cookie" not in headers
    return message["status"] == 200 and kind in TEXTS and plain


def _packed(head: Message, message: Message) -> Message:
    body = gzip.compress(message["body"], LEVEL, mtime=0)
    headers = MutableHeaders(raw=head["headers"])
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    for name in DEPENDS:
        headers.add_vary_header(name)
    if (etag := headers.get("etag", "")).startswith('"'):
        headers["ETag"] = f"W/{etag}"
    head["headers"] = headers.raw
    return {**message, "body": body}
