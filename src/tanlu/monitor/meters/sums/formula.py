"""Formulas of calculated streams: sums and differences of meters, read by a grammar of its own.

``formula := [+|-] term {(+|-) term}``, ``term := [number *] meter | meter [* number]``,
``meter := name [@ stream] | subs(name [@ stream])``, where ``subs`` is the sum of all meters
whose parent is named. A name has letters, digits, ``_ . : / -`` or stands in double quotes;
so a minus between names stands between blanks. Nothing is evaluated but these sums.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from tanlu.errors import TanluError

__all__ = ["Term", "parsed"]

MOST = 1_000
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,9}(?:\.\d{1,9})?)(?![\w.:/-])|\"(?P<quoted>[^\"]+)\"|(?P<name>\w[\w.:/-]*)"
    r"|(?P<sign>[-+*@()]))"
)


class Term(NamedTuple):
    """A meter, or all below it, with its coefficient; ``stream`` is None where it has one only."""

    factor: Fraction
    device: str
    stream: str | None = None
    below: bool = False


def parsed(text: str) -> tuple[Term, ...]:
    """Give the terms of a formula.

    Raises
    ------
    TanluError
        TL377 with the place for what is no such sum.
    """
    reader = _Reader(text)
    terms = [reader.term(first=True)]
    while not reader.done:
        terms.append(reader.term(first=False))
        if len(terms) > MOST:
            raise TanluError("TL377", value=text[:80], why=f"more than {MOST} terms")
    return tuple(terms)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.next = 0
        place = 0
        end = len(text.rstrip())
        while place < end:
            found = TOKEN.match(text, place)
            if not found:
                raise self._error(place)
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind], found.start(kind)))
            place = found.end()

    @property
    def done(self) -> bool:
        return self.next >= len(self.tokens)

    def term(self, *, first: bool) -> Term:
        """Read one signed term."""
        sign = self._sign("+-")
        if sign is None and not first:
            raise self._error(self._place())
        factor = Fraction(-1 if sign == "-" else 1)
        number = self._take("number")
        if number is not None:
            factor *= Fraction(number)
            self._must("*")
        device, stream, below = self._meter()
        if number is None and self._sign("*"):
            after = self._take("number")
            if after is None:
                raise self._error(self._place())
            factor *= Fraction(after)
        return Term(factor, device, stream, below)

    def _meter(self) -> tuple[str, str | None, bool]:
        bare = not self.done and self.tokens[self.next][0] == "name"
        name = self._name()
        if bare and name == "subs" and self._sign("("):
            inner, stream, _ = self._meter_of(self._name())
            self._must(")")
            return inner, stream, True
        return self._meter_of(name)

    def _meter_of(self, name: str) -> tuple[str, str | None, bool]:
        return name, self._name() if self._sign("@") else None, False

    def _name(self) -> str:
        found = self._take("name") or self._take("quoted") or self._take("number")
        if found is None:
            raise self._error(self._place())
        return found

    def _take(self, kind: str) -> str | None:
        if self.done or self.tokens[self.next][0] != kind:
            return None
        self.next += 1
        return self.tokens[self.next - 1][1]

    def _sign(self, wanted: str) -> str | None:
        if self.done or self.tokens[self.next][0] != "sign":
            return None
        return self._take("sign") if self.tokens[self.next][1] in wanted else None

    def _must(self, sign: str) -> None:
        if not self._sign(sign):
            raise self._error(self._place())

    def _place(self) -> int:
        return len(self.text) if self.done else self.tokens[self.next][2]

    def _error(self, place: int) -> TanluError:
        near = self.text[place : place + 20] or "its end"
        return TanluError("TL377", value=self.text[:80], why=f"at {place + 1}: {near}")
