"""What an event of a plain shape says: the text that its hash is made of, and the things in it.

The same text as ``hashing.pre_hash`` gives for it, made without a tree; a test holds them equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from msgspec import UNSET

from tanlu.track.events.shapes import (
    AggregationEvent,
    AssociationEvent,
    Event,
    ObjectEvent,
    Quantity,
    TransactionEvent,
    TransformationEvent,
)
from tanlu.track.events.words.canon import canonical, instant
from tanlu.track.events.words.sensing import sensed
from tanlu.track.events.words.spelling import DEALS, PARTIES, STATES, STEPS, URIS
from tanlu.track.events.words.uris import is_offset, is_uri

__all__ = ["Amounts", "Group", "Told", "UnfitError", "told"]

# units of UN/ECE Recommendation 20 by mass [mg] and volume [ml]; a pound is 453.59237 g
MASSES: dict[str, int | Decimal] = {
    "KGM": 10**6, "GRM": 1000, "MGM": 1, "TNE": 10**9, "DTN": 10**8,
    "LBR": Decimal("453592.37"), "ONZ": Decimal("28349.523125"),
}  # fmt: skip
VOLUMES: dict[str, int | Decimal] = {
    "LTR": 1000, "MLT": 1, "MTQ": 10**6, "HLT": 10**5, "CLT": 10, "DLT": 100,
}  # fmt: skip
PIECES = frozenset(("EA", "C62", "H87"))
UNIT = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)
MOST = 2**63
# which lists a shape has, and what the things in them are to the event
LISTS: dict[Any, tuple[str, str, str]] = {
    ObjectEvent: ("epcList", "quantityList", "object"),
    TransactionEvent: ("epcList", "quantityList", "object"),
    AggregationEvent: ("childEPCs", "childQuantityList", "child"),
    AssociationEvent: ("childEPCs", "childQuantityList", "child"),
    TransformationEvent: ("inputEPCList", "inputQuantityList", "input"),
}
_offsets: set[str] = set()

# amounts of quantities; things with a serial have none, each is one
Amounts = tuple[list[int | None], list[int | None], list[int | None]] | None
Group = tuple[str, list[str], str | None, Amounts]


class Told(NamedTuple):
    """The text of a hash, and the things in groups: role, subjects, parent, amounts."""

    at: int
    text: str
    groups: list[Group]


class UnfitError(Exception):
    """An event that does not hold, or needs a closer look."""


def told(event: Any, *, hashed: bool = True, sure: bool = False, more: Iterable[str] = ()) -> Told:
    """Give what an event of a plain shape says.

    Parameters
    ----------
    event
        The event.
    hashed
        The text is wanted; else the things alone.
    sure
        It was looked at closely, and is about something that its shape does not have.
    more
        Texts of what the event has beside its shape.

    Raises
    ------
    LookupError, UnfitError
        When it does not hold, or only a closer look can tell.
    """
    shape = type(event)
    epcs_name, amounts_name, role = LISTS[shape]
    if not hashed:
        # lists without a name are not put into words
        epcs_name = amounts_name = ""
    groups: list[Group] = []
    at, start = _start(event)
    said = [start]
    parent = None
    if shape is not ObjectEvent and shape is not TransformationEvent:
        parent = event.parent
        if parent is not UNSET:
            form, parent = URIS[parent]
            said.append(f"parentID={form}")
            groups.append(("parent", [parent], None, None))
        else:
            parent = None
    elif shape is TransformationEvent and event.transformation is not UNSET:
        # ties what went in by one event to what came out by another
        parent = URIS[event.transformation][1]
    children = parent if role in ("child", "input") else None
    epcs, quantities = event.epcs, event.quantities
    if epcs:
        said.append(_epcs(epcs_name, epcs, role, children, groups))
        if shape is ObjectEvent or shape is TransformationEvent:
            _once(epcs)
    if quantities:
        said.append(_amounts(amounts_name, quantities, role, children, groups))
    if shape is TransformationEvent:
        _became(event, said, groups, parent)
    else:
        said.append(f"action={event.action}")
        there = sure or epcs or quantities or (epcs is not UNSET and role == "object")
        if shape is ObjectEvent and event.sensors and event.read_point is not UNSET:
            there = True
        if not there and (event.action != "DELETE" or shape is ObjectEvent):
            raise UnfitError
        if shape is TransactionEvent and not event.deals:
            raise UnfitError
    rest = _rest(event, shape, said, groups)
    if more:
        rest += more
        rest.sort()
    said += rest
    return Told(at, "".join(said), groups)


def _start(event: Event) -> tuple[int, str]:
    at = instant(event.at)
    offset = event.offset
    if at is None or (offset not in _offsets and not _known_offset(offset)):
        raise UnfitError
    if event.recorded is not UNSET and instant(event.recorded) is None:
        raise UnfitError
    if event.event_id is not UNSET and not is_uri(event.event_id):
        raise UnfitError
    start = (
        f"eventType={type(event).__struct_config__.tag}eventTime={at[1]}"
        f"eventTimeZoneOffset={offset}"
    )
    certificates = event.certificates
    if certificates is UNSET:
        return at[0], start
    each = [certificates] if isinstance(certificates, str) else certificates
    start += "".join(sorted(f"certificationInfo={URIS[one][0]}" for one in each))
    return at[0], start


def _known_offset(offset: str) -> bool:
    if is_offset(offset):
        _offsets.add(offset)
        return True
    return False


def _once(texts: list[str]) -> None:
    if len(texts) > 1 and len(set(texts)) != len(texts):
        raise UnfitError


def _epcs(name: str, epcs: list[str], role: str, parent: str | None, groups: list[Group]) -> str:
    if len(epcs) == 1:
        form, subject = URIS[epcs[0]]
        groups.append((role, [subject], parent, None))
        return f"{name}epc={form}"
    read = [URIS[epc] for epc in epcs]
    groups.append((role, [one[1] for one in read], parent, None))
    if not name:
        return ""
    return f"{name}epc=" + "epc=".join(sorted([one[0] for one in read]))


def _amounts(
    name: str, quantities: list[Quantity], role: str, parent: str | None, groups: list[Group]
) -> str:
    texts, subjects = [], []
    counts: list[int | None] = []
    masses: list[int | None] = []
    volumes: list[int | None] = []
    for each in quantities:
        form, subject = URIS[each.epc_class]
        text = f"quantityElementepcClass={form}"
        quantity, unit = each.quantity, each.uom
        if name and quantity is not UNSET:
            text += f"quantity={canonical(str(quantity))}"
        if unit is not UNSET:
            if not UNIT.fullmatch(unit):
                raise UnfitError
            text += f"uom={canonical(unit)}"
        texts.append(text)
        subjects.append(subject)
        scale: str = "" if unit is UNSET else unit
        counted = not scale or scale in PIECES
        counts.append(_kept(quantity, 1 if counted else None, whole=True))
        masses.append(_kept(quantity, MASSES.get(scale)))
        volumes.append(_kept(quantity, VOLUMES.get(scale)))
    groups.append((role, subjects, parent, (counts, masses, volumes)))
    texts.sort()
    return name + "".join(texts)


def _kept(quantity: Any, unit: int | Decimal | None, *, whole: bool = False) -> int | None:
    """Give a quantity at the fixed scale of the house; a broken number of pieces is none."""
    if unit is None or quantity is UNSET:
        return None
    if isinstance(quantity, int) and isinstance(unit, int):
        kept = quantity * unit
    else:
        exact = Decimal(str(quantity)) * unit
        kept = int(exact.to_integral_value(ROUND_HALF_UP))
        if whole and kept != exact:
            return None
    if not -MOST < kept < MOST:
        raise UnfitError
    return kept


def _became(event: Any, said: list[str], groups: list[Group], parent: str | None) -> None:
    """Add the outputs of a transformation."""
    outputs, amounts = event.outputs, event.output_quantities
    if outputs:
        said.append(_epcs("outputEPCList", outputs, "output", parent, groups))
        _once(outputs)
    if amounts:
        said.append(_amounts("outputQuantityList", amounts, "output", parent, groups))
    came, went = event.epcs or event.quantities, outputs or amounts
    if parent is not None:
        said.append(f"transformationID={URIS[event.transformation][0]}")
    if not ((came and went) or (parent is not None and (came or went))):
        raise UnfitError


def _rest(event: Any, shape: type, said: list[str], groups: list[Group]) -> list[str]:
    """Add step, conditions, places and sensors; give the texts of transactions and parties."""
    if event.step is not UNSET:
        said.append(f"bizStep={STEPS[event.step][0]}")
    if event.disposition is not UNSET:
        said.append(f"disposition={STATES[event.disposition][0]}")
    if (shape is ObjectEvent or shape is TransformationEvent) and event.lasting is not UNSET:
        said.append(_lasting(event.lasting))
    if event.read_point is not UNSET:
        said.append(f"readPointid={URIS[event.read_point.id][0]}")
    if event.location is not UNSET:
        said.append(f"bizLocationid={URIS[event.location.id][0]}")
    if event.sensors:
        said.append("sensorElementList" + "".join(sorted(map(sensed, event.sensors))))
    rest = []
    if event.deals:
        rest.append(_ties("bizTransaction", "transaction", event.deals, groups))
    if event.destinations:
        rest.append(_ties("destination", "destination", event.destinations, groups))
    if event.sources:
        rest.append(_ties("source", "source", event.sources, groups))
    return rest


def _lasting(lasting: Any) -> str:
    text = "persistentDisposition"
    if lasting.set is UNSET and lasting.unset is UNSET:
        raise UnfitError
    for name, states in (("set", lasting.set), ("unset", lasting.unset)):
        if states is not UNSET:
            if not states:
                raise UnfitError
            _once(states)
            text += "".join(sorted(f"{name}={STATES[state][0]}" for state in states))
    return text


def _ties(name: str, role: str, ties: Any, groups: list[Group]) -> str:
    words = DEALS if role == "transaction" else PARTIES
    texts, subjects = [], []
    for tie in ties:
        form, subject = URIS[tie.uri]
        kind = "" if tie.type is UNSET else f"type={words[tie.type][0]}"
        texts.append(f"{kind}{name}={form}")
        subjects.append(subject)
    groups.append((role, subjects, None, None))
    texts.sort()
    return f"{name}List{''.join(texts)}"
