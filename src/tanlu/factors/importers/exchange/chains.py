"""Transport chains of a payload: each element one operation, no circle, a total that is a total."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.factors.importers import decimals
from tanlu.factors.importers.exchange.footprints import Found, Row, amount, refused, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["faults", "tces"]

TOTALS = ("pcfExcludingBiogenicUptake", "pCfExcludingBiogenic")
OFF = Fraction(1, 1000)


def tces(holder: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the chain elements of a shipment."""
    found = holder.get("tces")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def faults(items: list[Found]) -> Iterator[Row]:
    """Give what cannot be in the shipments of a payload.

    TL237: an element with both or neither of tocId and hocId, or elements that precede themselves.
    TL235: a shipment's footprint that is not the sum of its elements, as when it is told per t.km.
    """
    for at in items:
        holders = [at.body, *(each.get("data") for each in _list(at.body.get("extensions")))]
        for holder in holders:
            elements = tces(holder) if isinstance(holder, dict) else []
            for row in (*_both(elements), *_circles(elements), *_total(at.body, elements)):
                yield {"_sheet": at.file, "_line": at.number, **row}


def _list(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _both(elements: list[dict[str, Any]]) -> Iterator[Row]:
    for each in elements:
        named = [name for name in ("tocId", "hocId") if word(each, name)]
        if len(named) != 1:
            said = f"{word(each, 'tceId')}: {' and '.join(named) or 'neither'}"
            yield refused("TL237", "chain element", said, "tocId or hocId, one of both")


def _circles(elements: list[dict[str, Any]]) -> Iterator[Row]:
    left = {word(each, "tceId"): {str(n) for n in _names(each)} for each in elements}
    while True:
        # what waits for nothing that is still here has its place; a circle waits for itself
        free = [name for name, before in left.items() if not before & set(map(str, left))]
        if not free:
            break
        for name in free:
            del left[name]
    if left:
        said = " → ".join(sorted(map(str, left)))
        yield refused("TL237", "prevTceIds", said, "identities of earlier elements")


def _names(element: Mapping[str, Any]) -> list[object]:
    found = element.get("prevTceIds")
    return found if isinstance(found, list) else []


def _total(body: Mapping[str, Any], elements: list[dict[str, Any]]) -> Iterator[Row]:
    pcf = body.get("pcf")
    told = amount(pcf, *TOTALS) if isinstance(pcf, dict) else None
    parts = [amount(each, "co2eWTW") for each in elements]
    known = [part for part in parts if part is not None]
    if told is None or not known or len(known) < len(parts):
        return
    should = sum(known, Fraction(0))
    if abs(told - should) > OFF * abs(should):
        said, right = decimals.text_of(told), decimals.text_of(should)
        yield refused("TL235", TOTALS[0], said, right)
