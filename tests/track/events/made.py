"""Events made up for tests, the peer that hashes them, and the official schema."""

from __future__ import annotations

import copy
import json
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OWN = {"ex": "https://ns.example.com/epcis/", "ab": "https://ns.abc.example/"}
STANDARD = "data/standards/epcis"


def document(events: list[Any], **more: Any) -> dict[str, Any]:
    """Give an EPCISDocument of some events."""
    return {
        "@context": [CONTEXT, OWN],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00Z",
        "epcisBody": {"eventList": events},
        **more,
    }


def packed(held: Any) -> bytes:
    """Give JSON as bytes."""
    return json.dumps(held, ensure_ascii=False).encode()


def event(**more: Any) -> dict[str, Any]:
    """Give a plain object event."""
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": ["urn:epc:id:sgtin:4012345.011111.9876"],
        **more,
    }


def full(**more: Any) -> dict[str, Any]:
    """Give an object event that has every field once."""
    report = {
        "type": "Temperature", "value": 1.5, "component": "x", "time": "2026-03-01T00:00:00Z",
        "deviceID": "urn:d:1", "booleanValue": True, "hexBinaryValue": "ab", "uom": "CEL",
        "exception": "ALARM_CONDITION", "stringValue": "a", "uriValue": "a:b",
    }  # fmt: skip
    return event(
        action="ADD", recordTime="2026-03-01T01:00:00Z", eventID="urn:a:1", bizStep="shipping",
        disposition="active", certificationInfo=["a:b"], ilmd={"ex:lot": "1"},
        quantityList=[{"epcClass": "a:b", "quantity": 2, "uom": "KGM"}],
        persistentDisposition={"set": ["active"], "unset": ["expired"]},
        readPoint={"id": "a:b"}, bizLocation={"id": "a:b"},
        bizTransactionList=[{"type": "po", "bizTransaction": "a:b"}],
        sourceList=[{"type": "location", "source": "a:b"}],
        destinationList=[{"type": "location", "destination": "a:b"}],
        errorDeclaration={
            "declarationTime": "2026-03-01T00:00:00Z", "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:a:2"],
        },
        sensorElementList=[
            {"sensorMetadata": {"time": "2026-03-01T00:00:00Z"}, "sensorReport": [report]}
        ],
        **{"ex:own": {"ab:x": 1}}, **more,
    )  # fmt: skip


def examples(shared: Path) -> dict[str, bytes]:
    """Give the example documents of GS1 by name."""
    files = sorted((shared / STANDARD / "JSON").rglob("*.jsonld"))
    return {file.name: file.read_bytes() for file in files}


