"""Bodies of requests: read piece by piece, and no more of one than may be."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from tanlu.errors import TanluError
from tanlu.serve.exchange.epcis.headers import sent

__all__ = ["read_body", "read_object", "text_of"]

# of what is no document of events
SMALL = 1 << 20


async def read_body(request: Request, most: int) -> bytes:
    """Give the body of a request.

    Raises
    ------
    TanluError
        TL423 when it is longer than ``most`` [bytes].
    """
    sent(request)
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > most:
        raise TanluError("TL423", value=length, why=f"at most {most} bytes")
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise TanluError("TL423", value=size, why=f"at most {most} bytes")
        pieces.append(piece)
    return b"".join(pieces)


async def read_object(request: Request) -> dict[str, Any]:
    """Give the JSON object that a request brings.

    Raises
    ------
    TanluError
        TL420 when it is none, TL423 when it is too long.
    """
    text = text_of(await read_body(request, SMALL))
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TanluError("TL420", value="body", why=str(error)[:200]) from error
    if not isinstance(held, dict):
        raise TanluError("TL420", value="body", why="it is no object")
    return held


def text_of(data: bytes) -> str:
    """Give a body as text; TL420 when it is no UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise TanluError("TL420", value="body", why="it is no UTF-8") from error
