"""Every route says whom it is for."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI

from tanlu.errors import TanluError
from tanlu.serve.api import ROLES, Asked, allow, permissions


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
