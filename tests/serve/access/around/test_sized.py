"""How much may be sent, and how slowly."""

from __future__ import annotations

import asyncio
import functools

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access.around.sized import FILE_BYTES, MOST_BYTES, PIECEWISE, SMALL_BYTES, Sized
from tanlu.serve.api import Early
from tests.serving import HERE, browser, program

JSON = {"content-type": "application/json"}
MIB = 1 << 20
PIECE = b" " * MIB


async def _read_of(path="/v1/hooks", told=None, who="somebody", pieces=600):
    """Give how many bytes a long body was read of, and the status of the answer."""
    read = 0

    async def reads(scope, receive, send):
        while (await receive())["more_body"]:
            pass

    async def receive():
        nonlocal read
        read += len(PIECE)
        return {"type": "http.request", "body": PIECE, "more_body": read < pieces * len(PIECE)}

    headers = [] if told is None else [(b"content-length", told)]
    scope = {"type": "http", "path": path, "method": "POST", "headers": headers,
             "query_string": b"", "state": {"principal": who}}  # fmt: skip
    try:
        await Sized(reads)(scope, receive, None)
    except Early as early:
        return read, early.status_code, early.error.code
    return read, 200, ""


def _read(*told, **more):
    return asyncio.run(_read_of(*told, **more))


def test_of_a_long_body_no_more_is_read_than_may_be():
    assert _read() == (MOST_BYTES + MIB, 413, "TL467")
    assert _read(told=b"99999999") == (0, 413, "TL467")
    assert _read(told=b"-1") == (0, 413, "TL467")
    assert _read(pieces=2) == (2 * MIB, 200, "")
    # of nobody, and to come in, little; a page with a file in it more
    assert _read(who=None) == _read("/auth/login") == _read("/v1/me/x") == (MIB, 413, "TL467")
    assert _read("/en/data/import") == (FILE_BYTES + MIB, 413, "TL467")
    assert _read("/en/data/import", who=None) == (MIB, 413, "TL467")
    assert _read(PIECEWISE[0]) == (600 * MIB, 200, "")


async def _dripped(wait_s, size, *, busy_s=0.0, patience_s=0.2):
    """Give the status when pieces of a size come one after a wait each."""
    came = 0

    async def reads(scope, receive, send):
        more = True
        while more:
            more = (await receive())["more_body"]
            await asyncio.sleep(busy_s)

    async def receive():
        nonlocal came
        await asyncio.sleep(wait_s)
        came += 1
        return {"type": "http.request", "body": b" " * size, "more_body": came < 10}

    scope = {"type": "http", "path": "/v1/hooks", "method": "POST", "headers": [],
             "query_string": b"", "state": {"principal": "somebody"}}  # fmt: skip
    try:
        await Sized(reads, patience_s=patience_s)(scope, receive, None)
    except Early as early:
        return early.status_code, early.error.code
    return 200, ""


def test_a_body_that_drips_is_not_waited_for():
    assert asyncio.run(_dripped(0.1, 1)) == (408, "TL464")
    assert asyncio.run(_dripped(60.0, 1)) == (408, "TL464")
    # a slow line brings much, in the end; and our own work is not its fault
    assert asyncio.run(_dripped(0.1, 4096)) == (200, "")
    assert asyncio.run(_dripped(0.0, 1, busy_s=0.1)) == (200, "")


def test_an_answer_that_nobody_takes_ends():
    async def answers(scope, receive, send):
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"", "more_body": True})

    taken = []

    async def send(message):
        taken.append(message)
        await asyncio.sleep(0.0 if len(taken) < 2 else 60.0)

    scope = {"type": "http", "path": "/", "method": "GET", "headers": [], "query_string": b""}
    with pytest.raises(OSError, match="takes nothing"):
        asyncio.run(Sized(answers, taken_s=0.1)(scope, None, send))
    assert len(taken) == 2


def test_nobody_makes_the_server_hold_a_long_body(app):
    manager = program(app, "manager")
    for path in ("/v1/hooks", "/v1/jobs", "/v1/uploads/" + "0" * 32 + "/read", "/epcis/queries"):
        told = manager.post(path, content=(PIECE for _ in range(9)), headers=JSON)
        assert told.status_code == 413, path
        if path.startswith("/v1"):
            assert told.json()["code"] == "TL467"


LONG = b"a" * (SMALL_BYTES + 1)


@pytest.mark.parametrize("path", ["/auth/login", "/auth/token", "/v1/me/password", "/v1/clients"])
@pytest.mark.parametrize("media", ["application/json", "application/x-www-form-urlencoded"])
def test_nobody_fills_the_memory_with_a_login(app, path, media):
    outside = TestClient(app, base_url=HERE)
    sitting = browser(app)
    asker = outside if path.startswith("/auth") else sitting
    send = functools.partial(asker.post, path, headers={"content-type": media})
    told = send(content=(LONG[start : start + 1000] for start in range(0, len(LONG) + 1000, 1000)))
    for each in (told, send(content=LONG)):
        if path == "/auth/token" and "json" in media:
            # of what is no form nothing is read
            assert each.status_code == 401
        else:
            assert (each.status_code, "TL467" in each.text) == (413, True)


def test_what_is_small_passes_whole(app):
    sitting = browser(app)
    pieces = (each for each in (b'{"role":', b'"viewer"}'))
    assert sitting.post("/v1/invitations", content=pieces, headers=JSON).status_code == 201
    assert TestClient(app, base_url=HERE).post("/v1/other", content=LONG).status_code == 404
