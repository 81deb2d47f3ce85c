"""A shipment's chain done again: who names what, in which order, and for which shipment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import number
from tanlu.share.exchange.ileap.checks.elements import element
from tanlu.share.exchange.ileap.checks.findings import Finding, off
from tanlu.share.exchange.ileap.checks.forms import instant

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap.checks.findings import Checked

__all__ = ["shipment"]

ACTIVITY = "TL911"
CHAIN = "TL917"
# an element may carry more than the shipment (a consignment of several), never a thousand times
SLIP = 500


def shipment(
    found: Checked,
    body: Mapping[str, Any],
    operations: Mapping[str, Mapping[str, Any]],
    where: str,
) -> None:
    """Do a ShipmentFootprint again: each element, and what binds them together."""
    held = body.get("tces")
    tces = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    names = [str(each.get("tceId")) for each in tces]
    for name, count in Counter(names).items():
        why = "two elements have the same tceId"
        found.hold(count == 1, CHAIN, f"{where}.tces", name, why)
    for place, tce in enumerate(tces):
        at = f"{where}.tces[{place}]"
        element(found, tce, operations, at)
        _named(found, body, tce, at)
        _mass(found, body, tce, at)
    _order(found, tces, where)


def _named(found: Checked, body: Mapping[str, Any], tce: Mapping[str, Any], at: str) -> None:
    one = bool(tce.get("tocId")) != bool(tce.get("hocId"))
    told = f"{tce.get('tocId')} / {tce.get('hocId')}"
    found.hold(one, CHAIN, f"{at}.tocId", told, "an element names either a tocId or a hocId")
    if tce.get("shipmentId") is None or body.get("shipmentId") is None:
        return
    if tce["shipmentId"] == body["shipmentId"]:
        found.held += 1
    else:
        why = "the element belongs to another shipment than the footprint"
        at = f"{at}.shipmentId"
        found.tell(CHAIN, at, tce["shipmentId"], why, str(body["shipmentId"]))


def _mass(found: Checked, body: Mapping[str, Any], tce: Mapping[str, Any], at: str) -> None:
    whole, part = number(body.get("mass")), number(tce.get("mass"))
    if not whole or not part:
        return
    if Fraction(1, SLIP) < part / whole < SLIP:
        found.held += 1
        return
    told = (("why", off(str(tce["mass"]), whole)), ("formula", "the mass of the shipment"))
    found.findings.append(
        Finding(ACTIVITY, f"{at}.mass", str(tce["mass"]), str(body["mass"]), told)
    )


def _order(found: Checked, tces: list[dict[str, Any]], where: str) -> None:
    known = {str(each.get("tceId")): each for each in tces}
    before: dict[str, list[str]] = {}
    for name, tce in known.items():
        told = tce.get("prevTceIds")
        before[name] = [str(one) for one in told] if isinstance(told, list) else []
        at = f"{where}.{name}.prevTceIds"
        for one in before[name]:
            good = one in known
            found.hold(good, CHAIN, at, one, "no element of the shipment has this tceId")
            if good:
                _after(found, known[one], tce, at)
    circle = _circle(before)
    why = "elements precede themselves"
    found.hold(not circle, CHAIN, f"{where}.tces", " → ".join(circle), why)


def _after(found: Checked, first: dict[str, Any], then: dict[str, Any], at: str) -> None:
    early, late = instant(first.get("departureAt")), instant(then.get("departureAt"))
    if early is None or late is None:
        return
    why = "it departs before what precedes it"
    found.hold(late >= early, CHAIN, at, then["departureAt"], why)


def _circle(before: Mapping[str, list[str]]) -> list[str]:
    """Give the elements of one circle in their order; none where each ends at a first one."""
    done: set[str] = set()
    for start in before:
        path: list[str] = []
        stack = [(start, iter(before[start]))] if start not in done else []
        if stack:
            path.append(start)
        while stack:
            name, rest = stack[-1]
            nxt = next((one for one in rest if one in before and one not in done), None)
            if nxt is None:
                stack.pop()
                path.pop()
                done.add(name)
            elif nxt in path:
                return [*path[path.index(nxt) :][::-1]]
            else:
                path.append(nxt)
                stack.append((nxt, iter(before[nxt])))
    return []
