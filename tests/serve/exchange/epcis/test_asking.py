"""Events asked for over HTTP: questions, names, who may."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serve.exchange.epcis.conftest import ids
from tests.track.events import made

LINK = "https://id.gs1.org/01/04012345111118/21/9876"


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", "012345"),
        ("EQ_bizStep=shipping", "135"),
        ("EQ_bizStep=shipping%7Cpacking&orderBy=eventTime", "543210"),
        ("EQ_bizStep=shipping&EQ_bizStep=packing", "012345"),
        ("GE_eventTime=2026-03-05T08:00:00%2B08:00", "45"),
        ("GE_eventTime=2026-03-05T08:00:00+08:00&EQ_bizStep=packing", "4"),
        (f"MATCH_epc={quote(LINK, safe='')}&eventCountLimit=2", "01"),
        ("EQ_ex:lane=3", "3"),
        ("GT_https%3A%2F%2Fns.example.com%2Fepcis%2Flane=3", "45"),
    ],
)
def test_parameters_of_the_url_ask(client, query: str, numbers: str) -> None:
    assert "".join(ids(client.get(f"/epcis/events?{query}"))) == numbers


def test_the_resources_at_the_top_are_collections_with_events(client, shared: Path) -> None:
    top = client.get("/epcis").json()
    assert (top["type"], len(top["member"])) == ("Collection", 9)
    for resource, name, count in (
        ("eventTypes", "ObjectEvent", 6), ("epcs", LINK, 6), ("bizSteps", "shipping", 3),
        ("epcs", "urn:epc:id:sgtin:4012345.011111.9876", 6),
        ("bizSteps", "https://ref.gs1.org/cbv/BizStep-shipping", 3),
    ):  # fmt: skip
        one = f"/epcis/{resource}/{quote(name, safe='')}"
        members = client.get(f"/epcis/{resource}").json()["member"]
        assert name in members or name.startswith(("urn:", "https://ref"))
        assert client.get(one).json()["member"] == ["events"]
        found = client.get(f"{one}/events?perPage=100")
        assert len(ids(found)) == count
        assert made.official(shared).is_valid(found.json())
        assert client.options(f"{one}/events").status_code == 204
    assert ids(client.get("/epcis/bizSteps/shipping/events?LT_eventTime=2026-03-03T00:00:00Z")) == [
        "1"
    ]


def test_organisations_do_not_see_each_other(client, repository) -> None:
    other = repository.client(tenant="other")

    assert ids(other.get("/epcis/events")) == []
    assert other.get("/epcis/events/urn:e:1").status_code == 404
    assert other.get("/epcis/epcs").json()["member"] == []
    (job,) = client.get("/epcis/capture").json()
    assert other.get(f"/epcis/capture/{job['captureID']}").status_code == 404
    assert other.get("/epcis/capture").json() == []


READING = ("/epcis", "/epcis/events", "/epcis/events/urn:e:1", "/epcis/epcs", "/epcis/capture",
           "/epcis/bizSteps/shipping/events", "/epcis/queries")  # fmt: skip


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("manager", (True, True, True)), ("operator", (True, True, True)),
        ("developer", (True, True, True)), ("verifier", (True, False, False)),
        ("viewer", (True, False, False)), ("device", (False, True, False)),
        ("supplier", (False, False, False)), (None, (False, False, False)),
    ],
)  # fmt: skip
def test_each_role_may_what_it_may(
    client, repository, role: str | None, may: tuple[bool, bool, bool]
) -> None:
    reads, writes, makes = may
    mine = repository.client(role)
    refused = 403 if role else 401
    for path in READING:
        own = reads or (role == "device" and path == "/epcis/capture")
        assert mine.get(path).status_code == (200 if own else refused), path
    event = {"@context": made.CONTEXT, **made.event(eventID="urn:e:9")}
    for path, body, status in (
        ("/epcis/events", event, 201), ("/epcis/capture", made.document([event]), 202),
    ):  # fmt: skip
        answer = mine.post(path, json=body)
        assert answer.status_code == (status if writes else refused)
        if answer.status_code == refused:
            assert answer.json()["type"] == "epcisException:SecurityException"
    named = mine.post("/epcis/queries", json={"name": "q", "query": {}})
    assert named.status_code == (201 if makes else refused)
    told = mine.post("/epcis/queries/q/subscriptions", json={"dest": "https://a.b", "stream": True})
    assert told.status_code == (201 if makes else refused)
