"""What an event of a plain shape says: the text that its hash is made of, and the things in it.

The same text as ``hashing.pre_hash`` gives for it, made without a tree; a test holds them equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

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

__all__ = ["Amounts", "Told", "UnfitError", "told"]

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
STARTS = {shape: f"eventType={shape.__struct_config__.tag}eventTime=" for shape in LISTS}
# what was found to hold
_offsets: set[str] = set()
_units: set[str] = set()

# amounts of quantities; things with a serial have none, each is one
Amounts = tuple[list[int | None], list[int | None], list[int | None]] | None
Group = tuple[str, list[str], str | None, Amounts]


# words of step and disposition, subjects of read point and location
Where = tuple[str | None, str | None, str | None, str | None]
# microseconds since 1970, the text of a hash, the things in groups, step and places
Told = tuple[int, str, list[Group], Where]


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
    groups: list[Group] = []
    at, text = _start(event, shape, hashed)
    parent = children = None
    if shape is TransformationEvent:
        if event.transformation is not UNSET:
            # ties what went in by one event to what came out by another
            parent = children = URIS[event.transformation][1]
    elif shape is not ObjectEvent and event.parent is not UNSET:
        form, parent = URIS[event.parent]
        text += f"parentID={form}"
        groups.append(("parent", [parent], None, None))
        if role == "child":
            children = parent
    epcs, quantities = event.epcs, event.quantities
    if epcs:
        said = _epcs(epcs, role, children, groups, hashed)
        text += f"{epcs_name}epc={said}"
        if shape is ObjectEvent or shape is TransformationEvent:
            _once(epcs)
    if quantities:
        text += amounts_name + _amounts(quantities, role, children, groups, hashed)
    if shape is TransformationEvent:
        text += _became(event, groups, parent, hashed)
    else:
        text += f"action={event.action}"
        there = sure or epcs or quantities or (epcs is not UNSET and role == "object")
        if not there and shape is ObjectEvent and event.sensors and event.read_point is not UNSET:
            there = True
        if not there and (event.action != "DELETE" or shape is ObjectEvent):
            raise UnfitError
        if shape is TransactionEvent and not event.deals:
            raise UnfitError
    said, where = _conditions(event, shape)
    text += said
    rest = []
    if event.deals:
        rest.append(_ties("bizTransaction", "transaction", event.deals, groups, hashed))
    if event.destinations:
        rest.append(_ties("destination", "destination", event.destinations, groups, hashed))
    if event.sources:
        rest.append(_ties("source", "source", event.sources, groups, hashed))
    if more:
        rest += more
        rest.sort()
    if rest:
        text += "".join(rest)
    return at, text, groups, where


def _start(event: Event, shape: type[Event], hashed: bool) -> tuple[int, str]:
    at = instant(event.at)
    offset = event.offset
    if at is None or (offset not in _offsets and not _known_offset(offset)):
        raise UnfitError
    if event.recorded is not UNSET and instant(event.recorded) is None:
        raise UnfitError
    if event.event_id is not UNSET and not is_uri(event.event_id):
        raise UnfitError
    start = f"{STARTS[shape]}{at[1]}eventTimeZoneOffset={offset}" if hashed else ""
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


def _epcs(epcs: list[str], role: str, parent: str | None, groups: list[Group], hashed: bool) -> str:
    """Add things with a serial; give their forms in order, joined as a hash takes them."""
    if len(epcs) == 1:
        form, subject = URIS[epcs[0]]
        groups.append((role, [subject], parent, None))
        return form
    read = [URIS[epc] for epc in epcs]
    groups.append((role, [one[1] for one in read], parent, None))
    return "epc=".join(sorted([one[0] for one in read])) if hashed else ""


def _amounts(
    quantities: list[Quantity], role: str, parent: str | None, groups: list[Group], hashed: bool
) -> str:
    """Add quantities of classes; give their texts in order."""
    texts, subjects = [], []
    counts: list[int | None] = []
    masses: list[int | None] = []
    volumes: list[int | None] = []
    for each in quantities:
        form, subject = URIS[each.epc_class]
        quantity, unit = each.quantity, each.uom
        if unit is not UNSET and unit not in _units and not _known_unit(unit):
            raise UnfitError
        if hashed:
            text = f"quantityElementepcClass={form}"
            if quantity is not UNSET:
                text += f"quantity={canonical(str(quantity))}"
            texts.append(text if unit is UNSET else f"{text}uom={canonical(unit)}")
        subjects.append(subject)
        if quantity is UNSET:
            counts.append(None)
            masses.append(None)
            volumes.append(None)
            continue
        counts.append(_kept(quantity, 1, whole=True) if unit is UNSET or unit in PIECES else None)
        masses.append(_kept(quantity, MASSES[unit]) if unit in MASSES else None)
        volumes.append(_kept(quantity, VOLUMES[unit]) if unit in VOLUMES else None)
    groups.append((role, subjects, parent, (counts, masses, volumes)))
    texts.sort()
    return "".join(texts)


def _known_unit(unit: str) -> bool:
    if UNIT.fullmatch(unit):
        _units.add(unit)
        return True
    return False


def _kept(quantity: float, unit: int | Decimal, *, whole: bool = False) -> int | None:
    """Give a quantity at the fixed scale of the house; a broken number of pieces is none."""
    if isinstance(quantity, int) and isinstance(unit, int):
        kept = quantity * unit
    else:
        exact = Decimal(str(quantity)) * unit
        kept = int(exact.to_integral_value(ROUND_HALF_UP))
        if whole and kept != exact:
            return None
    if kept < 0:
        raise UnfitError("a quantity is below nought")
    if kept >= MOST:
        raise UnfitError
    return kept


def _became(event: Any, groups: list[Group], parent: str | None, hashed: bool) -> str:
    """Add the outputs of a transformation; give their text."""
    outputs, amounts = event.outputs, event.output_quantities
    text = ""
    if outputs:
        text += f"outputEPCListepc={_epcs(outputs, 'output', parent, groups, hashed)}"
        _once(outputs)
    if amounts:
        text += f"outputQuantityList{_amounts(amounts, 'output', parent, groups, hashed)}"
    came, went = event.epcs or event.quantities, outputs or amounts
    if not ((came and went) or (parent is not None and (came or went))):
        raise UnfitError
    return text if parent is None else f"{text}transformationID={URIS[event.transformation][0]}"


def _conditions(event: Any, shape: type) -> tuple[str, Where]:
    """Give the text of step, conditions, places and sensors, and what it says of the first."""
    step, state, read, there = event.step, event.disposition, event.read_point, event.location
    step_word = state_word = read_subject = subject = None
    text = ""
    if step is not UNSET:
        form, step_word = STEPS[step]
        text = f"bizStep={form}"
    if state is not UNSET:
        form, state_word = STATES[state]
        text += f"disposition={form}"
    if (shape is ObjectEvent or shape is TransformationEvent) and event.lasting is not UNSET:
        text += _lasting(event.lasting)
    if read is not UNSET:
        form, read_subject = URIS[read.id]
        text += f"readPointid={form}"
    if there is not UNSET:
        form, subject = URIS[there.id]
        text += f"bizLocationid={form}"
    if event.sensors:
        text += "sensorElementList" + "".join(sorted(map(sensed, event.sensors)))
    return text, (step_word, state_word, read_subject, subject)


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


def _ties(name: str, role: str, ties: Any, groups: list[Group], hashed: bool) -> str:
    """Add transactions or parties; give their text."""
    words = DEALS if role == "transaction" else PARTIES
    texts, subjects = [], []
    for tie in ties:
        form, subject = URIS[tie.uri]
        kind = "" if tie.type is UNSET else words[tie.type][0]
        subjects.append(subject)
        if hashed:
            texts.append(f"type={kind}{name}={form}" if kind else f"{name}={form}")
    groups.append((role, subjects, None, None))
    texts.sort()
    return f"{name}List{''.join(texts)}"
