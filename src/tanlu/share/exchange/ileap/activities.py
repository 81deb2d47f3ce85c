"""Activity data as partners ask for it: filtered by any field, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tanlu.errors import TanluError

__all__ = ["filtered", "limit_of"]

PAGING = ("limit", "offset", "after")
REFUSED = "TL919"
LONGEST = 40


def filtered(
    tads: Iterable[dict[str, Any]], asked: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Give the activity data that match a filter statement.

    Names are those of fields wherever they stand (``mode``, ``feedstock``, ``city``), and are case
    sensitive; values are not. The same name repeated means or, different names mean and. A name
    or a word that iLEAP does not know matches nothing.
    """
    wanted: dict[str, set[str]] = {}
    for name, value in asked:
        if name not in PAGING:
            wanted.setdefault(name, set()).add(value.casefold())
    return [tad for tad in tads if _matches(tad, wanted)]


def _matches(tad: Mapping[str, Any], wanted: Mapping[str, set[str]]) -> bool:
    return all(_values(tad, name) & values for name, values in wanted.items())


def _values(held: object, name: str) -> set[str]:
    """Give the texts of a field at any depth."""
    found: set[str] = set()
    if isinstance(held, Mapping):
        for key, value in held.items():
            if key == name:
                found |= {str(one).casefold() for one in _flat(value)}
            found |= _values(value, name)
    elif isinstance(held, list):
        for each in held:
            found |= _values(each, name)
    return found


def _flat(value: object) -> Iterable[object]:
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, dict | list)]
    return () if isinstance(value, dict) or value is None else (value,)


def limit_of(text: str | None) -> int | None:
    """Give the limit that was asked for; None without one.

    Raises
    ------
    TanluError
        TL919 for a limit that is no positive integer.
    """
    if text is None:
        return None
    plain = text.isascii() and text.isdigit() and len(text) <= LONGEST
    if not plain or not int(text):
        raise TanluError(REFUSED, value=text[:40], why="a limit is a positive integer")
    return int(text)
