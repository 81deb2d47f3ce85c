"""What sensors told, as the event hash takes it: each value in one form, in one order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from tanlu.track.events.words.canon import canonical, instant
from tanlu.track.events.words.spelling import COMPONENTS, EXCEPTIONS, MEASURES, URIS

__all__ = ["sensed"]

HEXADECIMAL = re.compile(r"[A-Fa-f0-9]+", re.ASCII)


def _time(text: str) -> str:
    found = instant(text)
    if found is None:
        raise LookupError(text)
    return found[1]


def _hexadecimal(text: str) -> str:
    if not HEXADECIMAL.fullmatch(text):
        raise LookupError(text)
    return canonical(text)


def _text(value: Any) -> str:
    return canonical(str(value).strip())


def _uri(text: str) -> str:
    return URIS[text][0]


Told = tuple[tuple[str, str, Callable[[Any], str]], ...]
# field of the shape, its name in EPCIS, its form; in the order of the hash (CBV 2.0 8.9)
METADATA: Told = (
    ("time", "time", _time), ("start", "startTime", _time), ("end", "endTime", _time),
    ("device", "deviceID", _uri), ("about", "deviceMetadata", _uri), ("raw", "rawData", _uri),
    ("method", "dataProcessingMethod", _uri), ("rules", "bizRules", _uri),
)  # fmt: skip
REPORT: Told = (
    ("type", "type", lambda word: MEASURES[word][0]),
    ("exception", "exception", lambda word: EXCEPTIONS[word][0]),
    ("device", "deviceID", _uri), ("about", "deviceMetadata", _uri), ("raw", "rawData", _uri),
    ("method", "dataProcessingMethod", _uri), ("time", "time", _time),
    ("microorganism", "microorganism", _uri), ("substance", "chemicalSubstance", _uri),
    ("value", "value", _text), ("component", "component", lambda word: COMPONENTS[word][0]),
    ("text", "stringValue", _text), ("flag", "booleanValue", _text),
    ("hexadecimal", "hexBinaryValue", _hexadecimal), ("uri", "uriValue", _uri),
    ("least", "minValue", _text), ("most", "maxValue", _text), ("mean", "meanValue", _text),
    ("deviation", "sDev", _text), ("rank", "percRank", _text), ("at_rank", "percValue", _text),
    ("uom", "uom", _text), ("reference", "coordinateReferenceSystem", _uri),
)  # fmt: skip


def sensed(element: Any) -> str:
    """Give the text of what one sensor element tells.

    Raises
    ------
    LookupError
        When a value is none of its field.
    """
    if not element.reports:
        raise LookupError
    metadata = "" if element.metadata is UNSET else _fields(element.metadata, METADATA)
    head = f"sensorElementsensorMetadata{metadata}" if metadata else "sensorElement"
    reports = sorted(_fields(report, REPORT) for report in element.reports)
    return f"{head}sensorReport{'sensorReport'.join(reports)}"


def _fields(part: Any, fields: Told) -> str:
    said = []
    for name, spelt, form in fields:
        value = getattr(part, name)
        if value is not UNSET:
            text = form(value)
            if text:
                said.append(f"{spelt}={text}")
    return "".join(said)
