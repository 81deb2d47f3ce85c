"""A parameter that an operation does not know is told."""

from __future__ import annotations

from tanlu.serve.api import permissions
from tanlu.serve.application import application
from tanlu.serve.resources import ROOMS
from tests.serving import client, program


def test_a_slip_in_a_parameter_is_told_and_not_passed_over(home):
    asked = client(home, rooms=ROOMS)
    assert asked.get("/v1/emissions?profil=iso14083").json()["code"] == "TL486"
    assert asked.get("/v1/emissions?limit=1&limit=2").status_code == 422
    assert asked.get("/v1/emissions?limit=1001").status_code == 422
    assert asked.get("/v1/emissions?columns=co2e").status_code == 422


def test_no_operation_for_programs_passes_over_what_it_does_not_know(home):
    """Who may and sends nothing wrong but this is told of it, wherever he asks."""
    app = application(home)
    asked = {role: program(app, role) for role in ("manager", "verifier")}
    seen = 0
    for method, path, roles, _ in permissions(app):
        if not path.startswith("/v1/") or "public" in roles or method != "GET" or "{" in path:
            continue
        role = "manager" if "manager" in roles else "verifier"
        told = asked[role].get(f"{path}?no_such=1&lang=zh").json()
        assert told["code"] == "TL486", path
        where = {"where": "query/no_such", "what": "没有该参数"}
        assert where in told["errors"], path
        seen += 1
    assert seen > 30


def test_a_field_that_a_body_does_not_know_is_told(home):
    """A hook that was to be turned off by a field that there is not would go on hearing."""
    app = application(home)
    manager = program(app, "manager")
    wish = {"url": "https://93.184.216.34/in", "events": ["job.done"]}
    hook = manager.post("/v1/hooks", json=wish).json()["id"]
    wrong = [
        manager.post("/v1/hooks", json={**wish, "secrt": "x"}),
        manager.patch(f"/v1/hooks/{hook}", json={"state": "off"}),
        manager.post("/v1/jobs", json={"kind": "verify", "reasons": {}}),
        manager.post("/v1/proofs", json={"subject": "x", "as_of": 1}),
        manager.post("/v1/merchants", json={"name": "a", "origins": ["https://a.example"], "x": 1}),
    ]
    for answer in wrong:
        assert (answer.status_code, answer.json()["code"]) == (422, "TL486"), answer.text