def events_of(held: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the events of a document."""
    body = held["epcisBody"]
    found = body if "eventList" in body else body["queryResults"]["resultsBody"]
    return list(found["eventList"])


@cache
def official(shared: Path) -> Any:
    """Give the official schema, with its formats asserted."""
    import jsonschema_rs

    text = (shared / STANDARD / "EPCIS-JSON-Schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def peer(held: dict[str, Any]) -> list[str]:
    """Give the texts that the reference generator hashes; its prefixes are of one document."""
    from epcis_event_hash_generator import hash_generator, json_to_py

    json_to_py._namespaces.clear()
    with warnings.catch_warnings():
        # it reads its contexts by a way that Python is to drop
        warnings.simplefilter("ignore", DeprecationWarning)
        events = json_to_py.event_list_from_epcis_document_json(copy.deepcopy(held))
    return list(hash_generator.derive_prehashes_from_events(events))


# ── events of hypothesis ──

PREFIX = st.integers(6, 12).flatmap(
    lambda size: st.integers(10 ** (size - 1), 10**size - 1).map(str)
)
SERIAL = st.text("ABCxyz0123456789-_.", min_size=1, max_size=12)


@st.composite
def sgtins(draw: Any) -> str:
    prefix = draw(PREFIX)
    item = draw(st.integers(0, 10 ** (13 - len(prefix)) - 1))
    return f"urn:epc:id:sgtin:{prefix}.{item:0{13 - len(prefix)}d}.{draw(SERIAL)}"


@st.composite
def ssccs(draw: Any) -> str:
    prefix = draw(PREFIX)
    rest = draw(st.integers(0, 10 ** (17 - len(prefix)) - 1))
    return f"urn:epc:id:sscc:{prefix}.{rest:0{17 - len(prefix)}d}"


@st.composite
def places(draw: Any) -> str:
    prefix = draw(PREFIX)
    size = 12 - len(prefix)
    place = f"{draw(st.integers(0, 10**size - 1)):0{size}d}" if size else ""
    return f"urn:epc:id:sgln:{prefix}.{place}.{draw(st.sampled_from(('0', '12', 'A-1')))}"


LINKS = st.builds(
    "https://{}/01/0401234511111{}/{}/{}".format,
    st.sampled_from(("id.gs1.org", "dl.example.com", "x.example.org/a")),
    st.integers(0, 9),
    st.sampled_from(("21", "10")),
    st.text("ABC123", min_size=1, max_size=8),
)
OTHERS = st.sampled_from(
    ("https://example.com/thing/7", "urn:uuid:0b3c", "waybill:JD0001", "geo:31.2,121.4")
)
EPCS = st.one_of(sgtins(), ssccs(), LINKS, OTHERS)
CLASSES = st.sampled_from(
    ("urn:epc:class:lgtin:4012345.012345.998877", "urn:epc:idpat:sgtin:4012345.012345.*")
)
TIMES = st.builds(
    "2026-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}{}{}".format,
    st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(0, 59),
    st.integers(0, 59), st.sampled_from(("", ".1", ".141500", ".1425", ".000001", ".998")),
    st.sampled_from(("Z", "+08:00", "-05:30", "+00:00", "+14:00", "-11:45", "+05:45")),
)  # fmt: skip
OFFSETS = st.sampled_from(("+08:00", "-05:00", "+00:00", "+05:30", "+14:00"))
STEPS = st.sampled_from(("shipping", "packing", "receiving", "https://example.com/step/x"))
STATES = st.sampled_from(("in_transit", "in_progress", "https://example.com/state/y"))
NUMBERS = st.one_of(st.integers(0, 10**6), st.decimals(0, 999, places=2).map(float))


@st.composite
def quantities(draw: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"epcClass": draw(CLASSES)}
    if draw(st.booleans()):
        found["quantity"] = draw(NUMBERS)
        if draw(st.booleans()):
            found["uom"] = draw(st.sampled_from(("KGM", "LTR", "EA", "A93")))
    return found


def _typed(name: str, words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    # the peer takes the fields in the order of the document: the type stands first
    return st.lists(
        st.builds(lambda word, uri: {"type": word, name: uri}, st.sampled_from(words), OTHERS),
        min_size=1, max_size=3,
    )  # fmt: skip


PARTIES = ("owning_party", "possessing_party", "location")
TEXTS = st.sampled_from((
    "a", "007", "1.50", "2026-01-01", "urn:epc:id:sgln:4012345.00001.0", "é", "碳路", "e\u0301",
    "🚢", "\u2028x", "ß", "\u202eabc", '"\\', "ab:x", "١٢",
))  # fmt: skip
LEAVES = st.one_of(TEXTS, st.integers(-5, 10**6), st.booleans())
EXTRAS = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.dictionaries(st.sampled_from(("ex:a", "ab:b", "ex:c")), below, max_size=3),
        st.lists(below, max_size=3),
    ),
    max_leaves=6,
)
OWN_FIELDS = st.dictionaries(st.sampled_from(("ex:one", "ab:two", "ex:three")), EXTRAS, max_size=2)
REPORTS = st.fixed_dictionaries(
    {"type": st.sampled_from(("Temperature", "Speed", "https://example.com/measure"))},
    optional={
        "value": NUMBERS, "uom": st.sampled_from(("CEL", "KMH")), "time": TIMES,
        "deviceID": OTHERS, "stringValue": TEXTS, "booleanValue": st.booleans(), "sDev": NUMBERS,
        "component": st.sampled_from(("x", "latitude")), "ab:own": TEXTS,
    },
)  # fmt: skip
SENSED = st.fixed_dictionaries(
    {"sensorReport": st.lists(REPORTS, min_size=1, max_size=3)},
    optional={
        "sensorMetadata": st.fixed_dictionaries(
            {}, optional={"time": TIMES, "deviceID": OTHERS, "rawData": OTHERS, "ex:own": TEXTS}
        ),
        "ex:element": TEXTS,
    },
)
MOST: dict[str, Any] = {
    "recordTime": TIMES,
    "eventID": st.sampled_from(("urn:uuid:1", "urn:uuid:2")),
    "certificationInfo": st.one_of(OTHERS, st.lists(OTHERS, max_size=2)),
    "bizStep": STEPS,
    "disposition": STATES,
    "readPoint": st.builds(lambda uri: {"id": uri}, places()),
    "bizLocation": st.builds(lambda uri: {"id": uri}, st.one_of(places(), OTHERS)),
    "bizTransactionList": _typed("bizTransaction", ("po", "desadv", "inv")),
    "sourceList": _typed("source", PARTIES),
    "destinationList": _typed("destination", PARTIES),
}
ACTIONS = st.sampled_from(("ADD", "OBSERVE", "DELETE"))
LASTING = st.fixed_dictionaries(
    {"set": st.lists(STATES, min_size=1, max_size=2, unique=True)},
    optional={"unset": st.lists(STATES, min_size=1, max_size=2, unique=True)},
)


def _shape(kind: str, required: dict[str, Any], **optional: Any) -> st.SearchStrategy[Any]:
    more = {name: rule for name, rule in {**MOST, **optional}.items() if name not in required}
    return st.fixed_dictionaries(
        {"type": st.just(kind), "eventTime": TIMES, "eventTimeZoneOffset": OFFSETS, **required},
        optional=more,
    )


SOME = st.lists(EPCS, min_size=1, max_size=4, unique=True)
AMOUNTS = st.lists(quantities(), min_size=1, max_size=3)
PLAIN = st.one_of(
    _shape(
        "ObjectEvent", {"action": ACTIONS, "epcList": SOME},
        quantityList=AMOUNTS, persistentDisposition=LASTING,
    ),
    _shape(
        "AggregationEvent", {"action": ACTIONS, "childEPCs": SOME},
        parentID=ssccs(), childQuantityList=AMOUNTS,
    ),
    _shape(
        "AssociationEvent", {"action": ACTIONS, "parentID": EPCS, "childEPCs": SOME},
        childQuantityList=AMOUNTS,
    ),
    _shape(
        "TransactionEvent",
        {"action": ACTIONS, "epcList": SOME, "bizTransactionList": MOST["bizTransactionList"]},
        parentID=ssccs(), quantityList=AMOUNTS,
    ),
    _shape(
        "TransformationEvent", {"inputEPCList": SOME, "outputEPCList": SOME},
        inputQuantityList=AMOUNTS, outputQuantityList=AMOUNTS, transformationID=OTHERS,
        persistentDisposition=LASTING,
    ),
)  # fmt: skip


@st.composite
def rich(draw: Any) -> dict[str, Any]:
    """Give an event with extensions, sensors or master data."""
    found = dict(draw(PLAIN))
    found |= draw(OWN_FIELDS)
    if draw(st.booleans()):
        found["sensorElementList"] = draw(st.lists(SENSED, min_size=1, max_size=2))
    if found["type"] == "ObjectEvent" and found["action"] == "ADD" and draw(st.booleans()):
        found["ilmd"] = draw(OWN_FIELDS)
    if "readPoint" in found and draw(st.booleans()):
        found["readPoint"] |= draw(OWN_FIELDS)
    if draw(st.booleans()):
        found["errorDeclaration"] = {
            "declarationTime": draw(TIMES), "reason": "incorrect_data",
        }  # fmt: skip
    return found


# ── what goes wrong with a document ──

ODD = (
    None, True, 0, -1, 1.5, "", "x", "no uri", "urn:epc:id:sgtin:1", "http://[::1]/a", "a:b c",
    "urn:epcglobal:cbv:bizstep:shipping", "https://gs1.org/voc/Temperature", "cbv:x", "http://",
    "https://ns.gs1.org/cbv/BizStep-x", "shipping", "active", "ADD", "DELETE", "OBSERVE", "observe",
    "2026-02-30T00:00:00Z", "2026-02-28T24:00:00Z", "2026-02-28T00:00:00", "2026-02-28",
    "2026-02-28 00:00:00Z", "2026-02-28t00:00:00z", "2026-02-28T00:00:00.123456789+14:00",
    "2026-02-28T00:00:00+24:00", "+14:01", "+08:00", "-13:59", "+8:00", "KGM", "kgm", "K", "KGMX",
    "ObjectEvent", "AggregationEvent", "TransformationEvent", "https://example.com/OwnEvent",
    "EPCISDocument", "2.0", "v2", "DEADBEEF", "xyz", "po", "owning_party", "did_not_occur",
    [], [1], ["a:b", "a:b"], ["a:b", "c:d"], [[]], {}, {"id": "a:b"}, {"id": 1}, {"a:b": 1},
    {"epcClass": "a:b"}, {"type": "Temperature"}, [{"type": "Temperature"}], {"x": 1},
    "a:%zz", "a:%41", "a://u@h:80/p?q#f", "a://h:x/", "é:b", "a:é", "1a:b", "a:[", "a://[v1.x]/",
    "a://[1::2::3]/", "urn:a:b#c#d", "a:b|c", 'a:"',
)  # fmt: skip


def ways(held: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the way to each value of a document."""
    found = [way] if way else []
    if isinstance(held, dict):
        for key, value in held.items():
            found += ways(value, (*way, key))
    elif isinstance(held, list):
        for number, value in enumerate(held):
            found += ways(value, (*way, number))
    return found


@st.composite
def mutated(draw: Any, documents: st.SearchStrategy[Any]) -> Any:
    """Give a document with one to three things wrong or other in it."""
    held = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, 3))):
        there = ways(held)
        if not there:
            break
        way = draw(st.sampled_from(there))
        above = held
        for step in way[:-1]:
            above = above[step]
        last = way[-1]
        deed = draw(st.sampled_from(("drop", "odd", "odd", "twice", "rename", "add")))
        if deed == "drop":
            del above[last]
        elif deed == "odd":
            above[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif deed == "twice" and isinstance(above, list):
            above.append(copy.deepcopy(above[last]))
        elif deed == "rename" and isinstance(above, dict):
            above[draw(st.sampled_from(("x", "ex:y", "epcList", "ilmd", "id", "type")))] = (
                above.pop(last)
            )
        elif deed == "add" and isinstance(above, dict):
            name = draw(st.sampled_from((
                "ilmd", "parentID", "uom", "set", "x", "ex:y", "errorDeclaration", "id", "action",
                "transformationID", "sensorElementList", "epcList", "persistentDisposition",
            )))  # fmt: skip
            above[name] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return held
