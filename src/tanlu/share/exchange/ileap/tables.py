"""The types of iLEAP 1.0.0 as tables: fields and their kinds, words, carriers, operations."""

from __future__ import annotations

import csv
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = [
    "IDENTITIES",
    "SCHEMAS",
    "Carrier",
    "Field",
    "Operation",
    "carrier_of",
    "carriers",
    "fields",
    "hub_type",
    "mode_of",
    "operations",
    "words",
]

# the type of an object, by the field that names it
IDENTITIES = {
    "tceId": "TCE",
    "tces": "ShipmentFootprint",
    "tocId": "TOC",
    "hocId": "HOC",
    "activityId": "TAD",
}
SCHEMAS = {
    "ShipmentFootprint": "https://api.ileap.sine.dev/shipment-footprint.json",
    "TOC": "https://api.ileap.sine.dev/toc.json",
    "HOC": "https://api.ileap.sine.dev/hoc.json",
}


class Field(NamedTuple):
    """A field of a type: ``kind`` is a primitive, a type or a list of words; ``[x]`` several."""

    name: str
    kind: str
    required: bool


class Carrier(NamedTuple):
    """An energy carrier as iLEAP names it, our codes for it, and what can be true of it.

    Bounds are kg CO2e/MJ from well to wheel; heating values MJ per kg and per litre.
    """

    word: str
    codes: tuple[str, ...]
    feedstock: str | None
    mj_per_kg: Fraction | None
    mj_per_l: Fraction | None
    lowest: Fraction | None
    highest: Fraction


class Operation(NamedTuple):
    """A mode or type of hub, our kind of activity, and the intensity above which none lies."""

    word: str
    kind: str
    highest: Fraction


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.share.exchange.ileap").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """Give the fields of a type; none for what is no type."""
    return tuple(
        Field(row["field"], row["kind"], row["required"] == "yes")
        for row in _rows("fields.csv")
        if row["type"] == kind
    )


@cache
def words(kind: str) -> tuple[str, ...]:
    """Give the words of an enumeration; none for what is no enumeration."""
    return tuple(row["word"] for row in _rows("words.csv") if row["type"] == kind)


def _part(text: str) -> Fraction | None:
    return Fraction(text) if text else None


@cache
def carriers() -> dict[str, Carrier]:
    """Give the energy carriers by the word of iLEAP."""
    return {
        row["carrier"]: Carrier(
            row["carrier"],
            tuple(row["codes"].split(";")),
            row["feedstock"] or None,
            _part(row["mj_per_kg"]),
            _part(row["mj_per_l"]),
            _part(row["lowest"]),
            Fraction(row["highest"]),
        )
        for row in _rows("carriers.csv")
    }


@cache
def carrier_of(code: str | None) -> Carrier | None:
    """Give what iLEAP calls a carrier of ours: ``gas_oil.heavy`` is Diesel; None for no word."""
    told = (code or "").split(".")
    for length in range(len(told), 0, -1):
        name = ".".join(told[:length])
        for each in carriers().values():
            if name in each.codes:
                return each
    return None


@cache
def operations() -> tuple[Operation, ...]:
    """Give modes and types of hubs."""
    return tuple(
        Operation(row["word"], row["kind"], Fraction(row["highest"]))
        for row in _rows("operations.csv")
    )


def mode_of(kind: str) -> str | None:
    """Give the mode of iLEAP of a kind of transport; None for a pipeline or what iLEAP lacks."""
    for each in operations():
        if kind.startswith("transport.") and each.kind == kind:
            return each.word
    return None


def hub_type(kind: str) -> str | None:
    """Give the type of hub of iLEAP of a kind of work at a hub."""
    if not (kind == "hub" or kind.startswith("hub.")):
        return None
    found = [each.word for each in operations() if each.kind == kind]
    return found[0] if found else "StorageAndTransshipment"
