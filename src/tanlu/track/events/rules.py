"""What an event and a document of EPCIS 2.0 must hold, as data: field by field, own words.

A rule takes a value and where it stands and gives what does not hold there, or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tanlu.track.events.words.canon import instant
from tanlu.track.events.words.uris import is_offset, is_uri
from tanlu.track.events.words.vocabulary import words

__all__ = [
    "Fault", "check_body", "check_context", "check_document", "check_event", "check_once",
]  # fmt: skip

VERSION = re.compile(r"\d+(\.\d+)*", re.ASCII)
UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
HEX = re.compile(r"[A-Fa-f0-9]+", re.ASCII)
# words of CBV stand bare: their IRIs of older web pages and URNs are refused there
OF_CBV = re.compile(r"urn:epcglobal:cbv|https?://ns\.gs1\.org/cbv/")
OF_GS1 = re.compile(r"https?://(www\.)?gs1\.org/voc/")


class Fault(NamedTuple):
    """What does not hold: the field, its value, and why."""

    field: str
    value: str
    why: str


class _TwiceError(Exception):
    """A field that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in found if names.count(name) > 1))
    return found


def check_once(raw: bytes, at: str) -> Fault | None:
    """Give the field that stands twice in an object of JSON that can be read, or None.

    A reader of JSON takes one of the two and says nothing of the other (RFC 8259, 4).
    """
    try:
        json.loads(raw, object_pairs_hook=_once)
    except _TwiceError as twice:
        return Fault(at, str(twice)[:200], "the field stands twice")
    return None


Rule = Callable[[Any, str], Fault | None]


def _shown(value: Any) -> str:
    return str(value)[:200]


def _simple(holds: Callable[[Any], bool], why: str) -> Rule:
    def rule(value: Any, at: str) -> Fault | None:
        return None if holds(value) else Fault(at, _shown(value), why)

    return rule


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _listed(rule: Rule, *, least: int = 0, unique: bool = False) -> Rule:
    def check(value: Any, at: str) -> Fault | None:
        if not isinstance(value, list):
            return Fault(at, _shown(value), "it is no list")
        if len(value) < least:
            return Fault(at, "[]", "the list is empty")
        for number, each in enumerate(value):
            fault = rule(each, f"{at}[{number}]")
            if fault:
                return fault
        if unique and len(set(value)) != len(value):
            return Fault(at, _shown(value), "an element stands twice")
        return None

    return check


def _record(
    fields: Mapping[str, Rule], required: tuple[str, ...] = (), *, more: str = "uri"
) -> Rule:
    """Give the rule of an object; ``more`` tells which other fields it may have: uri, any, none."""

    def check(value: Any, at: str) -> Fault | None:
        if not isinstance(value, dict):
            return Fault(at, _shown(value), "it is no object")
        for name in required:
            if name not in value:
                return Fault(f"{at}.{name}", "", "the field is not there")
        for name, each in value.items():
            rule = fields.get(name)
            fault = rule(each, f"{at}.{name}") if rule else None
            if fault:
                return fault
            if rule is None and more != "any" and not (more == "uri" and is_uri(name)):
                return Fault(f"{at}.{name}", name, "the field is not of EPCIS and no URI")
        return None

    return check


