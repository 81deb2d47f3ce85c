"""Values of query parameters, each read as what its parameter takes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.track.events.asking import subject_of
from tanlu.track.events.words.canon import instant
from tanlu.track.events.words.uris import is_uri
from tanlu.track.events.words.vocabulary import bare, words

__all__ = ["Value", "moment", "number", "read_value"]

TYPES = {
    f"{kind.capitalize()}Event": kind
    for kind in ("object", "aggregation", "transaction", "transformation", "association")
}
ACTIONS = {"ADD": "add", "OBSERVE": "observe", "DELETE": "delete"}
# what a URL makes of the plus of an offset
LOST_PLUS = re.compile(r"(T\d\d:\d\d:\d\d(?:\.\d+)?) (\d\d:\d\d)")
LONGEST = 4096
YES, NO = ("", "true", "1"), ("false", "0")


class Value(NamedTuple):
    """A value of a parameter: its text, and what else it can be read as."""

    text: str
    number: int | float | None = None
    us: int | None = None
    truth: bool | None = None


def read_value(name: str, given: Any, kind: str, prefixes: Mapping[str, str]) -> Value:
    """Give a value as its parameter takes it.

    Parameters
    ----------
    name
        The parameter, for what is said of a value that does not hold.
    given
        As JSON or a URL gives it.
    kind
        time, number, measure (a number or time), any, text, uri, pattern, type, action, flag,
        truth, hexadecimal, or a vocabulary of CBV.
    prefixes
        IRIs of the prefixes that a URI may begin with.
    """
    if kind in ("flag", "truth"):
        return Value(str(given), truth=_truth(name, given))
    if kind == "any" and isinstance(given, bool):
        return Value("true" if given else "false")
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise TanluError("TL443", column=name, value=given, why="it is no text and no number")
    text = given if isinstance(given, str) else repr(given)
    if len(text) > LONGEST or not text:
        why = f"from 1 to {LONGEST} signs are taken"
        raise TanluError("TL443", column=name, value=text[:200], why=why)
    if kind in ("number", "measure", "any", "time"):
        return _measure(name, text, kind)
    if kind in ("uri", "pattern"):
        return _uri(name, _spelt(text, prefixes))
    if kind in ("type", "action"):
        return _listed(name, text, TYPES if kind == "type" else ACTIONS, kind)
    if kind == "hexadecimal":
        return Value(text.upper())
    return Value(text) if kind == "text" else _word(name, text, kind, prefixes)


def number(text: Any) -> int | float | None:
    """Give the number that a text or JSON is, or None."""
    if isinstance(text, bool):
        return None
    if isinstance(text, str):
        if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?", text, re.ASCII):
            return None
        try:
            text = int(text) if text.lstrip("+-").isdigit() else float(text)
        except ValueError:
            return None
    if not isinstance(text, int | float) or not math.isfinite(text):
        return None
    return text


def moment(text: Any) -> int | None:
    """Give the instant [µs] that a text is, or None."""
    found = instant(text) if isinstance(text, str) else None
    return None if found is None else found[0]


def _truth(name: str, given: Any) -> bool:
    text = "" if given is None else str(given).lower()
    if text not in (*YES, *NO):
        raise TanluError(
            "TL443", column=name, value=str(given)[:200], why="it is not true or false"
        )
    return text in YES


def _measure(name: str, text: str, kind: str) -> Value:
    whole = LOST_PLUS.sub(r"\1+\2", text)
    found = Value(text, number(text), moment(whole))
    if kind == "time" and found.us is None:
        why = "it is no date and time with an offset"
        raise TanluError("TL443", column=name, value=text[:200], why=why)
    if kind == "number" and found.number is None:
        raise TanluError("TL443", column=name, value=text[:200], why="it is no number")
    if kind == "measure" and found.number is None and found.us is None:
        why = "it is no number and no date and time"
        raise TanluError("TL443", column=name, value=text[:200], why=why)
    return found


def _uri(name: str, text: str) -> Value:
    try:
        subject_of(text)
    except TanluError as error:
        why = error.fields.get("why", "")
        raise TanluError("TL443", column=name, value=text[:200], why=why) from error
    if not text.startswith(("(", "]C1")) and not is_uri(text):
        raise TanluError("TL443", column=name, value=text[:200], why="it is no URI")
    return Value(text)


def _listed(name: str, text: str, known: Mapping[str, str], kind: str) -> Value:
    if text in known:
        return Value(known[text])
    if kind == "type" and is_uri(text):
        return Value(text)
    raise TanluError(
        "TL443", column=name, value=text[:200], why=f"it is none of {', '.join(known)}"
    )


def _word(name: str, text: str, vocabulary: str, prefixes: Mapping[str, str]) -> Value:
    text = _spelt(text, prefixes)
    found = bare(vocabulary, text) or text
    if found not in words(vocabulary) and not is_uri(found):
        why = f"it is no word of {vocabulary} and no URI"
        raise TanluError("TL443", column=name, value=text[:200], why=why)
    return Value(found)


def _spelt(text: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else text
