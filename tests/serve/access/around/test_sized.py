"""How much may be sent where JSON is read whole."""

from __future__ import annotations

import asyncio

from fastapi.testclient import TestClient

from tanlu.serve.access.around.sized import MOST_BYTES, PIECEWISE, Sized
from tests.serving import HERE

JSON = {"content-type": "application/json"}
PIECE = b" " * (1 << 20)


async def _read_of(headers, pieces=100):
    """Give how many bytes a long body was read of, and the status of the answer."""
    read, told = 0, []

    async def reads(scope, receive, send):
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        nonlocal read
        read += len(PIECE)
        return {"type": "http.request", "body": PIECE, "more_body": read < pieces * len(PIECE)}

    async def send(message):
        told.append(message.get("status"))

    scope = {"type": "http", "path": "/v1/hooks", "method": "POST", "headers": headers,
             "query_string": b""}  # fmt: skip
    await Sized(reads)(scope, receive, send)
    return read, told[0]


def test_of_a_long_body_no_more_is_read_than_may_be():
    assert asyncio.run(_read_of([])) == (MOST_BYTES + len(PIECE), 413)
    assert asyncio.run(_read_of([(b"content-length", b"99999999")])) == (0, 413)
    assert asyncio.run(_read_of([(b"content-length", b"-1")])) == (0, 413)
    assert asyncio.run(_read_of([], pieces=2)) == (2 * len(PIECE), 200)


def test_nobody_makes_the_server_hold_a_long_body(app):
    outside = TestClient(app, base_url=HERE, raise_server_exceptions=False)
    for path in ("/v1/hooks", "/v1/jobs", "/v1/uploads/" + "0" * 32 + "/read"):
        told = outside.post(path, content=(PIECE for _ in range(9)), headers=JSON)
        assert (told.status_code, told.json()["code"]) == (413, "TL467"), path


def test_what_is_read_piece_by_piece_has_its_own_limit(app):
    outside = TestClient(app, base_url=HERE, raise_server_exceptions=False)
    for path in PIECEWISE:
        told = outside.post(path, content=(PIECE for _ in range(9)), headers=JSON)
        assert told.status_code == 401, path
