"""The search over HTTP."""

from __future__ import annotations

import pytest

from tanlu.serve.searching import Searching, router
from tests.serving import client, last


@pytest.fixture
def searching(home):
    made = Searching(home)
    yield made
    made.close()


def test_shipments_are_found_page_by_page_and_by_nobody_of_another_organisation(home, searching):
    rooms = [router(searching)]
    viewer = client(home, "viewer", rooms=rooms)
    assert viewer.get("/v1/search/shipments").status_code == 503
    assert viewer.get("/v1/search").json()["version"] is None
    last(searching.update("home"))
    last(searching.update("other"))
    first = viewer.get("/v1/search/shipments?q=江苏&sort=-co2e&limit=3&mode=road").json()
    assert len(first["shipments"]) == 3
    amounts = [float(row["co2e_kg"]) for row in first["shipments"]]
    assert amounts == sorted(amounts, reverse=True)
    asked = {"q": "江苏", "sort": "-co2e", "limit": 3, "mode": "road", "after": first["next"]}
    second = viewer.get("/v1/search/shipments", params=asked).json()
    names = [row["name"] for page in (first, second) for row in page["shipments"]]
    assert len(set(names)) == 6
    other = client(home, tenant="other", rooms=rooms)
    assert other.get("/v1/search/shipments").json()["shipments"] == []


def test_what_there_is_not_is_a_problem_and_who_may_not_sees_nothing(home, searching):
    rooms = [router(searching)]
    last(searching.update("home"))
    viewer = client(home, "viewer", rooms=rooms)
    for query in ("sort=weight", "mode=tram", "limit=0", "after=x", "period=soon", "tier=best"):
        answer = viewer.get(f"/v1/search/shipments?{query}")
        assert answer.status_code in (400, 422), query
        assert answer.json()["code"].startswith("TL")
    assert client(home, "device", rooms=rooms).get("/v1/search").status_code == 403
    assert client(home, None, rooms=rooms).get("/v1/search").status_code == 401
