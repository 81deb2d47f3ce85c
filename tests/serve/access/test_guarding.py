"""Access as one object."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tanlu.serve.access import Access
from tanlu.serve.application import application


def test_slips_are_counted_for_each_server_by_itself(home):
    assert Access(home).brakes is not Access(home).brakes


def test_a_server_that_is_addressed_by_a_strange_name_does_not_answer(home):
    app = application(home, hosts=["127.0.0.1", "localhost"])
    assert TestClient(app, base_url="http://127.0.0.1:7391").get("/healthz").status_code == 200
    assert TestClient(app, base_url="http://rebound.example").get("/healthz").status_code == 400
