"""Questions that events answer: of each event the parameters by which it is found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests.track.events.queries import naive

LATER = "2031-01-01T00:00:00Z"
MISSES: tuple[tuple[str, Any], ...] = (
    ("EQ_bizStep", "installing"),
    ("eventType", ["TransactionEvent", "https://example.com/Own"]),
    ("MATCH_epc", "urn:epc:id:sgtin:9999999.000000.1"),
    ("MATCH_anyEPC", "urn:epc:idpat:sgtin:*.*.*"),
    ("MATCH_anyEPC", "urn:epc:idpat:sscc:*.*"),
    ("GE_recordTime", LATER),
    ("LT_recordTime", LATER),
    ("EXISTS_sensorElementList", True),
    ("EXISTS_errorDeclaration", True),
    ("EXISTS_ex:one", True),
    ("EXISTS_INNER_ab:b", True),
    ("EXISTS_https://ns.example.com/epcis/three", True),
    ("EQ_quantity_KGM", 0),
    ("GE_value_CEL", 10),
    ("LE_sDev_KMH", 500.5),
    ("GT_INNER_ex:a", 100),
)


def facts(event: dict[str, Any], event_id: str) -> Iterator[tuple[str, Any]]:
    """Give parameters that find an event, each with a value."""
    yield "eventType", event["type"]
    yield "GE_eventTime", event["eventTime"]
    yield "LT_eventTime", LATER
    yield "EQ_eventID", [event_id, "urn:none"]
    for name in ("action", "bizStep", "disposition", "transformationID"):
        if name in event:
            yield f"EQ_{name}", [event[name]]
    for name in ("readPoint", "bizLocation"):
        if name in event:
            yield f"EQ_{name}", event[name]["id"]
            yield f"WD_{name}", event[name]["id"]
            for key, held in event[name].items():
                if ":" in key and name == "readPoint" and isinstance(held, str | int):
                    yield f"EQ_readPoint_{key}", held
    for key, states in event.get("persistentDisposition", {}).items():
        yield f"EQ_persistentDisposition_{key}", states[:1]
    for name in ("bizTransaction", "source", "destination"):
        for one in event.get(f"{name}List", ()):
            if "type" in one:
                yield f"EQ_{name}_{one['type']}", one[name]
    yield from _things(event)
    yield from _sensed(event)
    yield from _own(event)


def _things(event: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in naive.MATCHED:
        for uri in naive._things(event, name):
            yield name, uri
            if uri.startswith("urn:epc:id:sgtin:"):
                head, _, _ = uri.removeprefix("urn:epc:id:sgtin:").split(".", 2)
                yield name, f"urn:epc:idpat:sgtin:{head}.*.*"
    for name in naive.ANY_CLASS:
        for one in event.get(name, ()):
            if "quantity" in one:
                for operator in ("EQ", "GE", "LE"):
                    yield f"{operator}_quantity", one["quantity"]
                if "uom" in one:
                    yield f"GE_quantity_{one['uom']}", one["quantity"]


def _sensed(event: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in naive._parts(event):
        for name, held in part.items():
            if name in naive.SENSED and name != "booleanValue":
                yield f"EQ_{name}", [held]
            if name == "time":
                yield "GE_time", held
            if name == "value" and "uom" in part:
                yield f"LE_value_{part['uom']}", held
        if part.get("booleanValue"):
            yield "EQ_booleanValue", True


def _own(event: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for region, part in (("", event), ("ILMD_", event.get("ilmd", {}))):
        for key, held in part.items():
            if ":" not in key:
                continue
            yield f"EXISTS_{region}{key}", True
            if isinstance(held, str) and held and "|" not in held:
                yield f"EQ_{region}{key}", [held]
            if isinstance(held, int) and not isinstance(held, bool):
                yield f"GE_{region}{key}", held
            for inner, below in naive._below(held):
                yield f"EXISTS_INNER_{region}{inner}", True
                if isinstance(below, int) and not isinstance(below, bool):
                    yield f"EQ_INNER_{region}{inner}", below


def questions(kept: list[naive.Kept]) -> st.SearchStrategy[dict[str, Any]]:
    """Give questions about some events: one to three parameters, of which some find nothing."""
    every = [fact for one in kept for fact in facts(one.event, one.event_id)]
    return st.lists(st.sampled_from([*every, *MISSES]), min_size=1, max_size=3).map(dict)
