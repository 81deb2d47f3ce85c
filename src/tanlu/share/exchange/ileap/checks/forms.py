"""Whether an object has the form of its type: what is there, of which kind, with which words.

The rules are those of the JSON Schemas of iLEAP 1.0.0 (tests compare the two), and the sets that
the specification calls non-empty are.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import number
from tanlu.share.exchange.ileap.tables import fields, words

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap.checks.findings import Checked

__all__ = ["form", "instant"]

CODE = "TL910"
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
COMMA = re.compile(r"-?\d+,\d+", re.ASCII)
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
MAY_BE_EMPTY = {"prevTceIds", "feedstocks"}
# names of older drafts and of the text of the specification, and what they are called now
FORMER = {
    "co2eIntensityThroughput": "transportActivityUnit or hubActivityUnit",
    "feedstockPercentage": "feedstockShare",
}


def form(found: Checked, kind: str, body: object, where: str) -> bool:
    """Tell what of an object has not the form of its type; True when all has.

    Parameters
    ----------
    found
        Takes the findings, all TL910.
    kind
        ``ShipmentFootprint``, ``TCE``, ``TOC``, ``HOC``, ``TAD`` or a part of them.
    """
    before = len(found.findings)
    if not isinstance(body, dict):
        found.tell(CODE, where, body, "it is no object")
        return False
    for field in fields(kind):
        value = body.get(field.name)
        at = f"{where}.{field.name}"
        if value is None:
            if field.required:
                found.tell(CODE, at, "", "the field is not told")
            continue
        _value(found, field.kind, value, at)
    for name in body:
        if name in FORMER:
            found.tell(CODE, f"{where}.{name}", name, f"it is called {FORMER[name]} now")
    if kind == "Distance" and all(body.get(name) is None for name in ("actual", "gcd", "sfd")):
        found.tell(CODE, where, "", "none of actual, gcd and sfd is told")
    return len(found.findings) == before


def _value(found: Checked, kind: str, value: object, at: str) -> None:
    if kind.startswith("["):
        if not isinstance(value, list):
            found.tell(CODE, at, value, "it is no list")
        elif not value and at.rpartition(".")[2] not in MAY_BE_EMPTY:
            found.tell(CODE, at, "[]", "it is empty")
        else:
            for place, each in enumerate(value):
                _value(found, kind.strip("[]"), each, f"{at}[{place}]")
    elif fields(kind):
        form(found, kind, value, at)
    elif words(kind):
        if value not in words(kind):
            found.tell(CODE, at, value, f"it is none of {', '.join(words(kind))}")
    else:
        why = _primitive(kind, value)
        if why:
            found.tell(CODE, at, value, why, _mended(value))
        else:
            found.held += 1


def _primitive(kind: str, value: object) -> str | None:
    """Give why a value is not of a primitive kind; None when it is."""
    if kind in ("decimal", "positive"):
        return _decimal(value, signed=kind == "decimal")
    if kind == "count":
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return None if whole else "it is no whole number"
    if not isinstance(value, str):
        return "it is no text"
    if kind == "time":
        return None if instant(value) else "it is no date and time of ISO 8601 with its zone"
    if kind == "country":
        return None if COUNTRY.fullmatch(value) else "it is no code of ISO 3166-1 alpha-2"
    return None if value else "it is empty"


def _decimal(value: object, *, signed: bool) -> str | None:
    if isinstance(value, int | float):
        return "a decimal is text in JSON, not a number"
    told = number(value)
    if told is None:
        return "it is no decimal: digits, a point, digits"
    return None if signed or told >= 0 else "it is below zero"


def _mended(value: object) -> str:
    """Give the decimal that was meant, where the text leaves one meaning."""
    if isinstance(value, str) and COMMA.fullmatch(value):
        return value.replace(",", ".")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def instant(value: Any) -> datetime | None:
    """Give the moment that a text means, in UTC; None for whatever tells no moment."""
    if not isinstance(value, str) or not TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
