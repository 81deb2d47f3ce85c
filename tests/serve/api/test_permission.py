"""Every route says whom it is for."""

from __future__ import annotations

import asyncio
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request

from tanlu.errors import TanluError
from tanlu.serve.api import (
    PUBLIC,
    ROLES,
    Asked,
    Principal,
    Refused,
    allow,
    permissions,
    shell,
)


def test_roles_and_scopes_can_be_read_from_the_routes_also_of_rooms_in_rooms():
    inner, outer = APIRouter(prefix="/in"), APIRouter(prefix="/out")

    @inner.get("/a")
    def first(asked: Asked = allow("manager", "viewer", scope="a:read")):
        return 1

    @inner.post("/a")
    def second(asked: Asked = allow("manager")):
        return 1

    outer.include_router(inner)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(outer)
    assert sorted(permissions(app)) == [
        ("GET", "/out/in/a", ("manager", "viewer"), "a:read"),
        ("POST", "/out/in/a", ("manager",), None),
    ]


def test_a_plain_route_is_refused_too():
    app = FastAPI(openapi_url="/openapi.json", docs_url=None, redoc_url=None)
    with pytest.raises(TanluError, match="TL480"):
        list(permissions(app))


def test_a_role_that_there_is_not_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="king"):
        allow("king")


def test_a_device_gets_only_what_is_said_to_be_for_devices():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/a")
    def first(asked: Asked = allow()):
        return 1

    ((_, _, roles, _),) = permissions(app)
    assert set(ROLES) - set(roles) == {"device"}


async def _everything(request: Request) -> int:
    return len([each async for each in request.stream()])


Size = Annotated[int, Depends(_everything)]


def _asked(home, method, path, who):
    """Give the status, how often a body without end was asked for, and how often who sends it."""
    room, asked, sought, told = APIRouter(), [], [], []

    @room.post("/typed")
    def typed(wish: dict[str, int], asked: Asked = allow("manager")):
        return wish

    @room.post("/first")
    def first(size: Size, asked: Asked = allow("manager")):
        return size

    @room.post("/open")
    def open_(size: Size, asked: Asked = allow(PUBLIC)):
        return size

    @room.post("/unsaid")
    def unsaid(asked: Asked = allow("manager")):
        return 1

    def identify(_):
        sought.append(1)
        return Principal("a", "home", who) if who else Refused("absent")

    async def receive():
        asked.append(1)
        return {"type": "http.request", "body": b"{}", "more_body": len(asked) < 9}

    async def send(message):
        told.append(message.get("status"))

    app = shell(home, identify=identify, rooms=[room])
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(),
             "query_string": b"", "headers": [(b"content-type", b"application/json")],
             "scheme": "http", "server": ("x", 80), "client": ("y", 1), "root_path": "",
             "http_version": "1.1"}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return told[0], len(asked), len(sought)


@pytest.mark.parametrize("path", ["/typed", "/first", "/unsaid"])
def test_a_body_is_read_only_of_who_may_send_it_and_he_is_looked_up_once(home, path):
    assert _asked(home, "POST", path, None) == (401, 0, 1)
    assert _asked(home, "POST", path, "viewer") == (403, 0, 1)
    status, read, sought = _asked(home, "POST", path, "manager")
    assert (read, sought) == (0 if path == "/unsaid" else 9, 1)
    assert status in (200, 422)


def test_a_body_of_nobody_is_read_where_nobody_is_asked_for(home):
    assert _asked(home, "POST", "/open", None) == (200, 9, 1)
    assert _asked(home, "POST", "/nowhere", None) == (404, 0, 0)
