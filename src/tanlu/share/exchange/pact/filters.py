"""Which footprints are asked for: the criteria of V3.0, as a record that a store understands too.

Within one criterion any of its values suffices, different criteria must all hold. Texts are
compared without regard to case, places exactly (``DE`` does not find ``DE-BW``: the official
conformance tool takes that for a fault). A blank value asks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import moments
from tanlu.share.exchange.pact.odata import Node
from tanlu.share.exchange.pact.odata import parse as of_odata
from tanlu.share.exchange.pact.parsing import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

__all__ = ["MOST_EACH", "NAMES", "Criteria", "Node", "keys_of", "of_event", "of_odata", "of_query"]

NAMES = ("productId", "companyId", "geography", "classification", "status")
MOMENTS = ("validOn", "validAfter", "validBefore")
FIELDS = {"productId": "productIds", "companyId": "companyIds",
          "classification": "productClassifications"}  # fmt: skip
PLACES = ("geographyCountry", "geographyRegionOrSubregion", "geographyCountrySubdivision")
MOST_VALUES, MOST_EACH = 500, 100
# stands for a text that no footprint can have
NOWHERE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is asked for: values of each name (folded), and moments of validity (UTC)."""

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    valid_on: tuple[datetime, ...] = ()
    valid_after: tuple[datetime, ...] = ()
    valid_before: tuple[datetime, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.values or self.valid_on or self.valid_after or self.valid_before)

    def match(self, content: Mapping[str, Any]) -> bool:
        """Give whether a footprint is one of those asked for."""
        keys = keys_of(content)
        return all(
            any((name, value) in keys for value in wanted) for name, wanted in self.values
        ) and self._valid(moments.validity(content))

    def _valid(self, span: tuple[datetime, datetime] | None) -> bool:
        asked = (self.valid_on, self.valid_after, self.valid_before)
        if not any(asked):
            return True
        if span is None:
            return False
        start, end = span
        found = (
            any(start <= at <= end for at in self.valid_on),
            any(start > at for at in self.valid_after),
            any(end < at for at in self.valid_before),
        )
        return all(holds for holds, wanted in zip(found, asked, strict=True) if wanted)


def keys_of(content: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Give by what a footprint can be found: pairs of criterion and folded value."""
    pcf = content.get("pcf")
    pcf = pcf if isinstance(pcf, dict) else {}
    pairs = [("status", content.get("status"))]
    pairs += [("geography", pcf.get(name)) for name in PLACES]
    for name, field in FIELDS.items():
        told = content.get(field)
        pairs += [(name, each) for each in told] if isinstance(told, list) else []
    return frozenset((name, value.casefold()) for name, value in pairs if isinstance(value, str))


def of_query(pairs: Iterable[tuple[str, str]]) -> Criteria:
    """Give the criteria of the query of an address; names count without regard to case.

    Raises
    ------
    TanluError
        TL881 for a moment that is none, for ``$filter`` of the earlier form, or too many values.
    """
    by_name: dict[str, list[str]] = {}
    known = {name.casefold(): name for name in (*NAMES, *MOMENTS)}
    for name, value in pairs:
        if name == "$filter":
            raise TanluError("TL881", value=name, why="V3 has no $filter")
        told = known.get(name.casefold())
        if told is not None:
            by_name.setdefault(told, []).append(value.strip())
    return _criteria(by_name)


def of_event(data: Mapping[str, Any]) -> Criteria:
    """Give the criteria of a request of V3, or of one of V2 that shows what it looks for.

    Raises
    ------
    TanluError
        TL881 for values that are no texts or moments, or when nothing is asked.
    """
    shown = data.get("pf")
    if isinstance(shown, dict):
        pcf = shown.get("pcf")
        found = {name: shown.get(field) for name, field in FIELDS.items()}
        places = [pcf.get(name) for name in PLACES] if isinstance(pcf, dict) else []
        data = {**found, "geography": [each for each in places if each]}
    by_name: dict[str, list[str]] = {}
    for name in (*NAMES, *MOMENTS):
        told = data.get(name)
        if told in (None, [], ""):
            continue
        listed = told if isinstance(told, list) else [told]
        if not all(isinstance(each, str) and each.strip() for each in listed):
            raise TanluError("TL881", value=name, why="texts are wanted")
        by_name[name] = [each.strip() for each in listed]
    made = _criteria(by_name)
    if not made:
        raise TanluError("TL881", value="data", why="nothing is asked for")
    return made


def _criteria(by_name: Mapping[str, list[str]]) -> Criteria:
    if sum(len(each) for each in by_name.values()) > MOST_VALUES:
        raise TanluError("TL881", value="?", why=f"more than {MOST_VALUES} values")
    for name, each in by_name.items():
        if len(each) > MOST_EACH:
            raise TanluError("TL881", value=name, why=f"more than {MOST_EACH} values")
    by_name = {name: list(filter(None, each)) for name, each in by_name.items()}
    values = tuple(
        (name, tuple(dict.fromkeys(_folded(each) for each in by_name[name])))
        for name in NAMES
        if by_name.get(name)
    )
    at = {name: tuple(_moment(name, each) for each in by_name.get(name, ())) for name in MOMENTS}
    return Criteria(values, at["validOn"], at["validAfter"], at["validBefore"])


def _folded(text: str) -> str:
    return text.casefold() if storable(text) else NOWHERE


def _moment(name: str, text: str) -> datetime:
    found = moments.moment(text)
    if found is None:
        raise TanluError("TL881", value=f"{name}={text[:80]}", why="it is no moment of RFC 3339")
    return found
