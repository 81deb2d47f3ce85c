"""Events one by one into columns: their identity, the rows of the things in them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
import rfc8785
from msgspec import UNSET

from tanlu.track.events.hashing import digest, own_texts
from tanlu.track.events.opening import Origin
from tanlu.track.events.rules import Fault, check_context, check_event, check_once
from tanlu.track.events.shapes import (
    DECODER,
    ENCODER,
    AggregationEvent,
    AssociationEvent,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
    parted,
    reduced,
)
from tanlu.track.events.telling import Amounts, Told, UnfitError, told
from tanlu.track.events.words.canon import instant
from tanlu.track.events.words.spelling import URIS
from tanlu.track.events.words.uris import is_uri

__all__ = ["EVENT", "GROUP", "Gathered", "canonical_json"]

# a number beyond these is written another way by RFC 8785 than by the encoder here
LEAST, MOST = 1e-4, 2**53
EVENT_BYTES = 1 << 22
DEPTH = 64
# how deep JSON goes is told by its brackets; few events need a second look
BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
TYPES: dict[Any, str] = {
    ObjectEvent: "object",
    AggregationEvent: "aggregation",
    AssociationEvent: "association",
    TransactionEvent: "transaction",
    TransformationEvent: "transformation",
}


ACTIONS = {"ADD": "add", "OBSERVE": "observe", "DELETE": "delete"}
EVENT = (
    "event_id", "at", "offset", "type", "action", "step", "disposition", "read_point", "location",
    "corrects", "device", "document", "line",
)  # fmt: skip


# things that have one role in one event
GROUP = ("number", "role", "subjects", "parent", "amounts")
QUANTITY = ("quantity",)
MEASURES = ("value", "least", "most", "mean", "deviation", "rank", "at_rank")


class Gathered:
    """Columns of events and of the things in them, filled one event after the other."""

    def __init__(self) -> None:
        # one tuple an event, in the order of EVENT; one a group of things, in that of GROUP
        self.events: list[tuple[Any, ...]] = []
        self.things: list[tuple[int, str, list[str], str | None, Amounts]] = []
        # what was refused: place, code, fault, raw
        self.refused: list[tuple[int, str, Fault, bytes]] = []
        # fields that stood twice in what was taken: place, field, identity
        self.twice: list[tuple[int, str, str]] = []

    def take(self, place: int, raw: bytes, origin: Origin) -> None:
        """Take one event as it was sent, or refuse it with what does not hold.

        Parameters
        ----------
        place
            Its number in the document, from 1.
        raw
            The event, JSON.
        origin
            What the document says about its events.
        """
        if len(raw) < EVENT_BYTES:
            try:
                if self._plain(place, raw, origin) or self._rich(place, raw, origin):
                    return
            except (msgspec.MsgspecError, LookupError, UnfitError, RecursionError, UnicodeError):
                # what it is that does not hold, or needs more care, is told by a closer look
                pass
        self._closer(place, raw, origin)

    def _plain(self, place: int, raw: bytes, origin: Origin) -> bool:
        """Take an event that has nothing but the fields of its shape."""
        if origin.alone or origin.marks(raw):
            return False
        try:
            event = DECODER.decode(raw)
        except msgspec.ValidationError:
            return False
        name = event.event_id
        if name is UNSET:
            said = told(event)
            name = digest(said[1])
        else:
            said = told(event, hashed=False)
        document = _written(event)
        if document is None or raw.count(b'"') != document.count('"'):
            return False
        device = None if event.sensors is UNSET else _seen(event)
        self._add(event, said, (name, document, place), None, device)
        return True

    def _rich(self, place: int, raw: bytes, origin: Origin) -> bool:
        """Take an event that has extensions or master data beside the fields of its shape."""
        if raw.count(b"{") + raw.count(b"[") >= DEPTH:
            return False
        event = msgspec.json.decode(raw)
        found = parted(event) if isinstance(event, dict) else None
        if found is None:
            return False
        shape, rest = found
        own = rest.pop("@context", None)
        if own is not None:
            if check_context(own) is not None:
                return False
            origin = origin.within(own)
        if origin.alone or origin.spells(raw):
            return False
        given = shape.event_id
        more = own_texts(_own(shape, rest, origin), origin.prefixes)
        said = told(shape, hashed=given is UNSET, more=more)
        name = digest(said[1]) if given is UNSET else given
        document = _encoded(event) if _exact(shape) and _simple(rest) else canonical_json(event)
        if raw.count(b'"') != document.count('"'):
            return False
        self._add(shape, said, (name, document, place), None, _seen(shape))
        return True

    def _closer(self, place: int, raw: bytes, origin: Origin) -> None:
        """Look at an event field by field: it has more than its shape, or does not hold."""
        if len(raw) > EVENT_BYTES or _depth(raw) > DEPTH:
            why = f"an event has at most {EVENT_BYTES} bytes and {DEPTH} levels"
            self.refused.append((place, "TL423", Fault("event", str(len(raw)), why), raw))
            return
        try:
            event = msgspec.json.decode(raw)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            self.refused.append((place, "TL420", Fault("event", "", str(error)), raw))
            return
        fault = check_event(event)
        if fault is None and origin.alone and "@context" not in event:
            fault = Fault("event.@context", "", "the field is not there")
        if fault is None:
            try:
                self._whole(place, event, origin)
            except UnfitError as unfit:
                fault = Fault("event", "", str(unfit) or "a quantity is more than can be kept")
        if fault is not None:
            self.refused.append((place, "TL422", fault, raw))
            return
        twice = check_once(raw, "event")
        if twice is not None:
            self.twice.append((place, twice.value, self.events[-1][0]))

    def _whole(self, place: int, event: dict[str, Any], origin: Origin) -> None:
        """Take an event that holds, with all that is in it."""
        event_id = event.get("eventID") or digest(origin.pre_hash(event))
        document = canonical_json(event)
        shape = reduced(event)
        wrong = event_id if "errorDeclaration" in event else None
        if shape is not None:
            said = told(shape, sure=True)
            self._add(shape, said, (event_id, document, place), wrong, _device(event))
            return
        at = instant(event["eventTime"])[0]  # type: ignore[index]
        nothing = (None,) * 5
        self.events.append(
            (event_id, at, event["eventTimeZoneOffset"], event["type"], *nothing, wrong, None,
             document, place)
        )  # fmt: skip

    def _add(
        self,
        event: Any,
        said: Told,
        named: tuple[str, str, int],
        wrong: str | None = None,
        device: str | None = None,
    ) -> None:
        at, _, groups, where = said
        event_id, document, line = named
        kind = TYPES[type(event)]
        number = len(self.events)
        action = None if kind == "transformation" else ACTIONS[event.action]
        self.events.append(
            (event_id, at, event.offset, kind, action, *where, wrong, device, document, line)
        )
        if wrong is None:
            for group in groups:
                self.things.append((number, *group))


def _own(shape: Any, rest: dict[str, Any], origin: Origin) -> dict[str, Any]:
    """Give the extensions and master data that a hash takes; UnfitError for other fields."""
    for name, value in rest.items():
        if name == "ilmd":
            action = "ADD" if type(shape) is TransformationEvent else getattr(shape, "action", None)
            if type(shape) not in (ObjectEvent, TransformationEvent) or action != "ADD":
                raise UnfitError
            if not isinstance(value, dict) or not all(map(_is_name, value)):
                raise UnfitError
        elif not _is_name(name):
            raise UnfitError
    return {name: value for name, value in rest.items() if name not in origin.ignored}


@lru_cache(1 << 12)
def _is_name(text: str) -> bool:
    return is_uri(text)


def _simple(held: Any) -> bool:
    """Tell whether the encoder writes JSON as RFC 8785 does: no broken numbers, ASCII names."""
    if isinstance(held, dict):
        return all(key.isascii() and _simple(value) for key, value in held.items())
    if isinstance(held, list):
        return all(map(_simple, held))
    if isinstance(held, float):
        return LEAST <= abs(held) < MOST and not held.is_integer()
    return not isinstance(held, int) or -MOST < held < MOST


def _seen(event: Any) -> str | None:
    """Give the one device that measured what an event of a plain shape tells."""
    if event.sensors is UNSET:
        return None
    seen = set()
    for element in event.sensors:
        if element.metadata is not UNSET and element.metadata.device is not UNSET:
            seen.add(URIS[element.metadata.device][1])
        seen.update(URIS[one.device][1] for one in element.reports if one.device is not UNSET)
    return seen.pop() if len(seen) == 1 else None


def _written(event: Any) -> str | None:
    """Give an event of a plain shape as canonical JSON; None where a number needs more care."""
    if event.quantities is not UNSET and not _tidy(event.quantities, QUANTITY):
        return None
    outputs = event.output_quantities if type(event) is TransformationEvent else UNSET
    if outputs is not UNSET and not _tidy(outputs, QUANTITY):
        return None
    if event.sensors is UNSET:
        return ENCODER.encode(event).decode()
    if not all(_tidy(element.reports, MEASURES) for element in event.sensors):
        return None
    return _encoded(event)


def _exact(shape: Any) -> bool:
    """Tell whether the numbers of a plain shape are written by the encoder as they stand."""
    outputs = shape.output_quantities if type(shape) is TransformationEvent else UNSET
    for amounts in (shape.quantities, outputs):
        if amounts is not UNSET and not all(_simple(each.quantity) for each in amounts):
            return False
    if shape.sensors is UNSET:
        return True
    return all(
        _simple(getattr(report, name))
        for element in shape.sensors
        for report in element.reports
        for name in MEASURES
    )


def _tidy(parts: Any, names: tuple[str, ...]) -> bool:
    """Tell whether numbers are written by the encoder as RFC 8785 does; whole ones become so."""
    for part in parts:
        for name in names:
            number = getattr(part, name)
            if number is UNSET:
                continue
            if not -MOST < number < MOST:
                return False
            if isinstance(number, float):
                if number.is_integer():
                    setattr(part, name, int(number))
                elif abs(number) < LEAST:
                    return False
    return True


def canonical_json(held: Any) -> str:
    """Give JSON in its canonical form (RFC 8785); a DEL is escaped, as a ledger keeps none.

    A whole number that is no exact double keeps its digits.
    """
    try:
        if not _simple(held):
            return rfc8785.dumps(held).decode().replace("\x7f", "\\u007f")
    except rfc8785.CanonicalizationError:
        pass
    return _encoded(held)


def _encoded(held: Any) -> str:
    return ENCODER.encode(held).decode().replace("\x7f", "\\u007f")


def _depth(raw: bytes) -> int:
    """Give how many levels JSON has, at most: brackets in texts count too."""
    depth = most = 0
    for sign in raw.translate(None, BRACKETS):
        depth += 1 if sign in b"[{" else -1
        most = max(most, depth)
    return most


def _device(event: dict[str, Any]) -> str | None:
    """Give the one device that measured what an event tells; None where there are several."""
    seen = set()
    for element in event.get("sensorElementList", ()):
        for part in (element.get("sensorMetadata", {}), *element["sensorReport"]):
            if "deviceID" in part:
                seen.add(URIS[part["deviceID"]][1])
    return seen.pop() if len(seen) == 1 else None
