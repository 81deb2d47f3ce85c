"""What of an event is personal: keys of people, their numbers, and fields that are named so.

GSRN names people who receive or give a service (GS1 General Specifications 2.5); ``tel:``,
``mailto:`` and their like reach one. What else is personal only the operator knows: the names of
fields, or what a URI begins with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tanlu.track.events.words.canon import key_of

__all__ = ["PSEUDONYM", "Finder", "put_back", "put_in", "read_all"]

REACHED = r"tel:|mailto:|sms:|sips?:|xmpp:|acct:"
KEYED = r"urn:epc:(?:id|idpat):gsrnp?:|https?://[^\s\"\\]*/(?:801[78]|gsrnp?)/|\(801[78]\)"
MARKS = (
    "tel:", "mailto:", "sms:", "sip:", "sips:", "xmpp:", "acct:", "gsrn", "/8017/", "/8018/",
    "(8017)", "(8018)",
)  # fmt: skip
PSEUDONYM = re.compile(r"p:[0-9a-f]{32}")
KEYS = ("gsrn", "gsrnp")


class Finder:
    """Finds what is personal; ``words`` are names of fields and beginnings of URIs."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        words = [word for word in words if word]
        self.fields = frozenset(words)
        own = "".join(f"{re.escape(word)}|" for word in words)
        self._begins = re.compile(f"(?:{own}{REACHED}|{KEYED})", re.IGNORECASE)
        stand = "|".join(re.escape(word) for word in words)
        field = rf'"(?:{stand})"\s*:\s*("(?:[^"\\]|\\.)*"|-?[0-9.eE+-]+)|' if words else "()"
        # in a text that is no JSON
        self._loose = re.compile(
            rf"{field if words else ''}((?:{own}{REACHED}|{KEYED})[^\s\"\\,}}\]]+)", re.IGNORECASE
        )
        # what a text has that may tell of a person; behind a backslash it may be spelt otherwise
        self.marks = [*words, *MARKS, "\\"]

    def person(self, text: str, *, named: bool = False) -> str | None:
        """Give the one word for whom a text tells of, or None; ``named`` by its field."""
        if not self._begins.match(text):
            return text if named else None
        key = key_of(text)
        return key.subject if key.kind in KEYS else text

    def found(self, held: Any) -> dict[str, str]:
        """Give the person of each text of JSON that tells of one."""
        persons: dict[str, str] = {}

        def see(text: str, named: bool) -> str:
            person = self.person(text, named=named)
            if person is not None:
                persons[text] = person
            return text

        self._walk(held, see, named=False)
        return persons

    def loose(self, text: str) -> dict[str, str]:
        """Give the person of each piece of a text that is no JSON."""
        persons: dict[str, str] = {}
        for found in self._loose.finditer(text):
            piece = next(one for one in found.groups() if one)
            plain = piece.strip('"')
            persons[plain] = self.person(plain, named=True) or plain
        return persons

    def replaced(self, held: Any, names: dict[str, str]) -> Any:
        """Give JSON with names in place of what is personal."""

        def name(text: str, named: bool) -> str:
            known = named or self._begins.match(text) is not None
            return names.get(text, text) if known else text

        return self._walk(held, name, named=False)

    def _walk(self, held: Any, deed: Callable[[str, bool], str], *, named: bool) -> Any:
        if isinstance(held, dict):
            return {
                key: self._walk(value, deed, named=named or key.partition("#")[0] in self.fields)
                for key, value in held.items()
            }
        if isinstance(held, list):
            return [self._walk(value, deed, named=named) for value in held]
        if isinstance(held, str):
            return deed(held, named)
        if named and isinstance(held, int | float) and not isinstance(held, bool):
            # a number of a phone is a text once it is not told any more
            text = json.dumps(held)
            done = deed(text, named)
            return held if done == text else done
        return held


def read_all(text: str) -> Any:
    """Give JSON with each field that stands twice under a name of its own; None for no JSON."""
    try:
        return json.loads(text, object_pairs_hook=_each)
    except (ValueError, RecursionError):
        return None


def _each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        number, own = 2, name
        while own in found:
            own, number = f"{name}#{number}", number + 1
        found[own] = value
    return found


def put_in(text: str, names: dict[str, str]) -> str:
    """Give a text with names in place of the pieces that are personal, the longest first."""
    for piece in sorted(names, key=len, reverse=True):
        text = text.replace(piece, names[piece])
    return text


def put_back(text: str, values: dict[str, str]) -> str:
    """Give JSON with what the pseudonyms in it stand for, where that is still known."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found[0])
        return found[0] if known is None else msgspec.json.encode(known).decode()[1:-1]

    return PSEUDONYM.sub(value, text)
