"""Search over HTTP."""

from __future__ import annotations

from typing import get_args

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.searching import Searching, router
from tanlu.serve.searching.routes import Mode
from tanlu.store.relational.search import MODES
from tests.serving import client


@pytest.fixture
def asking(home) -> TestClient:
    made = client(home, "viewer", rooms=[router])
    made.app.state.searching = Searching(home)
    list(made.app.state.searching.update("home"))
    yield made
    made.app.state.searching.close()


def test_pages_meet_each_shipment_once(asking):
    seen, url = [], "/v1/search?limit=50&sort=-co2e"
    while url is not None:
        answer = asking.get(url)
        told = answer.json()
        seen += [each["subject"] for each in told["shipments"]]
        url = told["next"]
        assert answer.headers.get("link") == (f'<{url}>; rel="next"' if url else None)
    assert len(seen) == len(set(seen)) == told["count"]


@pytest.mark.parametrize("query", ["sort=weird", "limit=0", "mode=rocket", "q=" + "x" * 300])
def test_what_cannot_be_asked_is_refused(asking, query):
    assert asking.get(f"/v1/search?{query}").status_code == 422


def test_a_place_to_go_on_from_that_is_not_ours_is_refused(asking):
    assert asking.get("/v1/search?after=abc").json()["code"] == "TL498"


def test_each_mode_that_can_be_asked_for_is_one_of_the_index():
    assert get_args(Mode) == MODES


def test_how_far_the_index_is_can_be_asked(asking):
    told = asking.get("/v1/search/state").json()
    assert told["version"] == told["ledger_version"]
    assert told["rows"] > 0