def _word(vocabulary: str, refused: re.Pattern[str] = OF_CBV) -> Rule:
    known = words(vocabulary)

    def holds(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        return value in known or (refused.match(value) is None and is_uri(value))

    return _simple(holds, f"it is no word of {vocabulary} and no URI")


def _either(*rules: Rule) -> Rule:
    def check(value: Any, at: str) -> Fault | None:
        faults = [rule(value, at) for rule in rules]
        return None if None in faults else faults[0]

    return check


URI = _simple(is_uri, "it is no URI")
TEXT = _simple(lambda value: isinstance(value, str), "it is no text")
NUMBER = _simple(_number, "it is no number")
TIME = _simple(
    lambda value: isinstance(value, str) and instant(value) is not None,
    "it is no date and time with an offset",
)
ANYTHING = _simple(lambda _: True, "")
_TERMS = _simple(lambda value: isinstance(value, dict), "it is no context")


def _context(value: Any, at: str) -> Fault | None:
    if not isinstance(value, list):
        return _either(URI, _TERMS)(value, at)
    if any(one in value[:place] for place, one in enumerate(value)):
        return Fault(at, _shown(value), "an element stands twice")
    return _listed(_either(URI, _TERMS))(value, at)


ACTION = _simple(
    lambda value: value in ("OBSERVE", "ADD", "DELETE"), "it is not OBSERVE, ADD or DELETE"
)
QUANTITY = _record(
    {
        "epcClass": URI,
        "quantity": NUMBER,
        "uom": _simple(_matching(UNIT), "it is no unit code of two or three signs"),
    },
    ("epcClass",),
    more="none",
)
PLACE = _record({"id": URI}, ("id",), more="any")
DISPOSITION = _word("disposition")
LASTING = _record(
    dict.fromkeys(("set", "unset"), _listed(DISPOSITION, least=1, unique=True)), more="none"
)
SENSOR = (
    "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism",
    "chemicalSubstance", "coordinateReferenceSystem", "uriValue",
)  # fmt: skip
MEASURES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
REPORT = _record(
    {
        "type": _word("measurement", OF_GS1),
        "exception": _word("exception", OF_GS1),
        "component": _word("component"),
        "time": TIME,
        "stringValue": TEXT,
        "uom": TEXT,
        "booleanValue": _simple(lambda value: isinstance(value, bool), "it is not true or false"),
        "hexBinaryValue": _simple(_matching(HEX), "it is not hexadecimal"),
        **dict.fromkeys(SENSOR, URI),
        **dict.fromkeys(MEASURES, NUMBER),
    },
    ("type",),
)
METADATA = _record(
    {
        **dict.fromkeys(("time", "startTime", "endTime"), TIME),
        **dict.fromkeys(SENSOR[:5], URI),
    }
)
SENSED = _record(
    {"sensorMetadata": METADATA, "sensorReport": _listed(REPORT, least=1)}, ("sensorReport",)
)
DECLARED = _record(
    {
        "declarationTime": TIME,
        "reason": _word("errorReason"),
        "correctiveEventIDs": _listed(URI),
    },
    ("declarationTime",),
)
OF_ALL: dict[str, Rule] = {
    "@context": _context,
    "type": ANYTHING,
    "eventTime": TIME,
    "recordTime": TIME,
    "eventTimeZoneOffset": _simple(is_offset, "it is no offset of a clock"),
    "eventID": URI,
    "certificationInfo": _either(URI, _listed(URI)),
    "errorDeclaration": DECLARED,
}


def _typed(name: str, vocabulary: str, required: tuple[str, ...]) -> Rule:
    return _listed(_record({"type": _word(vocabulary), name: URI}, required, more="none"))


OF_MOST: dict[str, Rule] = {
    **OF_ALL,
    "action": ACTION,
    "bizStep": _word("bizStep"),
    "disposition": DISPOSITION,
    "readPoint": PLACE,
    "bizLocation": PLACE,
    "bizTransactionList": _typed("bizTransaction", "transaction", ("bizTransaction",)),
    "sourceList": _typed("source", "party", ("type", "source")),
    "destinationList": _typed("destination", "party", ("type", "destination")),
    "sensorElementList": _listed(SENSED),
}
CHANGED: dict[str, Rule] = {
    "persistentDisposition": LASTING,
    "ilmd": _record({}),
}
EPCS, EPCS_ONCE, AMOUNTS = _listed(URI), _listed(URI, unique=True), _listed(QUANTITY)
TIMES = ("eventTime", "eventTimeZoneOffset")
TIED: dict[str, Rule] = {
    **OF_MOST, "parentID": URI, "childEPCs": EPCS, "childQuantityList": AMOUNTS,
}  # fmt: skip
FIELDS: dict[str, Rule] = {
    "ObjectEvent": _record(
        {**OF_MOST, **CHANGED, "epcList": EPCS_ONCE, "quantityList": AMOUNTS}, (*TIMES, "action")
    ),
    "AggregationEvent": _record(TIED, (*TIMES, "action")),
    "AssociationEvent": _record(TIED, (*TIMES, "action", "parentID")),
    "TransactionEvent": _record(
        {**OF_MOST, "parentID": URI, "epcList": EPCS, "quantityList": AMOUNTS},
        (*TIMES, "action", "bizTransactionList"),
    ),
    "TransformationEvent": _record(
        {
            **{name: rule for name, rule in OF_MOST.items() if name != "action"},
            **CHANGED,
            **dict.fromkeys(("inputEPCList", "outputEPCList"), EPCS_ONCE),
            **dict.fromkeys(("inputQuantityList", "outputQuantityList"), AMOUNTS),
            "transformationID": URI,
        },
        TIMES,
    ),
}
OTHER = _record(OF_ALL, TIMES, more="any")
NOTHING = "it names no thing that the event is about"


def check_context(context: Any) -> Fault | None:
    """Give what does not hold in a JSON-LD context, or None."""
    return _context(context, "event.@context")


def check_event(event: Any) -> Fault | None:
    """Give what does not hold in an event, or None."""
    if not isinstance(event, dict):
        return Fault("event", _shown(event), "it is no object")
    kind = event.get("type")
    if not isinstance(kind, str):
        return Fault("type", _shown(kind), "the event has no type")
    if kind not in FIELDS:
        # an event of somebody's own: what it means is told elsewhere
        return URI(kind, "type") or OTHER(event, "event")
    return FIELDS[kind](event, "event") or _about(event, kind)


def _about(event: dict[str, Any], kind: str) -> Fault | None:
    """Give what is missing among the things that an event is about, and where ILMD may stand."""
    fault = Fault("event", kind, NOTHING)
    if kind == "ObjectEvent":
        if "ilmd" in event and event["action"] != "ADD":
            return Fault("event.ilmd", event["action"], "master data come with action ADD alone")
        sensed = event.get("sensorElementList") and "readPoint" in event
        return None if "epcList" in event or event.get("quantityList") or sensed else fault
    if kind in ("AggregationEvent", "AssociationEvent"):
        tied = event.get("childEPCs") or event.get("childQuantityList")
        return None if tied or event["action"] == "DELETE" else fault
    if kind == "TransactionEvent":
        if not event["bizTransactionList"]:
            return Fault("event.bizTransactionList", "[]", "the list is empty")
        tied = "epcList" in event or event.get("quantityList")
        return None if tied or event["action"] == "DELETE" else fault
    came = event.get("inputEPCList") or event.get("inputQuantityList")
    went = event.get("outputEPCList") or event.get("outputQuantityList")
    named = "transformationID" in event and (came or went)
    return None if (came and went) or named else fault


_ATTRIBUTE = _record(
    {"id": URI, "attribute": _simple(
        lambda value: _number(value) or isinstance(value, str | dict), "it is no value"
    )},
    ("id",), more="any",
)  # fmt: skip
_ELEMENT = _record(
    {"id": URI, "attributes": _listed(_ATTRIBUTE), "children": _listed(URI)}, ("id",), more="any"
)
_VOCABULARIES = _listed(
    _record({"type": URI, "vocabularyElementList": _listed(_ELEMENT)}, ("type",), more="any")
)
_HEADER = _record(
    {"epcisMasterData": _record({"vocabularyList": _VOCABULARIES}, more="any")},
)
_HEAD: dict[str, Rule] = {
    "@context": _context,
    "id": URI,
    "type": ANYTHING,
    "schemaVersion": _simple(_matching(VERSION), "it is no version"),
    "creationDate": TIME,
    "epcisBody": ANYTHING,
}
_DOCUMENTS = {
    "EPCISDocument": _record(
        {
            **_HEAD,
            **dict.fromkeys(("instanceIdentifier", "sender", "receiver"), TEXT),
            "epcisHeader": _HEADER,
        },
        ("@context", "schemaVersion", "creationDate", "epcisBody"),
    ),
    "EPCISQueryDocument": _record(_HEAD, ("@context", "epcisBody")),
}
_BODY = _record({"eventList": ANYTHING}, ("eventList",), more="any")
_QUERY = _record(
    {
        "queryResults": _record(
            {
                "queryName": TEXT,
                "subscriptionID": TEXT,
                "resultsBody": _record(
                    {"eventList": ANYTHING, "vocabularyList": _VOCABULARIES}, ("eventList",)
                ),
            },
            ("queryName", "resultsBody"),
        )
    },
    ("queryResults",),
)


def check_document(head: dict[str, Any]) -> Fault | None:
    """Give what does not hold in a document beside its body, or None."""
    return _DOCUMENTS[head["type"]](head, "document")


def check_body(kind: str, body: Any) -> Fault | None:
    """Give what does not hold in the body of a document beside its events, or None."""
    return (_BODY if kind == "EPCISDocument" else _QUERY)(body, "document.epcisBody")
