"""The words of CBV 2.0: which there are, and the one IRI of each however it is spelt."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["bare", "iris", "spelt_out", "words"]

# older spellings of the same words (CBV 1.x), by vocabulary
URNS = {
    "bizStep": "urn:epcglobal:cbv:bizstep:",
    "disposition": "urn:epcglobal:cbv:disp:",
    "transaction": "urn:epcglobal:cbv:btt:",
    "party": "urn:epcglobal:cbv:sdt:",
    "errorReason": "urn:epcglobal:cbv:er:",
}
TYPED = {"bizTransactionList": "transaction", "sourceList": "party", "destinationList": "party"}
REPORTED = {"type": "measurement", "exception": "exception", "component": "component"}


@cache
def _table() -> dict[str, tuple[str, tuple[str, ...]]]:
    file = resources.files("tanlu.track.events.words").joinpath("vocabulary.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["vocabulary"]: (row["iri"], tuple(row["words"].split())) for row in rows}


@cache
def words(vocabulary: str) -> frozenset[str]:
    """Give the words of a vocabulary: bizStep, disposition, transaction, party or measurement."""
    return frozenset(_table()[vocabulary][1])


@cache
def iris(vocabulary: str) -> dict[str, str]:
    """Give the IRI of each word of a vocabulary."""
    iri, known = _table()[vocabulary]
    return {word: iri + word for word in known}


def bare(vocabulary: str, text: str | None) -> str | None:
    """Give the bare word of a value where it is a word of CBV in any spelling, else the value."""
    if text is None or text in words(vocabulary):
        return text
    for start in (_table()[vocabulary][0], URNS.get(vocabulary, " ")):
        if text.startswith(start) and text[len(start) :] in words(vocabulary):
            return text[len(start) :]
    return text


def spelt_out(event: dict[str, Any]) -> dict[str, Any]:
    """Give an event with IRIs in place of the bare words of CBV, each by its own field."""
    found = dict(event)
    for name, vocabulary in (("bizStep", "bizStep"), ("disposition", "disposition")):
        if name in found:
            found[name] = _iri(vocabulary, found[name])
    lasting = found.get("persistentDisposition")
    if isinstance(lasting, dict):
        found["persistentDisposition"] = {
            key: _iri("disposition", value) for key, value in lasting.items()
        }
    for name, vocabulary in TYPED.items():
        if isinstance(found.get(name), list):
            found[name] = [_typed(each, {"type": vocabulary}) for each in found[name]]
    if isinstance(found.get("sensorElementList"), list):
        found["sensorElementList"] = [_sensed(each) for each in found["sensorElementList"]]
    return found


def _sensed(element: Any) -> Any:
    if not isinstance(element, dict) or not isinstance(element.get("sensorReport"), list):
        return element
    return {**element, "sensorReport": [_typed(one, REPORTED) for one in element["sensorReport"]]}


def _typed(each: Any, of: dict[str, str]) -> Any:
    if not isinstance(each, dict):
        return each
    return {key: _iri(of[key], value) if key in of else value for key, value in each.items()}


def _iri(vocabulary: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_iri(vocabulary, each) for each in value]
    return iris(vocabulary).get(value, value) if isinstance(value, str) else value
