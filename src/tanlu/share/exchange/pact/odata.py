"""The ``$filter`` of V2.x: the part of OData 4 that PACT 2 names, read into a tree and applied.

``created ge '2024-01-01T00:00:00Z' and productIds/any(p:(p eq 'urn:…'))``; comparisons are
``eq ne lt le gt ge``, joined by ``and``, ``or``, ``not`` and brackets. Texts are compared without
regard to case, moments as moments, what a footprint does not tell matches nothing but ``ne``.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import moments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Node", "parse"]

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[()/:,])|(?P<word>[A-Za-z0-9_.:+\-]+))", re.ASCII
)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le,
    "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip
LONGEST = 4_000
DEEPEST = 20
OF_PCF = (
    "referencePeriodStart", "referencePeriodEnd", "geographyCountry", "geographyCountrySubdivision",
    "geographyRegionOrSubregion", "declaredUnit",
)  # fmt: skip
OF_WHOLE = (
    "id", "created", "updated", "status", "version", "specVersion", "companyName", "companyIds",
    "productIds", "productCategoryCpc", "productNameCompany", "productClassifications",
    "validityPeriodStart", "validityPeriodEnd",
)  # fmt: skip


class Node(NamedTuple):
    """One node of a filter: ``and or not any`` with parts, or a comparison of a field."""

    kind: str
    parts: tuple[Node, ...] = ()
    field: str = ""
    value: str = ""

    def match(self, content: Mapping[str, Any]) -> bool:
        """Give whether a footprint in form 2 is one of those asked for."""
        if self.kind == "and":
            return all(part.match(content) for part in self.parts)
        if self.kind == "or":
            return any(part.match(content) for part in self.parts)
        if self.kind == "not":
            return not self.parts[0].match(content)
        found = _found(content, self.field)
        if self.kind == "any":
            listed = found if isinstance(found, list) else []
            return any(part.match({"": each}) for each in listed for part in self.parts)
        return _compared(self.kind, found, self.value)


def parse(text: str) -> Node:
    """Give the tree of a filter.

    Raises
    ------
    TanluError
        TL881 for a filter that cannot be read.
    """
    if len(text) > LONGEST:
        raise _wrong(text, "it is too long")
    reading = _Reading(text)
    node = reading.either(0)
    if reading.peek():
        raise _wrong(text, f"something stands behind its end: {reading.peek()}")
    return node


def _found(content: Mapping[str, Any], field: str) -> Any:
    if field in OF_PCF:
        pcf = content.get("pcf")
        return pcf.get(field) if isinstance(pcf, dict) else None
    return content.get(field)


def _compared(kind: str, found: Any, value: str) -> bool:
    if isinstance(found, list | dict) or found is None:
        return kind == "ne"
    told = str(found)
    one, other = moments.moment(told), moments.moment(value)
    if one is not None and other is not None:
        return COMPARE[kind](one, other)
    return COMPARE[kind](told.casefold(), value.casefold())


def _wrong(text: str, why: str) -> TanluError:
    return TanluError("TL881", value=text[:80], why=why)


class _Reading:
    """The words of a filter, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = []
        self.variable = ""
        at = 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if found is None:
                raise _wrong(text, f"it cannot be read from here: {text[at : at + 20]}")
            self.words.append(found[0].strip())
            at = found.end()
        self.at = 0

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self, wanted: str = "") -> str:
        word = self.peek()
        if not word or (wanted and word != wanted):
            raise _wrong(self.text, f"'{wanted or 'a value'}' is wanted at '{word}'")
        self.at += 1
        return word

    def either(self, depth: int) -> Node:
        parts = [self.both(depth)]
        while self.peek() == "or":
            self.take()
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Node("or", tuple(parts))

    def both(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.peek() == "and":
            self.take()
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Node("and", tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise _wrong(self.text, "its brackets are too deep")
        if self.peek() == "not":
            self.take()
            return Node("not", (self.one(depth + 1),))
        if self.peek() == "(":
            self.take()
            node = self.either(depth + 1)
            self.take(")")
            return node
        field = self.field()
        if self.peek() == "/":
            return self.any(field, depth)
        kind = self.take()
        if kind not in COMPARE:
            raise _wrong(self.text, f"'{kind}' compares nothing")
        return Node(kind, field=field, value=self.value())

    def field(self) -> str:
        name = self.take()
        if name == "pcf" and self.peek() == "/":
            self.take()
            name = self.take()
        if self.variable and name == self.variable:
            return ""
        if name not in OF_WHOLE and name not in OF_PCF:
            raise _wrong(self.text, f"nothing can be found by '{name}'")
        return name

    def any(self, field: str, depth: int) -> Node:
        self.take("/")
        self.take("any")
        self.take("(")
        variable = self.take()
        # the word takes a colon along: p:(p eq 'x') and p: p eq 'x' are the same
        if not variable.endswith(":"):
            self.take(":")
        if self.variable:
            raise _wrong(self.text, "any stands inside any")
        self.variable = variable.rstrip(":")
        node = self.either(depth + 1)
        self.variable = ""
        self.take(")")
        return Node("any", (node,), field)

    def value(self) -> str:
        word = self.take()
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if word in "()/:,":
            raise _wrong(self.text, "a value is wanted")
        return word
