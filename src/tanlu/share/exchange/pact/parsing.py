"""JSON of others: without numbers that are none, no deeper and no finer than what is meant."""

from __future__ import annotations

import json
import math
from typing import Any

__all__ = ["parsed", "storable"]

DEEPEST = 64
# each value takes a hundred times the three bytes that it can be written in
MOST_VALUES = 1_500_000
SIGNS = (",", "[", "{")


def parsed(body: bytes | str) -> Any:
    """Give the value of a JSON text.

    Raises
    ------
    ValueError
        For what is no JSON (RFC 8259), for numbers beyond those of a computer, too many levels or
        too many values.
    """
    if _signs(body) > MOST_VALUES:
        raise ValueError("too many values")
    try:
        value = json.loads(body, parse_constant=_none, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("depth") from error
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return value
    raise ValueError("depth")


def storable(text: str) -> bool:
    """Give whether a database can hold a text: no half of a letter, and not the letter nought."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _signs(body: bytes | str) -> int:
    """Give how many values there are at most; what stands in a text is counted too."""
    if isinstance(body, str):
        return sum(body.count(each) for each in SIGNS)
    return sum(body.count(each.encode()) for each in SIGNS)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _none(word: str) -> Any:
    raise ValueError(word)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number
