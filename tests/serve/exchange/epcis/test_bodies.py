"""Bodies of requests."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import Request

from tanlu.errors import TanluError
from tanlu.serve.exchange.epcis.bodies import read_body, read_object, text_of


def _request(*pieces: bytes, **headers: str) -> Request:
    told = [(b"content-type", b"application/json")]
    told += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    waiting = list(pieces)

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    return Request({"type": "http", "method": "POST", "headers": told}, receive)


def test_a_body_is_read_whole_in_however_many_pieces() -> None:
    assert asyncio.run(read_body(_request(b"ab", b"", b"cd"), 4)) == b"abcd"
    assert asyncio.run(read_object(_request(b'{"a"', b": 1}"))) == {"a": 1}


@pytest.mark.parametrize(
    "request_", [_request(b"abc", b"de", b"f"), _request(b"", content_length="5")]
)
def test_no_more_of_a_body_is_read_than_may_be(request_: Request) -> None:
    with pytest.raises(TanluError, match="TL423"):
        asyncio.run(read_body(request_, 4))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"5"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(TanluError, match="TL420"):
        asyncio.run(read_object(_request(body)))


def test_a_body_is_text() -> None:
    assert text_of("碳".encode()) == "碳"
