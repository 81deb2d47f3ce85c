"""Captures: what becomes of documents that were taken on."""

from __future__ import annotations

import json

from tanlu.store.log import begin_log, log_of
from tanlu.store.relational.tables.epcis import EPCIS_CAPTURES
from tests.track.events import made

BAD = made.event(eventTime="yesterday")


def test_rollback_takes_nothing_and_proceed_takes_what_holds(repository) -> None:
    client = repository.client()
    document = made.document([made.event(eventID="urn:a:1"), BAD])
    job = repository.captured(client, document)

    assert not job["success"]
    assert (job["captureErrorBehaviour"], job["eventsTaken"]) == ("rollback", 0)
    assert job["errors"][0]["type"] == "epcisException:ValidationException"
    assert (job["errors"][0]["code"], job["errors"][0]["event"]) == ("TL422", 2)
    assert client.get("/epcis/events/urn%3Aa%3A1").status_code == 404
    assert repository.home.workspace("home").scan("quarantine").collect().is_empty()

    job = repository.captured(client, document, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert (job["success"], job["eventsTaken"], job["eventsRefused"]) == (False, 1, 1)
    assert client.get("/epcis/events/urn%3Aa%3A1").status_code == 200
    assert repository.home.workspace("home").scan("quarantine").collect().height == 1


def test_an_identity_of_something_else_is_told_in_the_job(repository) -> None:
    client = repository.client()
    repository.captured(client, made.document([made.event(eventID="urn:a:1")]))
    other = made.document([made.event(eventID="urn:a:1", action="ADD")])
    job = repository.captured(client, other)

    assert job["errors"][0]["type"] == "epcisException:ResourceAlreadyExistsException"


def test_a_capture_that_a_server_left_behind_is_done_at_the_next_start(repository) -> None:
    body = json.dumps(made.document([made.event(eventID="urn:a:1")]))
    row = {
        "capture": "left", "who": "x", "behaviour": "rollback", "body": body, "events": 1,
        "running": 1, "success": 1, "created_us": 5,
    }  # fmt: skip
    with repository.home.state.of("home") as state:
        state.add(EPCIS_CAPTURES, row)
    client = repository.client()
    assert client.get("/epcis/capture/left").json()["running"]
    repository.epcis.start()
    repository.captured(client, made.document([made.event(eventID="urn:a:2")]))

    assert client.get("/epcis/capture/left").json()["eventsTaken"] == 1
    assert client.get("/epcis/events/urn:a:1").status_code == 200
    with repository.home.state.of("home") as state:
        # what was sent may tell of persons: it is kept no longer than it must be
        assert [one["body"] for one in state.rows(EPCIS_CAPTURES)] == [None, None]


def test_captures_bring_the_log_along(repository) -> None:
    workspace = repository.home.workspace("home")
    begin_log(workspace)
    before = log_of(workspace).size
    repository.captured(repository.client(), made.document([made.event()]))
    repository.epcis.close()

    assert log_of(workspace).size > before
