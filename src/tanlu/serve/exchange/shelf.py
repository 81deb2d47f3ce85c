"""The footprints of an organisation as its partners find them, and those of its partners."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.hooks import MOST_NAMED, emit
from tanlu.share.exchange.pact import Finding, Footprint, events, filters, in_form, moments
from tanlu.store.relational.tables import pact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from tanlu.share.exchange.pact import Fetched
    from tanlu.store.relational import Scoped

__all__ = [
    "MOST",
    "Page",
    "Received",
    "deprecate",
    "find",
    "keep",
    "one",
    "publish",
    "received",
    "replace",
]

CHUNK = 500
MOST = 100_000
# the field of the amount without biogenic uptake, and of the declared unit, by form
PCF = {2: "pCfExcludingBiogenic", 3: "pcfExcludingBiogenicUptake"}
UNIT = {2: "declaredUnit", 3: "declaredUnitOfMeasurement"}
Place = tuple[int, str]


class Page(NamedTuple):
    """Some footprints, and after which one the next page begins; None when there is none."""

    footprints: list[Footprint]
    last: Place | None


class Received(NamedTuple):
    """A footprint of a partner: from where, in which form, when [µs], as it came, what was found.

    ``base`` is ``event:CLIENT`` for one that came by an event.
    """

    base: str
    form: int
    received_us: int
    content: Any
    findings: list[Finding]


def publish(
    state: Scoped, footprints: Iterable[Footprint], *, readers: Sequence[str] = ()
) -> list[str]:
    """Put footprints on the shelf and give the identities of those that were not there.

    A footprint that names one before it in ``precedingPfIds`` deprecates that. Who subscribed to
    ``footprint.published`` is told of what is new, in the same transaction.

    Raises
    ------
    TanluError
        TL880 for an identity that is there with another content.
    """
    new = []
    said: list[dict[str, Any]] = []
    for told in footprints:
        there = state.one(pact.FOOTPRINTS, pact.FOOTPRINTS.c.id == told.id)
        if there is not None:
            _same(told, there)
            continue
        span = moments.validity(told.content)
        valid = [None, None] if span is None else [moments.microseconds(at) for at in span]
        state.add(pact.FOOTPRINTS, {
            "id": told.id, "form": told.form, "status": told.status, "published_us": _now(state),
            "valid_from_us": valid[0], "valid_to_us": valid[1], "content": told.encode(),
        })  # fmt: skip
        keys = [{"name": name, "value": value, "id": told.id}
                for name, value in sorted(filters.keys_of(told.content))]  # fmt: skip
        state.add(pact.KEYS, *keys)
        state.add(
            pact.READERS, *({"id": told.id, "reader": each} for each in dict.fromkeys(readers))
        )
        for old in told.preceding:
            deprecate(state, old)
        new.append(told.id)
        said.append(_said(told))
    for start in range(0, len(said), MOST_NAMED):
        some = said[start : start + MOST_NAMED]
        emit(state, "footprint.published", {"count": len(some), "footprints": some})
    return new


def _said(told: Footprint) -> dict[str, Any]:
    """Give of a footprint what a message tells: what it is of and its figure, not the whole."""
    content, pcf = told.content, told.content["pcf"]
    return {
        "id": told.id, "form": told.form, "product": content["productNameCompany"],
        "product_ids": list(content["productIds"]), "unit": pcf[UNIT[told.form]],
        "pcf_kg": str(pcf[PCF[told.form]]), "replaces": list(told.preceding),
    }  # fmt: skip


def _same(told: Footprint, there: dict[str, Any]) -> None:
    own = ("created", "status")
    before = {k: v for k, v in json.loads(there["content"]).items() if k not in own}
    if before != {k: v for k, v in told.content.items() if k not in own}:
        why = "it is published with another content; a change is a new footprint"
        raise TanluError("TL880", value=told.id, why=why)


def _now(state: Scoped) -> int:
    """Give a moment later than that of every footprint, so that pages miss nothing."""
    table = pact.FOOTPRINTS
    last = state.rows(table, columns=(table.c.published_us,),
                      order=(table.c.published_us.desc(),), limit=1)  # fmt: skip
    now = time.time_ns() // 1000
    return max(now, last[0]["published_us"] + 1) if last else now


def deprecate(state: Scoped, name: str) -> None:
    """Tell partners that a footprint holds no longer; one that is not there stays away."""
    row = state.one(pact.FOOTPRINTS, pact.FOOTPRINTS.c.id == name)
    if row is None or row["status"] == "Deprecated":
        return
    old = _footprint(row).deprecated()
    state.change(pact.FOOTPRINTS, {"status": old.status, "content": old.encode()},
                 pact.FOOTPRINTS.c.id == name)  # fmt: skip
    state.drop(pact.KEYS, pact.KEYS.c.id == name, pact.KEYS.c.name == "status")
    state.add(pact.KEYS, {"name": "status", "value": old.status.casefold(), "id": name})


def replace(state: Scoped, name: str, changes: dict[str, Any], *, at: datetime) -> Footprint:
    """Publish a change of a footprint: a new one for the same readers; the old is deprecated.

    Raises
    ------
    TanluError
        TL883 without such a footprint; TL880 when it is deprecated, or the change does not fit.
    """
    row = state.one(pact.FOOTPRINTS, pact.FOOTPRINTS.c.id == name)
    if row is None:
        raise TanluError("TL883", value=name)
    if row["status"] == "Deprecated":
        raise TanluError("TL880", value=name, why="it is deprecated; change the one that follows")
    new = _footprint(row).successor(changes, at=at)
    readers = [each["reader"] for each in state.rows(pact.READERS, pact.READERS.c.id == name)]
    publish(state, [new], readers=readers)
    return new


def one(state: Scoped, name: str, form: int, reader: str | None) -> Footprint:
    """Give one footprint in a form, as a reader may see it; None for one of our own people.

    Raises
    ------
    TanluError
        TL883 without such a footprint (in this form), TL884 when it is for others.
    """
    row = (
        state.one(pact.FOOTPRINTS, pact.FOOTPRINTS.c.id == name.lower())
        if events.uuid(name)
        else None
    )
    told = None if row is None else in_form(_footprint(row), form)
    if told is None:
        raise TanluError("TL883", value=name[:80])
    mine = () if reader is None else (pact.read_by(reader),)
    if not state.count(pact.FOOTPRINTS, pact.FOOTPRINTS.c.id == told.id, *mine):
        raise TanluError("TL884", value=name[:80])
    return told


def find(
    state: Scoped,
    form: int,
    asked: filters.Criteria | filters.Node | None,
    *,
    reader: str | None,
    limit: int,
    after: Place | None = None,
) -> Page:
    """Give the next footprints in a form that meet the criteria, in the order of publication."""
    found: list[tuple[Place, Footprint]] = []
    for place, told in _all(state, form, asked, reader, after, chunk=min(limit + 1, CHUNK)):
        found.append((place, told))
        if len(found) > limit:
            break
    more = len(found) > limit
    found = found[:limit]
    last = found[-1][0] if found else after
    return Page([told for _, told in found], last if more and limit else None)


def _all(
    state: Scoped,
    form: int,
    asked: filters.Criteria | filters.Node | None,
    reader: str | None,
    after: Place | None,
    *,
    chunk: int,
) -> Iterator[tuple[Place, Footprint]]:
    table = pact.FOOTPRINTS
    criteria = [] if reader is None else [pact.read_by(reader)]
    if isinstance(asked, filters.Criteria):
        criteria += [pact.found_by(name, values) for name, values in asked.values]
        at = (asked.valid_on, asked.valid_after, asked.valid_before)
        criteria += pact.valid(*([moments.microseconds(each) for each in one] for one in at))
    while True:
        here = criteria if after is None else [*criteria, pact.after(*after)]
        rows = state.rows(table, *here, order=(table.c.published_us, table.c.id), limit=chunk)
        for row in rows:
            after = (row["published_us"], row["id"])
            told = in_form(_footprint(row), form)
            if told is not None and (asked is None or asked.match(told.content)):
                yield after, told
        if len(rows) < chunk:
            return
        chunk = min(2 * chunk, CHUNK)


def _footprint(row: dict[str, Any]) -> Footprint:
    return Footprint(row["form"], json.loads(row["content"]))


def received(state: Scoped, base: str | None = None) -> list[Received]:
    """Give the footprints of partners as they are kept, of one or of all."""
    table = pact.RECEIVED
    one = () if base is None else (table.c.base == base,)
    rows = state.rows(table, *one, order=(table.c.base, table.c.received_us, table.c.id))
    return [
        Received(row["base"], row["form"], row["received_us"], json.loads(row["content"]),
                 [Finding(**each) for each in json.loads(row["findings"])])
        for row in rows
    ]  # fmt: skip


def keep(state: Scoped, base: str, fetched: Fetched) -> int:
    """Keep footprints of a partner as they came, with what was found; give how many were new."""
    new = 0
    for content in fetched.contents:
        name = str(content.get("id")) if isinstance(content, dict) else ""
        if not events.uuid(name):
            continue
        said = [each._asdict() for each in fetched.findings.get(name, ())]
        row = {
            "form": fetched.form, "received_us": time.time_ns() // 1000,
            "content": json.dumps(content, sort_keys=True),
            "findings": json.dumps(said),
        }  # fmt: skip
        mine = (pact.RECEIVED.c.base == base, pact.RECEIVED.c.id == name)
        if not state.change(pact.RECEIVED, row, *mine):
            state.add(pact.RECEIVED, {**row, "base": base, "id": name})
            new += 1
    return new
