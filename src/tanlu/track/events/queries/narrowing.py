"""Conditions as filters of columns: exact where the columns tell, else what may hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tanlu.errors import TanluError
from tanlu.store.index import find
from tanlu.track.events.hashing import namespaces
from tanlu.track.events.queries.holding import Check, check_of
from tanlu.track.events.queries.matching import Wanted, below, wanted
from tanlu.track.events.queries.parameters import Condition, Query

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["Narrowed", "narrowed"]

# so many events are read by their identities; of more the whole table is looked through
FEW = 20_000
# which rows of the table of things tell of a field of the event
ROLES = {
    "MATCH_parentID": ("parent",),
    "MATCH_epc": ("object", "child"),
    "MATCH_epcClass": ("object", "child"),
    "MATCH_inputEPC": ("input",),
    "MATCH_inputEPCClass": ("input",),
    "MATCH_outputEPC": ("output",),
    "MATCH_outputEPCClass": ("output",),
    "bizTransaction": ("transaction",),
    "source": ("source",),
    "destination": ("destination",),
}
MARKS = {
    "lasting": "persistentDisposition",
    "declared": "errorDeclaration",
    "amounts": "quantity",
    "ILMD": "ilmd",
    "ERROR_DECLARATION": "errorDeclaration",
    "SENSORELEMENT": "sensorElementList",
    "SENSORMETADATA": "sensorMetadata",
    "SENSORREPORT": "sensorReport",
    "readPoint": "readPoint",
    "bizLocation": "bizLocation",
}


class Narrowed(NamedTuple):
    """What a query asks of columns and of events: all of it must hold.

    ``ids`` are the events that alone can hold it, None where that is not known without reading;
    ``filters`` are on columns of the table of events, ``texts`` on their documents: of each group
    one text must stand there.
    """

    ids: frozenset[str] | None
    filters: tuple[pl.Expr, ...]
    texts: tuple[tuple[str, ...], ...]
    checks: tuple[Check, ...]


def narrowed(workspace: Workspace, query: Query, version: int) -> Narrowed:
    """Give what a query asks of a version of a ledger, in filters and checks."""
    ids: frozenset[str] | None = None
    filters: list[pl.Expr] = []
    texts: list[tuple[str, ...]] = []
    checks: list[Check] = []
    contexts: list[str] | None = None
    for condition in query.conditions:
        things = _wanted(workspace, condition)
        check = check_of(condition, things)
        if check is None:
            filters.append(_filter(condition, things))
        else:
            checks.append(check)
        if condition.where.removeprefix("inner ") in (*MARKS, "own") and contexts is None:
            contexts = _contexts(workspace, version)
        texts += _texts(condition, contexts or ())
        found = _ids(workspace, condition, things, version)
        if found is not None:
            ids = found if ids is None else ids & found
    return Narrowed(ids, tuple(filters), tuple(texts), tuple(checks))


def _wanted(workspace: Workspace, condition: Condition) -> Wanted | None:
    """Give the things that a condition names; None where it names none."""
    values = [value.text for value in condition.values]
    if condition.operator == "WD":
        return below(workspace, values)
    if condition.operator == "MATCH":
        return wanted(workspace, values, patterns=True)
    if condition.where in ("things", "ties"):
        return wanted(workspace, values)
    if condition.field in ("read_point", "location") or condition.field in SENSOR_URIS:
        return wanted(workspace, values)
    return None


SENSOR_URIS = frozenset((
    "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism",
    "chemicalSubstance", "uriValue", "coordinateReferenceSystem",
))  # fmt: skip


def _filter(condition: Condition, things: Wanted | None) -> pl.Expr:
    """Give a condition that the columns tell as a filter of them."""
    import polars as pl

    column = pl.col(condition.field)
    if condition.operator == "EXISTS":
        return column.is_not_null()
    if things is not None:
        held = column.is_in(list(things.subjects))
        return held if things.form is None else held | column.str.contains(things.form)
    if condition.operator in ("GE", "LT"):
        us = condition.values[0].us
        return column >= us if condition.operator == "GE" else column < us
    return column.is_in([value.text for value in condition.values])


def _ids(
    workspace: Workspace, condition: Condition, things: Wanted | None, version: int
) -> frozenset[str] | None:
    """Give the events that may hold a condition on things; None where only reading tells."""
    import polars as pl

    if condition.field == "event_id":
        return frozenset(value.text for value in condition.values)
    if condition.where not in ("things", "ties") or things is None:
        return None
    column = "parent" if condition.field == "transformationID" else "subject"
    if things.form is None:
        asked = {column: sorted(things.subjects)}
        rows = find(workspace, "event", asked, columns=["event", "role"], as_of=version)
    else:
        named = pl.col(column).is_in(list(things.subjects))
        rows = (
            workspace.scan("event", columns=["event", "role", column], as_of=version)
            .filter(named | pl.col(column).str.contains(things.form))
            .select("event", "role")
            .collect()
        )
    roles = ROLES.get(condition.field)
    if roles is not None:
        rows = rows.filter(pl.col("role").is_in(roles))
    # an event declared wrong has no things any more, and can still be asked for
    return frozenset(rows["event"].unique()) | _declared(workspace, version)


def _declared(workspace: Workspace, version: int) -> frozenset[str]:
    import polars as pl

    rows = workspace.scan("epcis", columns=["corrects"], as_of=version)
    return frozenset(rows.filter(pl.col("corrects").is_not_null()).collect()["corrects"])


# ── texts without which an event cannot hold a condition ──


def _texts(condition: Condition, contexts: Sequence[str]) -> list[tuple[str, ...]]:
    where = condition.where.removeprefix("inner ")
    found: list[tuple[str, ...]] = []
    if where == "sensed":
        found.append((_key(condition.field or "sensorElementList"),))
        if condition.unit is not None:
            found.append((_key(condition.unit),))
        if condition.field == "type":
            found.append(tuple(_end(value.text) for value in condition.values))
    if where in MARKS:
        found.append((_key(MARKS[where]),))
    if where == "lasting":
        found.append(tuple(_end(value.text) for value in condition.values))
    if where == "own" or (where in MARKS and ":" in condition.field):
        found.append(tuple(map(_key, _names(condition.field, contexts))))
    return found


def _key(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _end(word: str) -> str:
    """Give how a word of CBV ends in any spelling."""
    return _key(word)[1:]


def _names(field: str, contexts: Sequence[str]) -> Iterable[str]:
    """Give how a field of somebody's own may be spelt in an event."""
    names = {field: None, "@context": None}
    for context in contexts:
        for prefix, iri in namespaces(msgspec.json.decode(context)).items():
            if field.startswith(iri):
                names[f"{prefix}:{field[len(iri) :]}"] = None
    return names


def _contexts(workspace: Workspace, version: int) -> list[str]:
    rows = workspace.scan("epcis", columns=["context"], as_of=version)
    found = rows.unique().collect()["context"].drop_nulls().to_list()
    if len(found) > FEW:
        raise TanluError("TL443", column="query", value=len(found), why="too many contexts")
    return list(found)
