"""The words of CBV: all of them, each in one form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.track.events.words.vocabulary import bare, iris, spelt_out, words
from tests.track.events import made

# our vocabularies and the definitions of the official schema that list the same words
OFFICIAL = {
    "bizStep": "bizStep", "disposition": "disposition", "transaction": "bizTransaction-type",
    "party": "source-dest-type", "errorReason": "error-reason", "component": "component",
    "measurement": "measurementType", "exception": "sensorAlertType",
}  # fmt: skip


@pytest.mark.parametrize("vocabulary", OFFICIAL)
def test_the_words_are_those_of_the_standard(shared: Path, vocabulary: str) -> None:
    text = (shared / made.STANDARD / "EPCIS-JSON-Schema.json").read_text(encoding="utf-8")
    named = json.loads(text)["definitions"][OFFICIAL[vocabulary]]["anyOf"]
    expected = next(set(one["enum"]) for one in named if "enum" in one)

    assert words(vocabulary) == expected


def test_each_word_has_the_iri_of_the_context(shared: Path) -> None:
    text = (shared / made.STANDARD / "epcis-context.jsonld").read_text(encoding="utf-8")
    context = json.loads(text)["@context"]
    prefixes = {name: context[name] for name in ("cbv", "gs1")}
    for vocabulary in ("bizStep", "disposition"):
        told = context[vocabulary]["@context"]
        expected = {
            word: prefixes[iri.partition(":")[0]] + iri.partition(":")[2]
            for word, iri in told.items()
        }
        assert iris(vocabulary) == expected


@pytest.mark.parametrize(
    "text",
    ["shipping", "urn:epcglobal:cbv:bizstep:shipping", "https://ref.gs1.org/cbv/BizStep-shipping"],
)
def test_a_step_is_one_word_in_every_spelling(text: str) -> None:
    assert bare("bizStep", text) == "shipping"


def test_what_is_no_word_stays() -> None:
    assert bare("bizStep", "https://example.com/x") == "https://example.com/x"
    assert bare("bizStep", None) is None


def test_words_are_spelt_out_in_their_own_fields_alone() -> None:
    event = made.event(bizStep="shipping", **{"ex:one": "shipping"})
    found = spelt_out(event)

    assert found["bizStep"] == "https://ref.gs1.org/cbv/BizStep-shipping"
    assert found["ex:one"] == "shipping"
    assert event["bizStep"] == "shipping"
