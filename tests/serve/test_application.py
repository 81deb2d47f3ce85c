"""The application of a server."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.testclient import TestClient

from tanlu.serve.api import PUBLIC, Asked, Principal, allow, permissions
from tanlu.serve.application import application, begin, end
from tests.serving import browser, program


def test_all_rooms_answer_and_each_route_says_whom_it_is_for(home):
    app = application(home)
    told = {path: roles for _, path, roles, _ in permissions(app)}
    assert {"/v1/jobs", "/v1/hooks", "/3/footprints", "/epcis/events"} <= set(told)
    assert {"/healthz", "/metrics", "/v1/live", "/v1/live/now", "/v1/live/topics"} <= set(told)
    assert told["/healthz"] == told["/metrics"] == (PUBLIC,)
    assert "supplier" not in told["/v1/live"]


def test_what_floors_above_bring_is_served_beside_it(home):
    router = APIRouter()

    @router.get("/page")
    def page(asked: Asked = allow("viewer")) -> str:
        return asked.tenant

    viewer = Principal("v", "home", "viewer")
    app = application(home, identify=lambda _: viewer, rooms=(router,))
    with TestClient(app) as client:
        assert client.get("/page").json() == "home"
        assert client.get("/v1/live/topics").json()["topics"] == ["kpi", "parks", "park", "events"]


def test_what_works_behind_the_routes_begins_and_ends_with_the_server(home):
    from tanlu.store.index import extend

    app = application(home)
    begin(app)
    # nothing of the ledger is left to be put into the index
    assert [step.done for step in extend(home.workspace("home")) if step.done] == []
    end(app)
    end(app)
    assert app.state.hub.viewers == 0


def test_persons_and_programs_are_known_without_more_ado(home):
    room = APIRouter()

    @room.get("/v1/own")
    def own(asked: Asked = allow("viewer")):
        return {"tenant": asked.tenant, "by": asked.principal.kind}

    app = application(home, rooms=[room])
    assert browser(app, "viewer").get("/v1/own").json() == {"tenant": "home", "by": "person"}
    found = program(app, "viewer", "other").get("/v1/own").json()
    assert found == {"tenant": "other", "by": "client"}
    assert TestClient(app).get("/v1/own").status_code == 401
