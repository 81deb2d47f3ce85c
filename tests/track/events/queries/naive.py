"""SimpleEventQuery row by row, from the words of the standard: what the filters are held against.

Nothing here knows of columns, filters or indexes: an event is the JSON that was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tanlu.track.events import subject_of

WEB = re.compile(r"https://ref\.gs1\.org/cbv/(?:BizStep|Disp|BTT|SDT|ER)-|https://gs1\.org/voc/")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ANY_EPC = ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList")
ANY_CLASS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
MATCHED = {
    "MATCH_epc": ("epcList", "childEPCs"),
    "MATCH_parentID": ("parentID",),
    "MATCH_inputEPC": ("inputEPCList",),
    "MATCH_outputEPC": ("outputEPCList",),
    "MATCH_anyEPC": ANY_EPC,
    "MATCH_epcClass": ("quantityList", "childQuantityList"),
    "MATCH_inputEPCClass": ("inputQuantityList",),
    "MATCH_outputEPCClass": ("outputQuantityList",),
    "MATCH_anyEPCClass": ANY_CLASS,
}
SENSED = (
    "type", "deviceID", "rawData", "uriValue", "stringValue", "hexBinaryValue", "booleanValue",
    "dataProcessingMethod", "bizRules", "microorganism", "chemicalSubstance",
)  # fmt: skip


class Kept(NamedTuple):
    """An event as a repository has it."""

    event: dict[str, Any]
    event_id: str
    recorded: datetime
    prefixes: dict[str, str]


def fits(kept: Kept, asked: dict[str, Any]) -> bool:
    """Tell whether an event meets all parameters."""
    return all(_fits(kept, name, value) for name, value in asked.items() if name != "@context")


def _fits(kept: Kept, name: str, value: Any) -> bool:
    event = kept.event
    values = value if isinstance(value, list) else [value]
    if name == "eventType":
        return event["type"] in values
    if name in ("GE_eventTime", "LT_eventTime"):
        return _in_time(name, at(event["eventTime"]), value)
    if name in ("GE_recordTime", "LT_recordTime"):
        return _in_time(name, kept.recorded, value)
    if name == "EQ_action":
        return event.get("action") in values
    if name == "EQ_bizStep":
        return _word(event.get("bizStep")) in map(_word, values)
    if name == "EQ_disposition":
        return _word(event.get("disposition")) in map(_word, values)
    if name.startswith("EQ_persistentDisposition_"):
        held = event.get("persistentDisposition", {}).get(name.rpartition("_")[2], [])
        return any(_word(one) in map(_word, values) for one in held)
    if name == "EQ_eventID":
        return kept.event_id in values
    if name == "EQ_transformationID":
        held = event.get("transformationID")
        return held is not None and subject_of(held) in map(subject_of, values)
    if name in MATCHED:
        return any(_thing(uri, one) for uri in _things(event, name) for one in values)
    place = re.fullmatch(r"(EQ|WD)_(readPoint|bizLocation)", name)
    if place:
        return any(_place(event.get(place[2]), one, place[1] == "WD") for one in values)
    return _rest(kept, name, values)


def _rest(kept: Kept, name: str, values: list[Any]) -> bool:
    event = kept.event
    tie = re.fullmatch(r"EQ_(bizTransaction|source|destination)_(.+)", name)
    if tie:
        wanted = set(map(subject_of, values))
        return any(
            _word(one.get("type")) == _word(tie[2]) and subject_of(one[tie[1]]) in wanted
            for one in event.get(f"{tie[1]}List", [])
        )
    amount = re.fullmatch(r"(EQ|GT|GE|LT|LE)_quantity(?:_(\w+))?", name)
    if amount:
        return any(
            "quantity" in one and (amount[2] is None or one.get("uom") == amount[2])
            and _compare(amount[1], one["quantity"], values)
            for each in ANY_CLASS for one in event.get(each, [])
        )  # fmt: skip
    if name == "EXISTS_errorDeclaration":
        return "errorDeclaration" in event
    if name == "EXISTS_sensorElementList":
        return bool(event.get("sensorElementList"))
    measured = re.fullmatch(r"(EQ|GT|GE|LT|LE)_(value|sDev|minValue|maxValue)_(\w+)", name)
    if measured:
        return any(
            measured[2] in one and one.get("uom") == measured[3]
            and _compare(measured[1], one[measured[2]], values)
            for one in _parts(event)
        )  # fmt: skip
    timed = re.fullmatch(r"(GE|LT)_(time|startTime|endTime)", name)
    if timed:
        return any(
            _in_time(f"{timed[1]}_", at(one[timed[2]]), values[0])
            for one in _parts(event) if timed[2] in one
        )  # fmt: skip
    field = name.removeprefix("EQ_")
    if field in SENSED:
        return any(_sensed(field, one[field], values) for one in _parts(event) if field in one)
    return _own(kept, name, values)


def _own(kept: Kept, name: str, values: list[Any]) -> bool:
    found = re.fullmatch(r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(ILMD_|readPoint_)?(.+)", name)
    assert found, name
    part: Any = kept.event
    if found[3]:
        part = kept.event.get({"ILMD_": "ilmd", "readPoint_": "readPoint"}[found[3]], {})
    own = [(key, held) for key, held in part.items() if ":" in key]
    if found[2]:
        own = [pair for _, held in own for pair in _below(held)]
    wanted = found[4]
    for key, held in own:
        prefix, _, local = key.partition(":")
        spelt = kept.prefixes[prefix] + local if prefix in kept.prefixes else key
        if wanted not in (key, spelt):
            continue
        if found[1] == "EXISTS" or _compare(found[1], held, values):
            return True
    return False


def _below(held: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(held, dict):
        yield from held.items()
        held = list(held.values())
    if isinstance(held, list):
        for one in held:
            yield from _below(one)


def _things(event: dict[str, Any], name: str) -> list[str]:
    found = []
    for field in MATCHED[name]:
        held = event.get(field, [])
        for one in [held] if isinstance(held, str) else held:
            found.append(one["epcClass"] if isinstance(one, dict) else one)
    return found


def _thing(uri: str, asked: str) -> bool:
    if subject_of(uri) == subject_of(asked):
        return True
    pattern = re.fullmatch(r"urn:epc:idpat:(\w+):(.+)", asked)
    if pattern and uri.startswith("http") and pattern[1] == "sgtin" and asked.endswith(".*.*"):
        # a Digital Link does not tell where the company's prefix ends
        kind, _, digits = subject_of(uri).partition(":")
        prefix = pattern[2].partition(".")[0]
        return kind == "sgtin" and (prefix == "*" or digits[1:].startswith(prefix))
    urn = re.fullmatch(r"urn:epc:(?:id|class):(\w+):(.+)", uri)
    if not pattern or not urn or pattern[1] != urn[1]:
        return False
    parts, held = pattern[2].split("."), urn[2].split(".", pattern[2].count("."))
    return len(parts) == len(held) and all(
        one in ("*", other) for one, other in zip(parts, held, strict=True)
    )


def _place(held: dict[str, Any] | None, asked: str, below: bool) -> bool:
    if held is None:
        return False
    mine, wanted = subject_of(held["id"]), subject_of(asked)
    return mine == wanted or (
        below and wanted.startswith("gln:") and mine.startswith(f"s{wanted}.")
    )


def _parts(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for element in event.get("sensorElementList", []):
        yield element.get("sensorMetadata", {})
        yield from element["sensorReport"]


def _sensed(field: str, held: Any, values: list[Any]) -> bool:
    if field == "type":
        return _word(held) in map(_word, values)
    if field == "booleanValue":
        return held in values
    if field == "hexBinaryValue":
        return held.lower() in [one.lower() for one in values]
    if field == "stringValue":
        return held in values
    return subject_of(held) in map(subject_of, values)


def _compare(operator: str, held: Any, values: list[Any]) -> bool:
    if isinstance(held, list):
        return any(_compare(operator, one, values) for one in held)
    return any(_one(operator, held, value) for value in values)


def _one(operator: str, held: Any, value: Any) -> bool:
    if operator == "EQ" and isinstance(held, bool):
        return value is held or value == ("true" if held else "false")
    if operator == "EQ" and isinstance(held, str) and held == value:
        return True
    left, right = _number(held), _number(value)
    if left is None or right is None:
        left, right = at(held), at(value)
    if left is None or right is None:
        return False
    return {
        "EQ": left == right, "GT": left > right, "GE": left >= right, "LT": left < right,
        "LE": left <= right,
    }[operator]  # fmt: skip


def _number(held: Any) -> Any:
    if isinstance(held, bool):
        return None
    if isinstance(held, str):
        return float(held) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", held, re.ASCII) else None
    return held if isinstance(held, int | float) else None


def at(text: Any) -> Any:
    """Give the instant of a text, or None."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None and "T" in text else None


def micro(us: int) -> datetime:
    """Give the instant of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


def _in_time(name: str, moment: datetime, value: str) -> bool:
    return moment >= at(value) if name.startswith("GE") else moment < at(value)


def _word(text: str | None) -> str | None:
    return None if text is None else WEB.sub("", text)
