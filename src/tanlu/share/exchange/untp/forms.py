"""Whether a credential has the form of UNTP: the classes of its data models as tables."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

__all__ = ["CREDENTIALS", "Field", "fields", "form", "instant", "words"]

# credentials by their last name, with the vocabulary that stands second in their context
VOCABULARY = "https://test.uncefact.org/vocabulary/untp/{}/working/"
W3C = "https://www.w3.org/ns/credentials/v2"
CREDENTIALS = {
    "DigitalProductPassport": (VOCABULARY.format("dpp"), "ProductPassport"),
    "DigitalConformityCredential": (VOCABULARY.format("dcc"), "ConformityAttestation"),
    "DigitalTraceabilityEvent": (VOCABULARY.format("dte"), "Event"),
}
EVENTS = ("ObjectEvent", "TransformationEvent", "AggregationEvent", "TransactionEvent",
          "AssociationEvent")  # fmt: skip
# what else a class calls itself
ALSO = {
    "Claim": "Declaration", "ConformityAssessment": "Declaration", "SecureLink": "Link",
    "ConformityAttestation": "Attestation", **dict.fromkeys(EVENTS, "Event"),
    **dict.fromkeys(CREDENTIALS, "VerifiableCredential"),
}  # fmt: skip
CLOSED = {
    "CredentialIssuer", "IdentifierScheme", "Link", "Classification", "Measure", "Standard",
    "Regulation", "Criterion", "Metric", "SecureLink", "BinaryFile", "SensorElement", "Sensor",
    "Item", "SensorData", "QuantityElement",
}  # fmt: skip
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

# takes what is wrong: the place, the value, why
Tell = Callable[[str, object, str], None]


class Field(NamedTuple):
    """A field of a class: ``kind`` is a primitive, a class or a list of words; ``[x]`` several."""

    name: str
    kind: str
    required: bool


def _rows(name: str) -> list[dict[str, str]]:
    place = resources.files("tanlu.share.exchange.untp").joinpath(name)
    return list(csv.DictReader(place.read_text(encoding="utf-8").splitlines()))


@cache
def fields(kind: str) -> tuple[Field, ...]:
    """Give the fields of a class; none for what is no class."""
    return tuple(
        Field(row["field"], row["kind"], row["required"] == "yes")
        for row in _rows("fields.csv")
        if row["type"] == kind
    )


@cache
def words(kind: str) -> tuple[str, ...]:
    """Give the words of an enumeration; none for what is no enumeration."""
    return tuple(row["word"] for row in _rows("words.csv") if row["type"] == kind)


def form(kind: str, body: object, where: str, tell: Tell) -> None:
    """Tell what of an object has not the form of its class."""
    if not isinstance(body, dict):
        tell(where, body, "it is no object")
        return
    if kind == "Event":
        kind = next((each for each in EVENTS if each in _named(body)), "")
        if not kind:
            tell(f"{where}.type", body.get("type"), "it is no event of UNTP")
            return
    known = {field.name: field for field in fields(kind)}
    for field in known.values():
        value = body.get(field.name)
        if value is None and field.required:
            tell(f"{where}.{field.name}", "", "the field is not told")
        if value is None:
            continue
        if field.name == "type":
            wanted = {kind} | ({ALSO[kind]} if kind in ALSO else set())
            if not wanted <= _named(body):
                tell(f"{where}.type", value, f"it is none of {', '.join(sorted(wanted))}")
        else:
            _value(field.kind, value, f"{where}.{field.name}", tell)
    for name in body:
        if kind in CLOSED and name not in known:
            tell(f"{where}.{name}", name, "the class has no such field")


def _named(body: dict[str, Any]) -> set[str]:
    held = body.get("type")
    return {str(each) for each in held} if isinstance(held, list) else {str(held)}


def _value(kind: str, value: object, where: str, tell: Tell) -> None:
    if kind.startswith("["):
        if not isinstance(value, list):
            tell(where, value, "it is no list")
            return
        for place, each in enumerate(value):
            _value(kind.strip("[]"), each, f"{where}[{place}]", tell)
    elif fields(kind) or kind == "Event":
        form(kind, value, where, tell)
    elif words(kind):
        if value not in words(kind):
            tell(where, value, f"it is none of {', '.join(words(kind))}")
    else:
        why = _primitive(kind, value)
        if why:
            tell(where, value, why)


def _primitive(kind: str, value: object) -> str | None:
    if kind == "number":
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return None if plain else "it is no number"
    if kind == "boolean":
        return None if isinstance(value, bool) else "it is neither true nor false"
    if not isinstance(value, str):
        return "it is no text"
    if kind == "uri":
        return None if URI.fullmatch(value) else "it is no URI"
    if kind == "time":
        return None if instant(value) else "it is no date and time of ISO 8601 with its zone"
    if kind == "date":
        return None if _day(value) else "it is no date of ISO 8601"
    return None


def _day(value: str) -> bool:
    try:
        return bool(DATE.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


def instant(value: object) -> datetime | None:
    """Give the moment that a text means, in UTC; None for whatever tells no moment."""
    if not isinstance(value, str) or not TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
