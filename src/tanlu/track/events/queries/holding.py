"""Whether one event, as it was sent, holds what a query asks beyond the columns."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tanlu.track.events.queries.matching import Wanted
from tanlu.track.events.queries.parameters import CLASSES, EPCS, Condition
from tanlu.track.events.queries.values import Value, moment, number
from tanlu.track.events.words.vocabulary import bare

__all__ = ["Check", "check_of"]

Event = Mapping[str, Any]
Check = Callable[[Event, Mapping[str, str]], bool]
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq, "GT": operator.gt, "GE": operator.ge, "LT": operator.lt, "LE": operator.le,
}  # fmt: skip
AMOUNTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
TIES = {
    "bizTransaction": ("bizTransactionList", "transaction"),
    "source": ("sourceList", "party"),
    "destination": ("destinationList", "party"),
}
# fields that a part of an event has by the standard: others are somebody's own
STANDARD = {
    "ERROR_DECLARATION": ("declarationTime", "reason", "correctiveEventIDs"),
    "readPoint": ("id",),
    "bizLocation": ("id",),
}


def check_of(condition: Condition, things: Wanted | None) -> Check | None:
    """Give the check of a condition on the whole event; None where the columns tell it.

    ``things`` are what its values name where it asks for things.
    """
    where = condition.where
    if where == "event":
        return None
    if where == "things":
        return _things(condition, things)
    if where == "ties":
        return _ties(condition, things)
    if where == "lasting":
        return _lasting(condition)
    if where == "declared":
        return _declared(condition)
    if where == "amounts":
        return _amounts(condition)
    return _sensed(condition, things) if where == "sensed" else _own(condition)


def _dict(held: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give an object of an event; events of somebody's own kind may have anything there."""
    found = held.get(name)
    return found if isinstance(found, dict) else {}


def _dicts(held: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = held.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _texts(held: Mapping[str, Any], name: str) -> list[str]:
    found = held.get(name)
    if isinstance(found, str):
        return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _word(vocabulary: str, held: Any) -> str | None:
    return bare(vocabulary, held) if isinstance(held, str) else None


def _compared(condition: Condition, held: Any) -> bool:
    """Tell whether a value of an event is as asked: numbers as numbers, times as times."""
    if isinstance(held, list):
        return any(_compared(condition, each) for each in held)
    if isinstance(held, dict):
        return "@value" in held and _compared(condition, held["@value"])
    return any(_compare(condition.operator, held, value) for value in condition.values)


def _compare(name: str, held: Any, value: Value) -> bool:
    if value.truth is not None:
        return held is value.truth
    if name == "EQ" and (held == value.text or (isinstance(held, bool) and _flag(held, value))):
        return True
    as_number = number(held)
    if value.number is not None and as_number is not None:
        return COMPARED[name](as_number, value.number)
    if value.us is None:
        return False
    at = moment(held)
    return at is not None and COMPARED[name](at, value.us)


def _flag(held: bool, value: Value) -> bool:
    return value.text == ("true" if held else "false")


def _things(condition: Condition, things: Wanted | None) -> Check:
    assert things is not None
    field = condition.field
    if field == "transformationID":
        return lambda event, _: any(map(things.has, _texts(event, field)))
    if field in CLASSES:
        lists = CLASSES[field]
        return lambda event, _: any(
            things.has(uri)
            for name in lists
            for each in _dicts(event, name)
            for uri in _texts(each, "epcClass")
        )
    fields = EPCS[field]
    return lambda event, _: any(things.has(epc) for name in fields for epc in _texts(event, name))


def _ties(condition: Condition, things: Wanted | None) -> Check:
    assert things is not None
    field, word = condition.field, condition.unit
    name, vocabulary = TIES[field]
    return lambda event, _: any(
        _word(vocabulary, each.get("type")) == word and any(map(things.has, _texts(each, field)))
        for each in _dicts(event, name)
    )


def _lasting(condition: Condition) -> Check:
    asked = {value.text for value in condition.values}
    return lambda event, _: any(
        _word("disposition", each) in asked
        for each in _texts(_dict(event, "persistentDisposition"), condition.field)
    )


def _declared(condition: Condition) -> Check:
    field = condition.field

    def holds(event: Event, _: Mapping[str, str]) -> bool:
        held = _dict(event, "errorDeclaration").get(field)
        if field == "reason":
            held = _word("errorReason", held)
        return held is not None and _compared(condition, held)

    return holds


def _amounts(condition: Condition) -> Check:
    def holds(event: Event, _: Mapping[str, str]) -> bool:
        return any(
            "quantity" in each
            and (condition.unit is None or each.get("uom") == condition.unit)
            and _compared(condition, each["quantity"])
            for name in AMOUNTS
            for each in _dicts(event, name)
        )

    return holds


# ── sensors ──


def _parts(event: Event) -> Iterator[Event]:
    """Give what sensors told: each metadata, each report."""
    for element in _dicts(event, "sensorElementList"):
        yield _dict(element, "sensorMetadata")
        yield from _dicts(element, "sensorReport")


def _sensed(condition: Condition, things: Wanted | None) -> Check:
    field = condition.field
    if not field:
        return lambda event, _: bool(event.get("sensorElementList"))

    def holds(part: Event) -> bool:
        if field not in part or (condition.unit is not None and part.get("uom") != condition.unit):
            return False
        held = part[field]
        if field == "type":
            held = _word("measurement", held)
        elif field == "hexBinaryValue":
            held = str(held).upper()
        elif things is not None:
            return any(map(things.has, _texts(part, field)))
        return _compared(condition, held)

    return lambda event, _: any(map(holds, _parts(event)))


# ── fields of somebody's own ──


def _own(condition: Condition) -> Check:
    inner = condition.where.startswith("inner ")
    region = condition.where.removeprefix("inner ")

    def holds(event: Event, prefixes: Mapping[str, str]) -> bool:
        for name, held in _region(event, region, inner):
            if not _is(name, condition.field, prefixes):
                continue
            if condition.operator == "EXISTS" or _compared(condition, held):
                return True
        return False

    return holds


def _is(name: str, asked: str, prefixes: Mapping[str, str]) -> bool:
    prefix, colon, local = name.partition(":")
    return name == asked or (bool(colon) and prefixes.get(prefix, "\0") + local == asked)


def _region(event: Event, region: str, inner: bool) -> Iterator[tuple[str, Any]]:
    """Give the own fields of a part of an event; of ``inner`` those that stand in these."""
    for part in _regions(event, region):
        standard = STANDARD.get(region, ())
        for name, held in part.items():
            if ":" not in name or name in standard:
                continue
            if inner:
                yield from _within(held)
            else:
                yield name, held


def _regions(event: Event, region: str) -> Iterator[Event]:
    if region == "own":
        yield event
    elif region == "ILMD":
        yield _dict(event, "ilmd")
    elif region == "ERROR_DECLARATION":
        yield _dict(event, "errorDeclaration")
    elif region in ("readPoint", "bizLocation"):
        yield _dict(event, region)
    else:
        for element in _dicts(event, "sensorElementList"):
            if region == "SENSORELEMENT":
                yield element
            elif region == "SENSORMETADATA":
                yield _dict(element, "sensorMetadata")
            else:
                yield from _dicts(element, "sensorReport")


def _within(held: Any) -> Iterator[tuple[str, Any]]:
    """Give all fields below a value, however deep."""
    if isinstance(held, list):
        for each in held:
            yield from _within(each)
    elif isinstance(held, dict):
        for name, value in held.items():
            yield name, value
            yield from _within(value)
