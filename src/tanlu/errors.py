"""What can go wrong, once for exceptions and for quarantined rows: a code, what, the value, a hint.

Every code stands in ``errors.csv`` with its English and Chinese words; a test compares the file,
the code and the pages of the reference. This module imports nothing of Tanlu.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources
from string import Formatter
from typing import NamedTuple

SYSTEM = re.compile(r"(?s)^\[Errno \d+\] (.+?)(?:: '.*')?$|^(.+?) \(os error \d+\).*$")
STOPS = {"; ": "；", ", ": "、"}

__all__ = ["Entry", "TanluError", "catalogue", "filled", "reason", "say"]


class Entry(NamedTuple):
    """One line of the catalogue of errors."""

    code: str
    room: str
    what: str
    what_zh: str
    hint: str
    hint_zh: str


class _Counting(Formatter):
    """A formatter to which ``{count:one|many}`` is the word that suits the number."""

    def format_field(self, value: object, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else many
        return str(super().format_field(value, format_spec))


class _Lenient(_Counting):
    """A formatter that leaves an unknown field visible instead of failing while failing."""

    def get_value(self, key: object, args: object, kwargs: object) -> object:  # noqa: ARG002
        assert isinstance(kwargs, dict)
        return kwargs.get(key, f"<{key}>")


def filled(sentence: str, fields: dict[str, object]) -> str:
    """Give a sentence of a table with its fields filled in; KeyError for one that is not given.

    ``"{count} {count:row|rows}"`` is "1 row" and "2 rows": English has a word of its own for one.
    The number may be text already ("1,204").
    """
    return _Counting().vformat(sentence, (), fields)


@cache
def catalogue() -> dict[str, Entry]:
    """Give all error codes with their words, by code."""
    text = resources.files("tanlu").joinpath("errors.csv").read_text(encoding="utf-8")
    return {row["code"]: Entry(**row) for row in csv.DictReader(text.splitlines())}


def say(code: str, *, language: str = "en", **fields: object) -> str:
    """Give the sentence for a code in ``en`` or ``zh``, with its fields filled in.

    Raises
    ------
    KeyError
        When the code is not in the catalogue: a fault of the program.
    """
    return _sentence(code, language, fields)


@cache
def _reasons() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Give why something failed, as this program and the system say it, and how in Chinese."""
    text = resources.files("tanlu").joinpath("reasons.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(row["why"]))), row["why_zh"])
        for row in rows
    )


def reason(why: str, language: str = "en") -> str:
    """Give why something failed in ``en`` or ``zh``; what nobody translated stays as it is."""
    # the system names number and path again: [Errno 2] No such file or directory: 'a.csv'
    why = SYSTEM.sub(lambda found: found[1] or found[2], why)
    if not language.startswith("zh"):
        return why
    for pattern, said in _reasons():
        found = pattern.fullmatch(why)
        if found:
            fields = found.groupdict()
            if "why" in fields:
                fields["why"] = _within(fields["why"])
            return said.format(**fields)
    return why


def _within(why: str) -> str:
    """Give a reason within a reason in Chinese; of several each is said by itself."""
    said = reason(why, "zh")
    for stop, stop_zh in STOPS.items():
        if said == why and stop in why:
            parts = why.split(stop)
            told = [_within(each) for each in parts]
            said = why if set(parts) & set(told) else stop_zh.join(told)
    return said


def _sentence(code: str, language: str, fields: dict[str, object]) -> str:
    entry = catalogue()[code]
    chinese = language.startswith("zh")
    if chinese and "why_zh" in fields:
        # somebody else's sentence that came in both languages
        fields = {**fields, "why": fields["why_zh"]}
    elif "why" in fields:
        fields = {**fields, "why": reason(str(fields["why"]), language)}
    what, hint = (entry.what_zh, entry.hint_zh) if chinese else (entry.what, entry.hint)
    fill = _Lenient()
    said = f"[{code}] {fill.format(what, **fields)}"
    if not hint:
        return said
    return f"{said}{'；' if chinese else '; '}{fill.format(hint, **fields)}"


class TanluError(Exception):
    """An error that a user can mend: ``TanluError("TL201", value="roads.truck", ...)``.

    Parameters
    ----------
    code
        Code of ``errors.csv``.
    fields
        Values named in the sentence; ``value`` is the value at fault.
    """

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(_sentence(code, "en", fields))

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process with its fields."""
        return (_again, (self.code, self.fields))

    def say(self, language: str = "en") -> str:
        """Give the sentence in ``en`` or ``zh``."""
        return _sentence(self.code, language, self.fields)


def _again(code: str, fields: dict[str, object]) -> TanluError:
    return TanluError(code, **fields)
