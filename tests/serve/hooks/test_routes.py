"""Webhooks over HTTP."""

from __future__ import annotations

import pytest

from tanlu.serve.hooks import Hooks, router
from tanlu.share.egress import Reach
from tests.serving import client


@pytest.fixture
def hooks(home):
    made = Hooks(home, reach=Reach(resolve=lambda host, port: ["93.184.216.34"]))
    yield made
    made.close()


def test_a_hook_is_made_changed_tested_and_removed(home, hooks):
    rooms = [router(hooks)]
    manager = client(home, rooms=rooms)
    wish = {"url": "https://a.example/in", "events": ["job.done"], "note": "ERP"}
    made = manager.post("/v1/hooks", json=wish)
    assert made.status_code == 201
    at = f"/v1/hooks/{made.json()['id']}"
    assert "secret" not in manager.get(at).json()
    assert manager.patch(at, json={"events": ["park.alarm"]}).json()["events"] == ["park.alarm"]
    assert manager.post(f"{at}/secret").json()["secret"] != made.json()["secret"]
    assert manager.post(f"{at}/test").status_code == 202
    (row,) = manager.get(f"{at}/deliveries?state=waiting").json()["deliveries"]
    again = manager.post(f"{at}/deliveries/{row['message']}/send")
    assert again.json() == {"waiting": 1}
    assert manager.post(f"{at}/deliveries/none/send").status_code == 404
    assert manager.post(f"{at}/deliveries/send").json() == {"waiting": 0}
    other = client(home, tenant="other", rooms=rooms)
    assert other.get(at).status_code == 404
    assert other.get("/v1/hooks").json()["hooks"] == []
    assert manager.delete(at).status_code == 204
    assert manager.get(at).json()["code"] == "TL494"


def test_only_managers_and_developers_see_hooks_and_the_inside_is_no_address(home, hooks):
    rooms = [router(hooks)]
    for role in ("operator", "verifier", "supplier", "viewer", "device"):
        assert client(home, role, rooms=rooms).get("/v1/hooks").status_code == 403
    developer = client(home, "developer", rooms=rooms)
    wish = {"url": "http://a.example/", "events": ["job.done"]}
    assert developer.post("/v1/hooks", json=wish).json()["code"] == "TL493"
    assert developer.post("/v1/hooks", json={**wish, "events": []}).status_code in (400, 422)
