"""Our rules refuse what the official schema refuses, and nothing else but a short named list."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tanlu.track.events import capture
from tanlu.track.events.rules import check_body, check_document, check_event
from tests.track.events import made

# refused here and not by the schema: one identity for two events (TL424), more than can be kept
# (TL422), no instant: a leap second or the year 0, too large or deep (TL423)
ALONE = {"TL424", "TL423"}
HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def _query(event: dict[str, Any]) -> dict[str, Any]:
    results = {"queryName": "q", "resultsBody": {"eventList": [event]}}
    body = {"queryResults": results}
    return {"@context": [made.CONTEXT], "type": "EPCISQueryDocument", "epcisBody": body}


DOCUMENTS = st.one_of(
    made.rich().map(lambda event: made.document([event])),
    made.rich().map(_query),
    made.PLAIN.map(lambda event: {"@context": [made.CONTEXT], **event}),
)


def _refused(held: Any) -> set[str]:
    rejected = capture(made.packed(held), recorded_us=0).rejected
    # the schema lets less than nothing pass, which no thing weighs
    return set(rejected.filter(rejected["hint"] != "a quantity is below nought")["code"])


def test_every_example_of_the_standard_is_taken(shared: Path) -> None:
    examples = made.examples(shared)
    wrong = {
        name: codes for name, data in examples.items() if (codes := _refused(json.loads(data)))
    }

    assert (wrong, len(examples)) == ({}, 47)


@settings(suppress_health_check=HEALTH, max_examples=300)
@given(held=made.mutated(DOCUMENTS))
def test_a_spoilt_document_is_refused_as_the_schema_refuses_it(shared: Path, held: Any) -> None:
    codes = _refused(held)

    assert (codes - ALONE == set()) == made.official(shared).is_valid(held)


# one in eight at once, the others with the slow tests
ODDS = [
    pytest.param(odd, marks=[] if odd == [] or number % 8 == 0 else pytest.mark.slow)
    for number, odd in enumerate(made.ODD)
]


@pytest.mark.parametrize("odd", ODDS)
def test_each_field_is_refused_where_the_schema_refuses_it(shared: Path, odd: Any) -> None:
    whole = made.document([made.full()])
    peer, wrong = made.official(shared), []
    for way in made.ways(whole):
        held = copy.deepcopy(whole)
        above = held
        for step in way[:-1]:
            above = above[step]
        above[way[-1]] = copy.deepcopy(odd)
        if (_refused(held) - ALONE == set()) != peer.is_valid(held):
            wrong.append(way)

    assert wrong == []


@pytest.mark.slow
@settings(suppress_health_check=HEALTH, max_examples=10_000, deadline=None, phases=[Phase.generate])
@given(data=st.data())
def test_ten_thousand_spoilt_examples_are_refused_as_the_schema_does(
    shared: Path, data: st.DataObject
) -> None:
    examples = [json.loads(text) for text in made.examples(shared).values()]
    held = data.draw(made.mutated(st.one_of(st.sampled_from(examples), DOCUMENTS)))

    assert (_refused(held) - ALONE == set()) == made.official(shared).is_valid(held)


@pytest.mark.parametrize(
    ("more", "field", "why"),
    [
        ({"action": "WATCH"}, "event.action", "it is not OBSERVE, ADD or DELETE"),
        ({"epcList": ["x"]}, "event.epcList[0]", "it is no URI"),
        ({"epcList": ["a:b", "a:b"]}, "event.epcList", "an element stands twice"),
        ({"bizStep": "walking"}, "event.bizStep", "it is no word of bizStep and no URI"),
        ({"readPoint": {}}, "event.readPoint.id", "the field is not there"),
        ({"ilmd": {"ex:a": 1}}, "event.ilmd", "master data come with action ADD alone"),
        ({"weight": 1}, "event.weight", "the field is not of EPCIS and no URI"),
        (
            {"quantityList": [{"epcClass": "a:b", "quantity": True}]},
            "event.quantityList[0].quantity",
            "it is no number",
        ),
    ],
)
def test_a_fault_tells_the_field_and_why(more: dict[str, Any], field: str, why: str) -> None:
    fault = check_event(made.event(**more))

    assert fault is not None
    assert (fault.field, fault.why) == (field, why)


def test_an_event_of_ones_own_kind_needs_a_time_and_a_uri_for_its_type() -> None:
    own = {"type": "https://example.com/Own", "anything": [None]}

    assert check_event(own).field == "event.eventTime"  # type: ignore[union-attr]
    times = {"eventTime": "2026-03-01T00:00:00Z", "eventTimeZoneOffset": "+00:00"}
    assert check_event(own | times) is None
    assert check_event(own | times | {"type": "Own"}).field == "type"  # type: ignore[union-attr]


def test_a_document_needs_a_version_and_a_body_its_events() -> None:
    head = made.document([])

    assert check_document(head) is None
    del head["schemaVersion"]
    assert check_document(head).field == "document.schemaVersion"  # type: ignore[union-attr]
    assert check_body("EPCISDocument", {"eventList": None}) is None
    assert check_body("EPCISDocument", {}).why == "the field is not there"  # type: ignore[union-attr]
