"""The application of a server."""

from __future__ import annotations

import ipaddress
from decimal import Decimal

from fastapi import APIRouter
from fastapi.testclient import TestClient

from tanlu.serve.api import PUBLIC, Asked, Principal, allow, permissions
from tanlu.serve.application import application
from tanlu.share.egress import Reach
from tests.serving import browser, program


def test_all_rooms_answer_and_each_route_says_whom_it_is_for(network_books, tmp_path):
    app = application(network_books, home=tmp_path / "home")
    told = {path: roles for _, path, roles, _ in permissions(app)}
    assert {"/healthz", "/metrics", "/v1/live", "/v1/live/now", "/v1/live/topics"} <= set(told)
    assert {"/epcis/events", "/epcis/capture", "/epcis/queries/{queryName}/subscriptions"} <= set(
        told
    )
    assert told["/healthz"] == told["/metrics"] == (PUBLIC,)
    assert "supplier" not in told["/v1/live"]
    assert {"/3/footprints", "/2/ileap/tad", "/epcis/events", "/v1/search", "/v1/jobs",
            "/v1/hooks", "/v1/activities", "/openapi.json"} <= set(told)  # fmt: skip
    app.state.home.close()


def test_what_floors_above_bring_is_served_beside_it(network_books, tmp_path):
    router = APIRouter()

    @router.get("/page")
    def page(asked: Asked = allow("viewer")) -> str:
        return asked.tenant

    viewer = Principal("v", "home", "viewer")
    app = application(
        network_books, home=tmp_path / "home", identify=lambda _: viewer, more=(router,)
    )
    with TestClient(app) as client:
        assert client.get("/page").json() == "home"
        assert client.get("/v1/live/topics").json()["topics"] == ["kpi", "parks", "park", "events"]
    app.state.home.close()


def test_persons_and_programs_are_known_without_more_ado(home):
    room = APIRouter()

    @room.get("/v1/own")
    def own(asked: Asked = allow("viewer")):
        return {"tenant": asked.tenant, "by": asked.principal.kind}

    app = application(home, more=[room])
    assert browser(app, "viewer").get("/v1/own").json() == {"tenant": "home", "by": "person"}
    found = program(app, "viewer", "other").get("/v1/own").json()
    assert found == {"tenant": "other", "by": "client"}
    assert TestClient(app).get("/v1/own").status_code == 401


def test_every_operation_has_its_own_name(network_books, tmp_path):
    app = application(network_books, home=tmp_path / "home")
    with TestClient(app) as client:
        paths = client.get("/openapi.json").json()["paths"]
    names = [told["operationId"] for path in paths.values() for told in path.values()]
    assert len(names) == len(set(names)) > 120
    app.state.home.close()


def test_a_shipment_is_found_by_a_part_of_its_name(home):
    app = application(home)
    list(app.state.searching.update("home"))
    asks = program(app, "viewer")
    one = asks.get("/v1/search?limit=1").json()["shipments"][0]
    found = asks.get("/v1/search", params={"q": one["name"][3:]}).json()
    assert one["subject"] in [each["subject"] for each in found["shipments"]]
    assert program(app, "viewer", "other").get("/v1/search").status_code in (200, 503)


def test_a_shipment_has_one_total_and_one_interval_wherever_it_is_asked_for(home):
    app = application(home)
    list(app.state.searching.update("home"))
    asks = program(app, "viewer")
    for line in asks.get("/v1/search?sort=-co2e&limit=5").json()["shipments"]:
        whole = asks.get(f"/v1/shipments/{line['name']}").json()
        told = whole["amount"]
        why = asks.get(whole["why"]).json()["total"]
        ends = [Decimal(told[f"{end}_ug"]) / 10**9 for end in ("co2e", "lower", "upper")]
        assert ends[1] < ends[0] < ends[2]
        assert [Decimal(why[f"{end}_kg"]) for end in ("co2e", "lower", "upper")] == ends
        assert [Decimal(line[f"{end}_kg"]) for end in ("co2e", "lower", "upper")] == ends


def test_messages_go_to_networks_that_were_opened_and_to_no_other(home):
    wish = {"url": "http://127.0.0.1:9/in", "events": ["job.done"]}
    closed = program(application(home), "manager").post("/v1/hooks", json=wish).json()
    assert closed["code"] == "TL493"
    assert "--open-network" in closed["title"]
    app = application(home, reach=Reach((ipaddress.ip_network("127.0.0.0/8"),)))
    manager = program(app, "manager")
    assert manager.post("/v1/hooks", json=wish).status_code == 201
    away = manager.post("/v1/hooks", json={**wish, "url": "https://10.0.0.1/in"})
    assert away.json()["code"] == "TL493"
    manager.post("/epcis/queries", json={"name": "all", "query": {}})
    heard = {"dest": "http://127.0.0.1:9/in", "signatureToken": "0123456789abcdef", "stream": True}
    told = manager.post("/epcis/queries/all/subscriptions", json=heard)
    assert told.status_code == 201, told.text
