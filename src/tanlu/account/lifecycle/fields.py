"""The values of a ``product.toml``: amounts with units, shares, numbers, words, all checked."""

from __future__ import annotations

import difflib
import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import units

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["NAMES", "amount", "number", "only", "share", "tables", "text", "whole", "words"]

AMOUNT = re.compile(r"^\s*([-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d{1,3})?)\s*([^\d\s.].*?)\s*$")
NAMES = {"en", "zh"}
# what int64 holds
LIMIT = 9.2e18


def amount(value: object, name: str, *, signed: bool = False) -> tuple[float, str]:
    """Give an amount in the stored unit of its dimension, and the dimension.

    Raises
    ------
    TanluError
        TL530 for a text that is no number with a unit, TL531 for a negative one, TL508 for one
        that cannot be kept, TL103 or TL110 for its unit.
    """
    found = AMOUNT.match(value) if isinstance(value, str) else None
    if found is None:
        raise TanluError("TL530", value=name, why=f"amount: {value!r}")
    of = units.unit(found[2])
    kept = Fraction(found[1].replace("_", "")) * of.scale
    if abs(kept) > LIMIT:
        raise TanluError("TL508", value=name)
    if kept < 0 and not signed:
        raise TanluError("TL531", value=name, why=value)
    return float(kept), of.dimension


def share(value: object, name: str) -> float:
    """Give a share [1]: ``0.3`` or ``"30 %"``.

    Raises
    ------
    TanluError
        TL527 for another dimension, TL530 for what is no number.
    """
    if isinstance(value, str):
        found, dimension = amount(value, name)
        if dimension != "share":
            raise TanluError("TL527", value=name, why=dimension)
        return found / 1e6
    return number(value, name)


def number(value: object, name: str) -> float:
    """Give a finite number.

    Raises
    ------
    TanluError
        TL530 for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TanluError("TL530", value=name, why=repr(value))
    return float(value)


def whole(value: object, name: str) -> int:
    """Give a whole number that is not negative.

    Raises
    ------
    TanluError
        TL530 for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LIMIT:
        raise TanluError("TL530", value=name, why=repr(value))
    return value


def text(value: object, name: str) -> str:
    """Give a text that says something.

    Raises
    ------
    TanluError
        TL530 for anything else.
    """
    if not isinstance(value, str) or not value.strip():
        raise TanluError("TL530", value=name, why=repr(value))
    return value


def words(value: object, name: str) -> dict[str, str]:
    """Give words by tongue; one text stands for both.

    Raises
    ------
    TanluError
        TL530 for other tongues than en and zh, or what is no text.
    """
    if isinstance(value, str):
        return dict.fromkeys(sorted(NAMES), value)
    if not isinstance(value, dict) or not set(value) <= NAMES:
        raise TanluError("TL530", value=name, why=f"en, zh: {value!r}")
    return {tongue: text(said, name) for tongue, said in value.items()}


def tables(told: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    """Give the tables ``[[key]]`` of a table, none where there is no such key.

    Raises
    ------
    TanluError
        TL530 for anything else.
    """
    found = told.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise TanluError("TL530", value=name, why=f"[[{key}]]")
    return found


def only(told: object, table: str, known: Collection[str]) -> dict[str, Any]:
    """Give a table that has no other keys than these.

    Raises
    ------
    TanluError
        TL530 for another key, with the nearest, or what is no table.
    """
    if not isinstance(told, dict):
        raise TanluError("TL530", value=table, why=f"[{table}]")
    for key in told:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            meant = near[0] if near else ", ".join(sorted(known))
            raise TanluError("TL530", value=f"{table}.{key}", why=f"→ {meant}")
    return told
