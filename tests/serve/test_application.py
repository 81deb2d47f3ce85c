"""The application with all its rooms."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.testclient import TestClient

from tanlu.serve.api import Asked, allow
from tanlu.serve.application import application
from tests.serving import browser, program


def test_further_rooms_are_served_to_who_is_known_by_cookie_or_key(home):
    room = APIRouter()

    @room.get("/v1/own")
    def own(asked: Asked = allow("viewer")):
        return {"tenant": asked.tenant, "by": asked.principal.kind}

    app = application(home, rooms=[room])
    assert browser(app, "viewer").get("/v1/own").json() == {"tenant": "home", "by": "person"}
    found = program(app, "viewer", "other").get("/v1/own").json()
    assert found == {"tenant": "other", "by": "client"}
    assert TestClient(app).get("/v1/own").status_code == 401
