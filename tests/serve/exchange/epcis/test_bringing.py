"""Events brought over HTTP: jobs, limits, all or nothing, one at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tanlu.serve.exchange.epcis import bringing
from tests.track.events import made

BAD = made.event(eventTime="yesterday")


def _own(**more: Any) -> dict[str, Any]:
    """Give an event that stands by itself."""
    return {"@context": made.CONTEXT, **made.event(**more)}


def test_a_document_becomes_a_job_and_its_events_can_be_asked_for(repository) -> None:
    client = repository.client()
    document = made.document([made.event(eventID="urn:a:1"), made.event(eventID="urn:a:2")])
    job = repository.captured(client, document)

    assert (job["success"], job["running"], job["errors"]) == (True, False, [])
    assert (job["eventCount"], job["eventsTaken"]) == (2, 2)
    assert job["finishedAt"] >= job["createdAt"]
    assert [one["captureID"] for one in client.get("/epcis/capture").json()] == [job["captureID"]]
    assert len(made.events_of(client.get("/epcis/events").json())) == 2


def test_what_is_known_is_taken_again_without_harm(repository) -> None:
    client = repository.client()
    document = made.document([made.event()])

    assert repository.captured(client, document)["success"]
    assert repository.captured(client, document)["success"]
    assert len(made.events_of(client.get("/epcis/events").json())) == 1


@pytest.mark.parametrize(
    ("body", "headers", "status", "exception"),
    [
        (b"{", {}, 400, "ValidationException"),
        (b"\xff", {}, 400, "ValidationException"),
        (b'{"type": "EPCISDocument"}', {}, 400, "ValidationException"),
        (b"{}", {"content-type": "text/csv"}, 415, "UnsupportedMediaTypeException"),
        (b"<a/>", {"content-type": "application/xml"}, 415, "UnsupportedMediaTypeException"),
        (b"{}", {"GS1-EPCIS-Version": "1.2"}, 406, "NotAcceptableException"),
        (b"{}", {"GS1-CBV-Version": "x"}, 406, "NotAcceptableException"),
        (b"[]", {"GS1-Capture-Error-Behaviour": "all"}, 400, "QueryParameterException"),
        # without a frame they are no document: a list, lines, one event, a list of lists
        (json.dumps([made.event()]).encode(), {}, 400, "ValidationException"),
        (b"[]", {}, 400, "ValidationException"),
        (b"[[{}, 1]]", {}, 400, "ValidationException"),
        (
            b"\n".join([json.dumps(made.document([made.event()])).encode()] * 2),
            {},
            400,
            "ValidationException",
        ),
        (json.dumps(made.event()).encode(), {}, 400, "ValidationException"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once(
    repository, body: bytes, headers: dict[str, str], status: int, exception: str
) -> None:
    answer = repository.client().post(
        "/epcis/capture", content=body, headers={"content-type": "application/json", **headers}
    )

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"epcisException:{exception}"
    assert (answer.json()["status"], answer.json()["code"][:2]) == (status, "TL")


def test_too_many_bytes_or_events_are_refused(repository, monkeypatch: pytest.MonkeyPatch) -> None:
    client = repository.client()
    monkeypatch.setattr(bringing, "EVENTS", 2)
    answer = client.post("/epcis/capture", json=made.document([made.event()] * 3))
    assert (answer.status_code, answer.json()["code"]) == (413, "TL423")

    monkeypatch.setattr(bringing, "BYTES", 10)
    chunks = iter([b"{" * 6, b"}" * 6])
    for content in (b" " * 11, chunks):
        answer = client.post(
            "/epcis/capture", content=content, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413
        assert answer.json()["type"] == "epcisException:CaptureLimitExceededException"


def test_the_limits_can_be_discovered(repository) -> None:
    answer = repository.client("viewer").options("/epcis/capture")

    assert answer.status_code == 204
    assert int(answer.headers["gs1-epcis-capture-limit"]) == bringing.EVENTS
    assert int(answer.headers["gs1-epcis-capture-file-size-limit"]) == bringing.BYTES
    assert "rollback" in answer.headers["gs1-capture-error-behaviour"]


def test_one_event_is_taken_at_once_and_has_a_place(repository) -> None:
    client = repository.client()
    answer = client.post("/epcis/events", json=_own())

    assert answer.status_code == 201
    place = answer.headers["location"]
    assert place.startswith(f"/epcis/events/{quote('ni:///sha-256;', safe='')}")
    (event,) = made.events_of(client.get(place).json())
    assert quote(event["eventID"], safe="") == place.removeprefix("/epcis/events/")
    assert client.post("/epcis/events", json=_own()).headers["location"] == place


@pytest.mark.parametrize(
    ("event", "status", "code"),
    [
        (made.event(), 400, "TL422"),
        (_own(eventTime="x"), 400, "TL422"),
        (made.document([made.event(), made.event(action="ADD")]), 400, "TL421"),
        (_own(eventID="urn:a:1", action="ADD"), 409, "TL424"),
    ],
)
def test_one_event_that_does_not_hold_is_refused(
    repository, event: dict[str, Any], status: int, code: str
) -> None:
    client = repository.client()
    assert client.post("/epcis/events", json=_own(eventID="urn:a:1")).status_code == 201
    answer = client.post("/epcis/events", json=event)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(made.events_of(client.get("/epcis/events").json())) == 1


def test_every_example_of_the_standard_is_brought_and_given_back(repository, shared: Path) -> None:
    client = repository.client()
    for name, data in made.examples(shared).items():
        answer = client.post(
            "/epcis/capture", content=data, headers={"content-type": "application/ld+json"}
        )
        assert answer.status_code == 202, (name, answer.text)
    repository.captured(client, made.document([made.event(eventID="urn:last")]))
    jobs, link = [], "/epcis/capture?perPage=20"
    while link:
        answer = client.get(link)
        jobs += answer.json()
        link = answer.links.get("next", {}).get("url")
    wrong = [job for job in jobs if not job["success"]]

    assert len({job["captureID"] for job in jobs}) == len(jobs) == 48
    # three of them give other events an identity that another example has already
    assert [job["errors"][0]["code"] for job in wrong] == ["TL424"] * 3
    given = client.get("/epcis/events?perPage=100").json()
    assert made.official(shared).is_valid(given)
    assert len(made.events_of(given)) == 49
