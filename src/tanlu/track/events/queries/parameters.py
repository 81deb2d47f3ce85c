"""Parameters of SimpleEventQuery (EPCIS 2.0 8.2.7.1): which there are, and what a query asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.track.events.hashing import namespaces
from tanlu.track.events.queries.values import Value, read_value

__all__ = ["CLASSES", "EPCS", "Condition", "Query", "read_query"]

# what a value of a parameter is: see ``values``
FIXED: dict[str, tuple[str, str, str, str]] = {
    # name: operator, where it looks, field, kind of its values
    "eventType": ("EQ", "event", "type", "type"),
    "GE_eventTime": ("GE", "event", "at", "time"),
    "LT_eventTime": ("LT", "event", "at", "time"),
    "GE_recordTime": ("GE", "event", "recorded", "time"),
    "LT_recordTime": ("LT", "event", "recorded", "time"),
    "EQ_action": ("EQ", "event", "action", "action"),
    "EQ_bizStep": ("EQ", "event", "step", "bizStep"),
    "EQ_disposition": ("EQ", "event", "disposition", "disposition"),
    "EQ_readPoint": ("EQ", "event", "read_point", "uri"),
    "WD_readPoint": ("WD", "event", "read_point", "uri"),
    "EQ_bizLocation": ("EQ", "event", "location", "uri"),
    "WD_bizLocation": ("WD", "event", "location", "uri"),
    "EQ_eventID": ("EQ", "event", "event_id", "text"),
    "EXISTS_errorDeclaration": ("EXISTS", "event", "corrects", "flag"),
    "EQ_persistentDisposition_set": ("EQ", "lasting", "set", "disposition"),
    "EQ_persistentDisposition_unset": ("EQ", "lasting", "unset", "disposition"),
    "EQ_transformationID": ("EQ", "things", "transformationID", "uri"),
    "GE_errorDeclaration_Time": ("GE", "declared", "declarationTime", "time"),
    "LT_errorDeclaration_Time": ("LT", "declared", "declarationTime", "time"),
    "EQ_errorReason": ("EQ", "declared", "reason", "errorReason"),
    "EQ_correctiveEventID": ("EQ", "declared", "correctiveEventIDs", "text"),
    "EXISTS_sensorElementList": ("EXISTS", "sensed", "", "flag"),
    "EQ_type": ("EQ", "sensed", "type", "measurement"),
    "EQ_stringValue": ("EQ", "sensed", "stringValue", "text"),
    "EQ_booleanValue": ("EQ", "sensed", "booleanValue", "truth"),
    "EQ_hexBinaryValue": ("EQ", "sensed", "hexBinaryValue", "hexadecimal"),
    **{
        f"EQ_{name}": ("EQ", "sensed", name, "uri")
        for name in (
            "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
            "microorganism", "chemicalSubstance", "uriValue", "coordinateReferenceSystem",
        )
    },
    **{
        f"{operator}_{name}": (operator, "sensed", name, "time")
        for name in ("time", "startTime", "endTime")
        for operator in ("GE", "LT")
    },
}  # fmt: skip
# the standard spells these in two ways
FIXED["GE_errorDeclarationTime"] = FIXED["GE_errorDeclaration_Time"]
FIXED["LT_errorDeclarationTime"] = FIXED["LT_errorDeclaration_Time"]
EPCS: dict[str, tuple[str, ...]] = {
    "MATCH_epc": ("epcList", "childEPCs"),
    "MATCH_parentID": ("parentID",),
    "MATCH_inputEPC": ("inputEPCList",),
    "MATCH_outputEPC": ("outputEPCList",),
    "MATCH_anyEPC": ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"),
}
CLASSES: dict[str, tuple[str, ...]] = {
    "MATCH_epcClass": ("quantityList", "childQuantityList"),
    "MATCH_inputEPCClass": ("inputQuantityList",),
    "MATCH_outputEPCClass": ("outputQuantityList",),
    "MATCH_anyEPCClass": (
        "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList",
    ),
}  # fmt: skip
TIED = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)", re.ASCII)
VOCABULARY = {"bizTransaction": "transaction", "source": "party", "destination": "party"}
MEASURED = re.compile(
    r"(EQ|GT|GE|LT|LE)_(?:(quantity|percRank)|(?:(quantity|value|minValue|maxValue|meanValue|sDev"
    r"|percValue)_([A-Z0-9]{2,4})))",
    re.ASCII,
)
# a field of somebody's own, and where in an event it stands
OWN = re.compile(
    r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA"
    r"|SENSORREPORT|readPoint|bizLocation)_)?([A-Za-z][^\s]*:[^\s]+)"
)
ORDERS = {"eventTime": "at", "recordTime": "recorded"}
MOST = 64
MOST_VALUES = 10_000


class Condition(NamedTuple):
    """One thing that a query asks: the values of one list are alternatives."""

    name: str
    operator: str
    where: str
    field: str
    unit: str | None
    values: tuple[Value, ...]


class Query(NamedTuple):
    """What a query asks, with what order and how much; all conditions must hold.

    ``order`` is ``at``, ``recorded`` or None for the order of capture; ``limit`` is
    eventCountLimit, ``most`` maxEventCount.
    """

    conditions: tuple[Condition, ...] = ()
    order: str | None = None
    descending: bool = True
    limit: int | None = None
    most: int | None = None


def read_query(asked: Mapping[str, Any], *, prefixes: Mapping[str, str] | None = None) -> Query:
    """Give what the parameters of a query ask.

    Parameters
    ----------
    asked
        Values by parameter, as JSON gives them or as texts; alternatives are lists, or texts
        parted by ``|``. ``@context`` has prefixes of extensions.
    prefixes
        Further prefixes with the IRI of each.

    Raises
    ------
    TanluError
        TL442 for a parameter that is none, TL443 for a value that does not hold.
    """
    known = {**(prefixes or {}), **namespaces(asked.get("@context"))}
    if len(asked) > MOST:
        raise TanluError(
            "TL443", column="query", value=len(asked), why=f"at most {MOST} parameters"
        )
    rest = {name: value for name, value in asked.items() if name != "@context"}
    found = Query(**_ordered(rest))
    conditions = []
    for name, value in rest.items():
        if name in ORDERING:
            continue
        condition = _condition(name, value, known)
        if condition is not None:
            conditions.append(condition)
    return found._replace(conditions=tuple(conditions))


def _condition(name: str, given: Any, prefixes: Mapping[str, str]) -> Condition | None:
    """Give what one parameter asks; None where it asks nothing (EXISTS_… that is false)."""
    operator, where, field, unit, kind = _shape(name, prefixes)
    values = [read_value(name, one, kind, prefixes) for one in _listed(given, kind)]
    if len(values) > MOST_VALUES:
        raise TanluError("TL443", column=name, value=len(values), why=f"at most {MOST_VALUES}")
    if kind == "flag":
        return Condition(name, operator, where, field, unit, ()) if values[0].truth else None
    if operator in ("GT", "GE", "LT", "LE") and len(values) != 1:
        raise TanluError("TL443", column=name, value=given, why="it takes one value")
    if not values:
        raise TanluError("TL443", column=name, value="", why="no value was given")
    return Condition(name, operator, where, field, unit, tuple(values))


def _shape(name: str, prefixes: Mapping[str, str]) -> tuple[str, str, str, str | None, str]:
    """Give operator, place, field, unit and kind of value of a parameter by its name."""
    if name in FIXED:
        operator, where, field, kind = FIXED[name]
        return operator, where, field, None, kind
    if name in EPCS or name in CLASSES:
        return "MATCH", "things", name, None, "pattern"
    found = TIED.fullmatch(name)
    if found:
        word = read_value(name, found[2], VOCABULARY[found[1]], prefixes).text
        return "EQ", "ties", found[1], word, "uri"
    found = MEASURED.fullmatch(name)
    if found:
        field = found[2] or found[3]
        where = "amounts" if field == "quantity" else "sensed"
        return found[1], where, field, found[4], "number"
    found = OWN.fullmatch(name)
    if found:
        where = f"{'inner ' if found[2] else ''}{found[3] or 'own'}"
        kind = "flag" if found[1] == "EXISTS" else "any"
        if found[1] not in ("EQ", "EXISTS"):
            kind = "measure"
        return found[1], where, _expanded(found[4], prefixes), None, kind
    raise TanluError("TL442", value=name[:200])


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return prefixes[prefix] + local if prefix in prefixes else name


def _listed(given: Any, kind: str) -> Sequence[Any]:
    if isinstance(given, list | tuple):
        return given
    if kind == "flag":
        return [given]
    if isinstance(given, str) and "|" in given:
        return given.split("|")
    return [given]


# ── order and size ──


def _ordered(asked: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    order = _one("orderBy", asked)
    if order is not None:
        if order not in ORDERS:
            why = f"the orders are {', '.join(ORDERS)}"
            raise TanluError("TL443", column="orderBy", value=order, why=why)
        found["order"] = ORDERS[order]
    direction = _one("orderDirection", asked)
    if direction is not None:
        if direction not in ("ASC", "DESC"):
            why = "it is not ASC or DESC"
            raise TanluError("TL443", column="orderDirection", value=direction, why=why)
        found["descending"] = direction == "DESC"
    for name, key in (("eventCountLimit", "limit"), ("maxEventCount", "most")):
        count = _one(name, asked)
        if count is not None:
            found[key] = _count(name, count)
    if len({"limit", "most"} & found.keys()) > 1:
        why = "eventCountLimit and maxEventCount exclude each other"
        raise TanluError("TL443", column="maxEventCount", value=found["most"], why=why)
    return found


def _one(name: str, asked: Mapping[str, Any]) -> Any:
    given = asked.get(name)
    if isinstance(given, list | tuple):
        if len(given) != 1:
            raise TanluError("TL443", column=name, value=given, why="it takes one value")
        return given[0]
    return given


def _count(name: str, given: Any) -> int:
    text = str(given)
    if isinstance(given, bool) or not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or int(text) < 1:
        raise TanluError("TL443", column=name, value=text[:200], why="it is no count from 1")
    return int(text)


ORDERING = frozenset(("orderBy", "orderDirection", "eventCountLimit", "maxEventCount"))
