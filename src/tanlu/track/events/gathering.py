"""Events one by one into columns: their identity, the rows of the things in them."""

from __future__ import annotations

from typing import Any

import msgspec
import rfc8785
from msgspec import UNSET

from tanlu.track.events.hashing import digest
from tanlu.track.events.opening import Origin
from tanlu.track.events.rules import Fault, check_event
from tanlu.track.events.shapes import (
    DECODER,
    ENCODER,
    AggregationEvent,
    AssociationEvent,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
    reduced,
)
from tanlu.track.events.telling import Amounts, Group, UnfitError, told
from tanlu.track.events.words.canon import instant
from tanlu.track.events.words.spelling import STATES, STEPS, URIS

__all__ = ["EVENT", "Gathered", "canonical_json"]

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


class Gathered:
    """Columns of events and of the things in them, filled one event after the other."""

    def __init__(self) -> None:
        # one tuple an event, in the order of EVENT; one a group of things, in that of THINGS
        self.events: list[tuple[Any, ...]] = []
        self.things: list[tuple[int, str, list[str], str | None, Amounts]] = []
        # what was refused: place, code, fault, raw
        self.refused: list[tuple[int, str, Fault, bytes]] = []

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
        if origin.plain and len(raw) < EVENT_BYTES:
            try:
                event = DECODER.decode(raw)
                given = event.event_id
                at, text, groups = told(event, hashed=given is UNSET)
                document = _written(event)
            except (msgspec.MsgspecError, LookupError, UnfitError, RecursionError, UnicodeError):
                pass
            else:
                if document is not None:
                    name = digest(text) if given is UNSET else given
                    self._add(event, (name, at, document, place), groups)
                    return
        self._closer(place, raw, origin)

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
            except UnfitError:
                fault = Fault("event", "", "a quantity is more than can be kept")
        if fault is not None:
            self.refused.append((place, "TL422", fault, raw))

    def _whole(self, place: int, event: dict[str, Any], origin: Origin) -> None:
        """Take an event that holds, with all that is in it."""
        event_id = event.get("eventID") or digest(origin.pre_hash(event))
        document = canonical_json(event)
        shape = reduced(event)
        wrong = event_id if "errorDeclaration" in event else None
        if shape is not None:
            at, _, groups = told(shape, sure=True)
            self._add(shape, (event_id, at, document, place), groups, wrong, _device(event))
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
        named: tuple[str, int, str, int],
        groups: list[Group],
        wrong: str | None = None,
        device: str | None = None,
    ) -> None:
        event_id, at, document, line = named
        read, there, step, state = (
            event.read_point, event.location, event.step, event.disposition,
        )  # fmt: skip
        kind = TYPES[type(event)]
        number = len(self.events)
        self.events.append(
            (
                event_id,
                at,
                event.offset,
                kind,
                None if kind == "transformation" else ACTIONS[event.action],
                None if step is UNSET else STEPS[step][1],
                None if state is UNSET else STATES[state][1],
                None if read is UNSET else URIS[read.id][1],
                None if there is UNSET else URIS[there.id][1],
                wrong,
                device,
                document,
                line,
            )
        )
        if wrong is None:
            for role, subjects, parent, amounts in groups:
                self.things.append((number, role, subjects, parent, amounts))


def _written(event: Any) -> str | None:
    """Give an event of a plain shape as canonical JSON; None where a number needs more care."""
    if event.quantities is not UNSET:
        for each in event.quantities:
            if each.quantity is not UNSET and not _plain(each):
                return None
    if type(event) is TransformationEvent and event.output_quantities is not UNSET:
        for each in event.output_quantities:
            if each.quantity is not UNSET and not _plain(each):
                return None
    return ENCODER.encode(event).decode()


def _plain(amount: Any) -> bool:
    """Tell whether a quantity is written by the encoder as RFC 8785 writes it."""
    number = amount.quantity
    if not -MOST < number < MOST:
        return False
    if isinstance(number, int):
        return True
    if number.is_integer():
        amount.quantity = int(number)
        return True
    return bool(abs(number) >= LEAST)


def canonical_json(held: Any) -> str:
    """Give JSON in its canonical form (RFC 8785); a DEL is escaped, as a ledger keeps none.

    A whole number that is no exact double keeps its digits.
    """
    try:
        text = rfc8785.dumps(held).decode()
    except rfc8785.CanonicalizationError:
        text = ENCODER.encode(held).decode()
    return text.replace("\x7f", "\\u007f")


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
