"""What is found, as a document of the standard."""

from __future__ import annotations

import json
from pathlib import Path

from tanlu.store import Workspace, open_workspace
from tanlu.track.events import capture, settle
from tanlu.track.events.queries import page, query_document, read_query
from tests.track.events import made
from tests.track.events.queries.test_reading import ledger


def _document(workspace: Workspace, **more: str) -> dict:
    found = page(workspace, read_query({}), size=100)
    return query_document(found.epcis, name="q", created_us=1_772_323_200_000_000, **more)


def test_each_example_of_the_standard_is_found_as_a_document_that_holds(
    shared: Path, tmp_path: Path
) -> None:
    for number, (name, data) in enumerate(made.examples(shared).items()):
        given = _document(ledger(tmp_path / str(number), json.loads(data)))

        assert made.official(shared).is_valid(given), name
        assert all("eventID" in event for event in made.events_of(given)), name


def test_events_are_named_dated_and_known_again(tmp_path: Path) -> None:
    workspace = ledger(
        tmp_path / "l", made.document([made.event(**{"ex:a": 1})]), recorded_us=10**15
    )
    given = _document(workspace, subscription="s")
    (event,) = made.events_of(given)

    assert event["eventID"].startswith("ni:///sha-256;")
    assert event["recordTime"] == "2001-09-09T01:46:40.000Z"
    assert given["creationDate"] == "2026-03-01T00:00:00.000Z"
    assert given["epcisBody"]["queryResults"]["subscriptionID"] == "s"
    assert settle(workspace, capture(made.packed(given), recorded_us=5)).rows_known == 1


def test_nothing_found_is_a_document_without_events(shared: Path, tmp_path: Path) -> None:
    given = _document(open_workspace(tmp_path / "l", create=True))

    assert made.official(shared).is_valid(given)
    assert made.events_of(given) == []
