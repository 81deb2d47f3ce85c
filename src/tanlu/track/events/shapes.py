"""The five events of EPCIS 2.0 as types, without extensions, sensors and master data.

What is decoded straight into them needs no second look at the names and types of its fields.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType, field

__all__ = ["DECODER", "ENCODER", "Event", "Quantity", "reduced"]

Texts = list[str] | UnsetType
Text = str | UnsetType


class _Shape(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What all parts of an event have in common: no field but those that are named."""


class Quantity(_Shape):
    """So much of a class of things."""

    epc_class: str = field(name="epcClass")
    quantity: int | float | UnsetType = UNSET
    uom: Text = UNSET


class Place(_Shape):
    """A place by its URI."""

    id: str


class Deal(_Shape):
    """A business transaction that an event belongs to."""

    uri: str = field(name="bizTransaction")
    type: Text = UNSET


class Source(_Shape):
    """Who or where things come from."""

    uri: str = field(name="source")
    type: str


class Destination(_Shape):
    """Who or where things go to."""

    uri: str = field(name="destination")
    type: str


class Lasting(_Shape):
    """Business conditions that last."""

    set: Texts = UNSET
    unset: Texts = UNSET


class Metadata(_Shape):
    """When and how a sensor measured."""

    time: Text = UNSET
    start: Text = field(name="startTime", default=UNSET)
    end: Text = field(name="endTime", default=UNSET)
    device: Text = field(name="deviceID", default=UNSET)
    about: Text = field(name="deviceMetadata", default=UNSET)
    raw: Text = field(name="rawData", default=UNSET)
    method: Text = field(name="dataProcessingMethod", default=UNSET)
    rules: Text = field(name="bizRules", default=UNSET)


class Report(_Shape):
    """What a sensor measured."""

    type: str
    exception: Text = UNSET
    device: Text = field(name="deviceID", default=UNSET)
    about: Text = field(name="deviceMetadata", default=UNSET)
    raw: Text = field(name="rawData", default=UNSET)
    method: Text = field(name="dataProcessingMethod", default=UNSET)
    time: Text = UNSET
    microorganism: Text = UNSET
    substance: Text = field(name="chemicalSubstance", default=UNSET)
    value: int | float | UnsetType = UNSET
    component: Text = UNSET
    text: Text = field(name="stringValue", default=UNSET)
    flag: bool | UnsetType = field(name="booleanValue", default=UNSET)
    hexadecimal: Text = field(name="hexBinaryValue", default=UNSET)
    uri: Text = field(name="uriValue", default=UNSET)
    least: int | float | UnsetType = field(name="minValue", default=UNSET)
    most: int | float | UnsetType = field(name="maxValue", default=UNSET)
    mean: int | float | UnsetType = field(name="meanValue", default=UNSET)
    deviation: int | float | UnsetType = field(name="sDev", default=UNSET)
    rank: int | float | UnsetType = field(name="percRank", default=UNSET)
    at_rank: int | float | UnsetType = field(name="percValue", default=UNSET)
    uom: Text = UNSET
    reference: Text = field(name="coordinateReferenceSystem", default=UNSET)


class Sensed(_Shape):
    """What sensors told."""

    reports: list[Report] = field(name="sensorReport")
    metadata: Metadata | UnsetType = field(name="sensorMetadata", default=UNSET)


Quantities = list[Quantity] | UnsetType


class Event(_Shape, kw_only=True):
    """What every event has."""

    at: str = field(name="eventTime")
    offset: str = field(name="eventTimeZoneOffset")
    recorded: Text = field(name="recordTime", default=UNSET)
    event_id: Text = field(name="eventID", default=UNSET)
    certificates: list[str] | str | UnsetType = field(name="certificationInfo", default=UNSET)
    step: Text = field(name="bizStep", default=UNSET)
    disposition: Text = UNSET
    read_point: Place | UnsetType = field(name="readPoint", default=UNSET)
    location: Place | UnsetType = field(name="bizLocation", default=UNSET)
    deals: list[Deal] | UnsetType = field(name="bizTransactionList", default=UNSET)
    sources: list[Source] | UnsetType = field(name="sourceList", default=UNSET)
    destinations: list[Destination] | UnsetType = field(name="destinationList", default=UNSET)
    sensors: list[Sensed] | UnsetType = field(name="sensorElementList", default=UNSET)


