"""The data model of both forms, from one table: JSON Schema, and what does not fit it.

``fields.csv`` says of each field its kind and whether form 2 (V2.x) or form 3 (V3.0) requires it.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import say
from tanlu.share.exchange.pact.amounts import DECIMAL, read
from tanlu.share.exchange.pact.moments import moment
from tanlu.share.exchange.pact.parsing import storable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FORMS", "SPECS", "Field", "Finding", "fields", "misfits", "schema", "uuid"]

FORMS = (2, 3)
SPECS = {2: "2.3.0", 3: "3.0.3"}
PATTERNS = {
    "uuid": r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
    "version": r"\d+\.\d+\.\d+(-\d{8})?",
    "urn": r"[uU][rR][nN]:[^\s]+",
    "country": r"[A-Z]{2}",
    "subdivision": r"[A-Z]{2}-[A-Z0-9]{1,3}",
    "ar": r"AR\d+",
    "decimal": DECIMAL.pattern,
}
FORMATS = {"uuid": "uuid", "datetime": "date-time", "uri": "uri", "decimal": "decimal"}
PLACES = ("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision")
SIGNS = {">": "above 0", "+": "0 or above", "-": "0 or below"}
DEPTH = 12
MOST_SHOWN = 80


class Field(NamedTuple):
    """One field of one form: its kind, whether it is required, its sign, what it is."""

    name: str
    kind: str
    required: bool
    sign: str
    what: str
    what_zh: str


class Finding(NamedTuple):
    """One thing that does not hold: its code, the path of the field, the value, and why."""

    code: str
    where: str
    value: str
    why: str

    def say(self, language: str = "en") -> str:
        """Give the sentence in ``en`` or ``zh``."""
        shown = f"{self.where} = {self.value}" if self.value else self.where
        return say(self.code, language=language, value=shown, why=self.why)


@cache
def fields(name: str, form: int) -> tuple[Field, ...]:
    """Give the fields of an object in form 2 or 3."""
    text = resources.files("tanlu.share.exchange.pact").joinpath("fields.csv").read_text("utf-8")
    column = {2: "two", 3: "three"}[form]
    return tuple(
        Field(row["field"], row["kind"], row[column] == "r", row["sign"], row["what"], row["含义"])
        for row in csv.DictReader(text.splitlines())
        if row["object"] == name and row[column]
    )


def uuid(text: Any) -> bool:
    """Give whether a value is the text of a UUID."""
    return isinstance(text, str) and re.fullmatch(PATTERNS["uuid"], text, re.ASCII) is not None


@cache
def schema(form: int) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a footprint in form 2 or 3; treat it as frozen."""
    names = ["ProductFootprint"]
    made: dict[str, Any] = {}
    for name in names:
        told = fields(name, form)
        names += [each for each in _objects(told) if each not in names]
        made[name] = {
            "type": "object",
            "properties": {each.name: _kind(each.kind) for each in told},
            "required": [each.name for each in told if each.required],
        }
    alone = [{"required": [one, other]} for one in PLACES for other in PLACES if one < other]
    made["CarbonFootprint"]["not"] = {"anyOf": alone}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made.pop("ProductFootprint"),
        "$defs": made,
    }


def _objects(told: tuple[Field, ...]) -> list[str]:
    return [each.kind.rpartition("object:")[2] for each in told if "object:" in each.kind]


def _kind(kind: str) -> dict[str, Any]:
    head, _, rest = kind.partition(":")
    if head == "list":
        return {"type": "array", "items": _kind(rest), "minItems": 1, "uniqueItems": True}
    if head == "object":
        return {"$ref": f"#/$defs/{rest}"}
    if head == "enum":
        return {"type": "string", "enum": rest.split("|")}
    if head == "number":
        low, high = rest.split(":")
        return {"type": "number", "minimum": int(low), "maximum": int(high)}
    if head in ("boolean", "integer"):
        return {"type": head}
    if head == "any":
        return {"type": "object"}
    made: dict[str, Any] = {"type": "string"}
    if head == "name":
        made["minLength"] = 1
    if head in PATTERNS:
        made["pattern"] = f"^{PATTERNS[head]}$"
    if head in FORMATS:
        made["format"] = FORMATS[head]
    return made


