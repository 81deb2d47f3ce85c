"""The event hash: the vectors of the reference, and the reference itself on events made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.track.events import capture
from tanlu.track.events.hashing import digest, namespaces, pre_hash
from tanlu.track.events.opening import Origin, opened
from tests.track.events import made

VECTORS = "data/standards/epcis/event-hash/tests/examples"


def test_every_vector_of_the_reference_has_its_hash(shared: Path) -> None:
    wrong, seen = [], 0
    for file in sorted((shared / VECTORS).glob("*.jsonld")):
        expected = file.with_suffix(".hashes").read_text(encoding="utf-8").split()
        found = []
        for batch in opened(file.read_bytes()):
            found += [digest(batch.origin.pre_hash(json.loads(raw))) for raw in batch.events]
        seen += 1
        if found != expected:
            wrong.append(file.name)

    assert (wrong, seen) == ([], 22)


def test_every_example_of_the_standard_has_the_text_of_the_reference(shared: Path) -> None:
    # the reference cannot: a query document; an extension that is an object; a term defined twice
    unable = {
        "EPCISQueryDocument.jsonld", "Example-TransactionEvents-2020_07_03y.jsonld",
        "transformation_event_all_possible_fields.jsonld",
    }  # fmt: skip
    wrong = []
    for name, data in made.examples(shared).items():
        held = json.loads(data)
        if name in unable:
            continue
        origin = Origin(held["@context"])
        if [origin.pre_hash(event) for event in made.events_of(held)] != made.peer(held):
            wrong.append(name)

    assert wrong == []


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made.rich())
def test_an_event_made_up_has_the_text_of_the_reference(event: dict[str, Any]) -> None:
    held = made.document([event])

    assert [Origin(held["@context"]).pre_hash(event)] == made.peer(held)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.one_of(made.PLAIN, made.rich()), min_size=1, max_size=4))
def test_events_captured_have_the_hashes_of_the_reference(events: list[dict[str, Any]]) -> None:
    plain = [
        {key: value for key, value in event.items() if key not in ("eventID", "errorDeclaration")}
        for event in events
    ]
    held = made.document(plain)
    found = capture(made.packed(held), recorded_us=2**60)

    assert found.rejected.is_empty()
    assert found.epcis["event_id"].to_list() == list(
        dict.fromkeys(digest(text) for text in made.peer(held))
    )


def test_a_prefix_of_the_context_is_its_iri() -> None:
    text = pre_hash(made.event(**{"ex:one": "ab:two"}), made.OWN)

    assert text.endswith("{https://ns.example.com/epcis/}one=https://ns.abc.example/two")


@pytest.mark.parametrize(
    "other",
    [
        {"eventTime": "2026-03-01T00:00:00Z"},
        {"epcList": ["https://id.gs1.org/01/04012345111118/21/9876"]},
        {"recordTime": "2026-03-02T00:00:00Z"},
        {"eventID": "urn:uuid:1"},
        {"errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z"}},
        {"rdfs:comment": "seen at gate 4"},
        {"@context": [made.CONTEXT]},
    ],
)
def test_the_same_event_told_otherwise_has_the_same_hash(other: dict[str, Any]) -> None:
    assert pre_hash(made.event(**other), {}) == pre_hash(made.event(), {})


@pytest.mark.parametrize(
    "other",
    [
        {"eventTime": "2026-03-01T00:00:00.001Z"},
        {"action": "ADD"},
        {"epcList": ["urn:epc:id:sgtin:4012345.011111.9877"]},
        {"disposition": "active"},
        {"ex:one": "1"},
    ],
)
def test_another_event_has_another_hash(other: dict[str, Any]) -> None:
    assert pre_hash(made.event(**other), {}) != pre_hash(made.event(), {})


def test_the_type_of_a_party_stands_first_whatever_the_order() -> None:
    # the reference follows the order of the document, so that two writers get two hashes
    ways = [
        [{"type": "location", "source": "a:b"}], [{"source": "a:b", "type": "location"}],
    ]  # fmt: skip

    assert len({pre_hash(made.event(sourceList=way), {}) for way in ways}) == 1


def test_contexts_give_prefixes_in_a_list_or_alone() -> None:
    assert namespaces(None) == {}
    assert namespaces("https://a.b/c") == {}
    assert namespaces({"x": "https://x/"}) == {"x": "https://x/"}
    assert namespaces(["https://a", {"x": {"@id": "https://x/"}}, {"y": 1}]) == {"x": "https://x/"}


def test_the_name_is_a_sha_256_in_the_form_of_cbv() -> None:
    # golden: FIPS 180-4 example of the empty text
    assert digest("") == (
        "ni:///sha-256;e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855?ver=CBV2.0"
    )