Action = Literal["ADD", "OBSERVE", "DELETE"]


class ObjectEvent(Event, tag="ObjectEvent", tag_field="type", kw_only=True):
    """What happened to things."""

    action: Action
    epcs: Texts = field(name="epcList", default=UNSET)
    quantities: Quantities = field(name="quantityList", default=UNSET)
    lasting: Lasting | UnsetType = field(name="persistentDisposition", default=UNSET)


class AggregationEvent(Event, tag="AggregationEvent", tag_field="type", kw_only=True):
    """What was put into or taken out of what."""

    action: Action
    parent: Text = field(name="parentID", default=UNSET)
    epcs: Texts = field(name="childEPCs", default=UNSET)
    quantities: Quantities = field(name="childQuantityList", default=UNSET)


class AssociationEvent(Event, tag="AssociationEvent", tag_field="type", kw_only=True):
    """What was fixed to or taken off what."""

    action: Action
    parent: str = field(name="parentID")
    epcs: Texts = field(name="childEPCs", default=UNSET)
    quantities: Quantities = field(name="childQuantityList", default=UNSET)


class TransactionEvent(Event, tag="TransactionEvent", tag_field="type", kw_only=True):
    """Which things belong to which transactions."""

    action: Action
    parent: Text = field(name="parentID", default=UNSET)
    epcs: Texts = field(name="epcList", default=UNSET)
    quantities: Quantities = field(name="quantityList", default=UNSET)


class TransformationEvent(Event, tag="TransformationEvent", tag_field="type", kw_only=True):
    """Which things became which."""

    epcs: Texts = field(name="inputEPCList", default=UNSET)
    quantities: Quantities = field(name="inputQuantityList", default=UNSET)
    outputs: Texts = field(name="outputEPCList", default=UNSET)
    output_quantities: Quantities = field(name="outputQuantityList", default=UNSET)
    transformation: Text = field(name="transformationID", default=UNSET)
    lasting: Lasting | UnsetType = field(name="persistentDisposition", default=UNSET)


SHAPES = (ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent, TransformationEvent)
Any_ = ObjectEvent | AggregationEvent | AssociationEvent | TransactionEvent | TransformationEvent
DECODER = msgspec.json.Decoder(Any_)
ENCODER = msgspec.json.Encoder(order="sorted")
NAMES = {
    shape.__struct_config__.tag: frozenset((*shape.__struct_encode_fields__, "type"))
    for shape in SHAPES
}


def parted(event: dict[str, Any]) -> tuple[Event, dict[str, Any]] | None:
    """Give the part of an event that its shape has and the rest; None for a kind of one's own.

    Raises
    ------
    ValidationError
        When a field of the shape has a field or type that the shape does not know.
    """
    kind = event.get("type")
    known = NAMES.get(kind) if isinstance(kind, str) else None
    if known is None:
        return None
    plain: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in event.items():
        (plain if key in known else rest)[key] = value
    found: Event = msgspec.convert(plain, Any_)
    return found, rest


def reduced(event: dict[str, Any]) -> Event | None:
    """Give the part of an event that its shape has, without sensors; None for a kind of one's own.

    What has extensions within a place loses them.
    """
    known = NAMES.get(event["type"])
    if known is None:
        return None
    plain = {
        key: value for key, value in event.items() if key in known and key != "sensorElementList"
    }
    for name in ("readPoint", "bizLocation"):
        if name in plain:
            plain[name] = {"id": plain[name]["id"]}
    found: Event = msgspec.convert(plain, Any_)
    return found