def misfits(content: Any, form: int, name: str = "ProductFootprint") -> list[Finding]:
    """Give every field of a footprint that does not fit its form, with its path."""
    return list(_object(content, name, form, "", DEPTH))


def _object(value: Any, name: str, form: int, path: str, depth: int) -> Iterator[Finding]:
    if not isinstance(value, dict) or depth < 0:
        yield _finding("TL870", path or name, value, "an object is wanted")
        return
    for field in fields(name, form):
        where = f"{path}.{field.name}" if path else field.name
        if field.name not in value:
            if field.required:
                yield Finding("TL870", where, "", "it is required")
        elif value[field.name] is None:
            yield Finding("TL870", where, "", "null is no value; leave the field out")
        else:
            yield from _value(value[field.name], field.kind, form, where, depth)
            yield from _sign(value[field.name], field, where)
    if name == "CarbonFootprint":
        yield from _one_place(value, path)


def _value(value: Any, kind: str, form: int, where: str, depth: int) -> Iterator[Finding]:
    head, _, rest = kind.partition(":")
    if head == "list":
        yield from _list(value, rest, form, where, depth)
    elif head == "object":
        yield from _object(value, rest, form, where, depth - 1)
    elif head == "decimal":
        if read(value) is None:
            why = 'a decimal string such as "12.5" is wanted, without exponent, with a point'
            yield _finding("TL871", where, value, why)
    elif not _fits(value, head, rest):
        yield _finding("TL870", where, value, _wanted(head, rest))


def _list(value: Any, kind: str, form: int, where: str, depth: int) -> Iterator[Finding]:
    if not isinstance(value, list) or not value:
        yield _finding("TL870", where, value, "a list with at least one entry is wanted")
        return
    for place, each in enumerate(value):
        yield from _value(each, kind, form, f"{where}[{place}]", depth)
    if any(each in value[:place] for place, each in enumerate(value)):
        yield _finding("TL870", where, "", "the same entry stands twice")


def _fits(value: Any, head: str, rest: str) -> bool:
    if head == "boolean":
        return isinstance(value, bool)
    if head == "any":
        return isinstance(value, dict)
    if head == "integer":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if head == "number":
        low, high = (int(each) for each in rest.split(":"))
        told = isinstance(value, int | float) and not isinstance(value, bool)
        return told and low <= value <= high
    if not isinstance(value, str) or not storable(value):
        return False
    if head == "enum":
        return value in rest.split("|")
    if head == "datetime":
        return moment(value) is not None
    if head == "name":
        return bool(value)
    if head == "uri":
        return ":" in value
    return head not in PATTERNS or re.fullmatch(PATTERNS[head], value, re.ASCII) is not None


def _wanted(head: str, rest: str) -> str:
    if head == "enum":
        return f"one of these is wanted: {rest.replace('|', ', ')[:200]}"
    if head == "number":
        return f"a number from {rest.replace(':', ' to ')} is wanted"
    return f"a value of the kind {head} is wanted"


def _sign(value: Any, field: Field, where: str) -> Iterator[Finding]:
    number = read(value)
    if number is None or not field.sign:
        return
    fits = {">": number > 0, "+": number >= 0, "-": number <= 0}[field.sign]
    if not fits:
        yield _finding("TL873", where, value, f"it must be {SIGNS[field.sign]}")


def _one_place(value: Mapping[str, Any], path: str) -> Iterator[Finding]:
    told = [name for name in PLACES if name in value]
    if len(told) > 1:
        yield Finding("TL877", path, ", ".join(told), "at most one place may be told")


def _finding(code: str, where: str, value: Any, why: str) -> Finding:
    return Finding(code, where, str(value)[:MOST_SHOWN], why)
