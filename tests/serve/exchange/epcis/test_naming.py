"""Named queries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.track.events import made


def test_a_named_query_is_kept_shown_asked_and_taken_away(repository, asker) -> None:
    repository.bring(asker, 0, 1, 2, 3)
    given = asker.get("/epcis/queries/shipped/events").json()

    assert [one["name"] for one in asker.get("/epcis/queries").json()] == ["shipped"]
    assert asker.get("/epcis/queries/shipped").json()["query"]["orderBy"] == "eventTime"
    assert [event["eventID"][-1] for event in made.events_of(given)] == ["3", "1"]
    assert given["epcisBody"]["queryResults"]["queryName"] == "shipped"
    narrower = asker.get("/epcis/queries/shipped/events?LT_eventTime=2026-03-03T00:00:00Z")
    assert len(made.events_of(narrower.json())) == 1
    assert len(made.events_of(asker.get("/epcis/queries/SimpleEventQuery/events").json())) == 4
    assert asker.delete("/epcis/queries/shipped").status_code == 204
    assert asker.get("/epcis/queries/shipped").status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"name": "shipped", "query": {}}, 409, "TL926"),
        ({"name": "SimpleEventQuery", "query": {}}, 409, "TL926"),
        ({"name": "a/b", "query": {}}, 400, "TL443"),
        ({"name": 5, "query": {}}, 400, "TL443"),
        ({"name": "x"}, 400, "TL443"),
        ({"name": "x", "query": []}, 400, "TL443"),
        ({"name": "x", "query": {"EQ_color": "red"}}, 400, "TL442"),
        ({"name": "x", "query": {"EQ_action": ["watch"]}}, 400, "TL443"),
        ([], 400, "TL420"),
    ],
)
def test_a_query_that_does_not_hold_is_not_kept(asker, query: Any, status: int, code: str) -> None:
    answer = asker.post("/epcis/queries", json=query)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_prefixes_of_the_header_hold_whenever_the_query_is_asked(repository, asker) -> None:
    event = made.event(eventID="urn:e:1", **{"ex:lane": 7})
    repository.captured(asker, made.document([event]))
    asker.post("/epcis/queries", json={"name": "lane", "query": {"EQ_b:lane": 7}},
                headers={"GS1-Extensions": "b=https://ns.example.com/epcis/"})  # fmt: skip

    assert len(made.events_of(asker.get("/epcis/queries/lane/events").json())) == 1


def test_queries_are_of_one_organisation_and_are_paged(repository, asker) -> None:
    for name in ("a", "b", "c"):
        asker.post("/epcis/queries", json={"name": name, "query": {}})
    first = asker.get("/epcis/queries?perPage=3")
    rest = asker.get(first.links["next"]["url"])

    assert [one["name"] for one in first.json() + rest.json()] == ["a", "b", "c", "shipped"]
    other = repository.client(tenant="other")
    assert other.get("/epcis/queries").json() == []
    assert other.delete("/epcis/queries/shipped").status_code == 404
    assert other.post("/epcis/queries/shipped/subscriptions", json={}).status_code == 404
