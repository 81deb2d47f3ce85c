"""The index of every organisation is there before anybody asks."""

from __future__ import annotations

from tanlu.serve.resources import ROOMS, warm
from tanlu.serve.resources.rooms import shipments
from tests.serve.resources.walking import activities
from tests.serving import client


def test_after_warming_the_first_shipment_builds_nothing(home, monkeypatch):
    home.workspace("other").append("activity", activities(1, 3))
    warm(home)
    from tanlu.store.index import finding

    monkeypatch.setattr(finding, "built", None)
    for tenant in ("home", "other"):
        asked = client(home, rooms=ROOMS, tenant=tenant)
        assert asked.get("/v1/shipments/nobody").status_code == 404
    assert shipments.find is finding.find


def test_what_is_brought_is_in_the_index_when_it_is_acknowledged(asked, monkeypatch):
    row = {"activity_id": "W1", "kind": "transport.road", "start": "2026-10-01", "shipment": "W"}
    asked.post("/v1/activities", json={"activities": [row]})
    from tanlu.store.index import finding

    monkeypatch.setattr(finding, "built", None)
    assert asked.get("/v1/shipments/W").json()["unquantified"] == ["W1"]
