"""One element of a chain done again: activity, emissions, distance, times."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import number, ulp
from tanlu.share.exchange.ileap.checks.categories import grown
from tanlu.share.exchange.ileap.checks.findings import Finding, off, reach
from tanlu.share.exchange.ileap.checks.forms import instant

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap.checks.findings import Checked

__all__ = ["HIDDEN", "activity_of", "element", "great_circle_km", "places"]

ACTIVITY = "TL911"
EMITTED = "TL912"
UPSTREAM = "TL913"
CHAIN = "TL917"
DISTANCES = ("sfd", "gcd", "actual")
KG_PER_T = 1000
TEU = {"Container-TEU": 1, "Container-FEU": 2}
# the great circle of others may run on an ellipsoid and from another gate of the same city
ROUND_EARTH = Fraction(1, 100)
GATE_KM = 5
# of a product: rounding of what is multiplied may hide no more
HIDDEN = Fraction(1, 50)


def element(
    found: Checked, tce: Mapping[str, Any], operations: Mapping[str, Mapping[str, Any]], where: str
) -> None:
    """Do one chain element again from its own numbers and from the operation that it names.

    Parameters
    ----------
    operations
        TOCs and HOCs by id: ``toc:<id>``, ``hoc:<id>``.
    """
    _activity(found, tce, where)
    name = _operation(tce)
    operation = None if name is None else operations.get(name)
    _wheel(found, tce, operation or {}, where)
    if name is not None:
        _emitted(found, tce, operation, name, where)
    places(found, tce, where)


def activity_of(tce: Mapping[str, Any]) -> Fraction | None:
    """Give the transport activity of an element [t·km] from mass and the distance it was told.

    Of several distances it is the one that comes nearest to what is printed.
    """
    mass, told = number(tce.get("mass")), number(tce.get("transportActivity"))
    known = _distances(tce)
    if mass is None or not known:
        return None
    made = [mass * km / KG_PER_T for km in known.values()]
    return min(made, key=lambda each: abs(each - told)) if told is not None else made[0]


def _distances(tce: Mapping[str, Any]) -> dict[str, Fraction]:
    held = tce.get("distance")
    told = {name: number(held.get(name)) for name in DISTANCES} if isinstance(held, dict) else {}
    return {name: km for name, km in told.items() if km is not None}


def _activity(found: Checked, tce: Mapping[str, Any], where: str) -> None:
    made, told = activity_of(tce), tce.get("transportActivity")
    mass, known = number(tce.get("mass")), _distances(tce)
    if made is None or mass is None or number(told) is None:
        return
    km = made * KG_PER_T / mass if mass else next(iter(known.values()))
    name = min(known, key=lambda each: abs(known[each] - km))
    # mass and distance may have been rounded when they were printed
    inputs = (reach(tce["mass"]) * km + reach(tce["distance"][name]) * mass) / KG_PER_T
    allowed = reach(told) * 2 + min(inputs, abs(made) * HIDDEN)
    formula = f"{tce['mass']} kg × {tce['distance'][name]} km"
    found.compare(ACTIVITY, f"{where}.transportActivity", str(told), made, allowed, formula=formula)


def _wheel(
    found: Checked, tce: Mapping[str, Any], operation: Mapping[str, Any], where: str
) -> None:
    whole, burnt = number(tce.get("co2eWTW")), number(tce.get("co2eTTW"))
    if whole is None or burnt is None:
        return
    if burnt > whole and not grown(operation):
        told = (("whole", str(tce["co2eWTW"])),)
        found.findings.append(
            Finding(UPSTREAM, f"{where}.co2eTTW", str(tce["co2eTTW"]), None, told)
        )
    else:
        found.held += 1


def _operation(tce: Mapping[str, Any]) -> str | None:
    if tce.get("tocId") and not tce.get("hocId"):
        return f"toc:{tce['tocId']}"
    if tce.get("hocId") and not tce.get("tocId"):
        return f"hoc:{tce['hocId']}"
    return None


def _emitted(
    found: Checked,
    tce: Mapping[str, Any],
    operation: Mapping[str, Any] | None,
    name: str,
    where: str,
) -> None:
    if operation is None:
        found.undone.append((where, f"{name} is not in the file"))
        return
    base = _base(tce, operation)
    if base is None:
        found.undone.append((where, "the unit of the operation needs an amount that is not told"))
        return
    activity, doubt, shown = base
    for part in ("WTW", "TTW"):
        rate, told = operation.get(f"co2eIntensity{part}"), tce.get(f"co2e{part}")
        factor = number(rate)
        if factor is None or number(told) is None:
            continue
        inputs = reach(rate) * activity + doubt * abs(factor)
        allowed = ulp(str(told)) + min(inputs, abs(activity * factor) * HIDDEN)
        formula = f"{shown} × {rate}"
        at = f"{where}.co2e{part}"
        found.compare(EMITTED, at, str(told), activity * factor, allowed, formula=formula)


def _base(
    tce: Mapping[str, Any], operation: Mapping[str, Any]
) -> tuple[Fraction, Fraction, str] | None:
    """Give what the intensity multiplies, how far rounding may move it, and its words."""
    unit = operation.get("transportActivityUnit") or operation.get("hubActivityUnit")
    mass = number(tce.get("mass"))
    if unit == "tonnes" and mass is not None:
        return mass / KG_PER_T, reach(tce["mass"]) / KG_PER_T, f"{tce['mass']} kg / 1000"
    if unit == "tkm":
        return _tkm(tce)
    boxes = number(tce.get("packagingOrTrEqAmount"))
    size = TEU.get(str(tce.get("packagingOrTrEqType")))
    if boxes is None or size is None:
        return None
    if unit == "TEU":
        return boxes * size, Fraction(0), f"{boxes * size} TEU"
    known = _distances(tce)
    if unit != "TEUkm" or not known:
        return None
    name, km = next(iter(known.items()))
    doubt = reach(tce["distance"][name]) * boxes * size
    return boxes * size * km, doubt, f"{boxes * size} TEU × {km} km"


def _tkm(tce: Mapping[str, Any]) -> tuple[Fraction, Fraction, str] | None:
    """Give the activity that holds: the printed one if it is right, or the one we compute."""
    made, told = activity_of(tce), number(tce.get("transportActivity"))
    if told is None:
        return None
    printed = str(tce["transportActivity"])
    doubt = reach(printed)
    if made is not None and abs(told - made) > _slack(tce, printed):
        return made, doubt, f"{tce['mass']} kg × distance"
    return told, doubt, f"{printed} t·km"


def _slack(tce: Mapping[str, Any], printed: str) -> Fraction:
    """Give how far a printed activity may lie from its product by rounding alone."""
    mass, known = number(tce.get("mass")), _distances(tce)
    if mass is None:
        return reach(printed) * 2
    km = max(known.values(), default=Fraction(0))
    held = tce["distance"]
    most = max((reach(held[name]) for name in known), default=Fraction(0))
    inputs = (reach(tce["mass"]) * km + most * mass) / KG_PER_T
    return reach(printed) * 2 + min(inputs, mass * km / KG_PER_T * HIDDEN)


def places(found: Checked, body: Mapping[str, Any], where: str) -> None:
    """Compare distances with the great circle between the places, and the two times."""
    line = great_circle_km(body.get("origin"), body.get("destination"))
    known = _distances(body)
    if line is not None:
        room = line * ROUND_EARTH + GATE_KM
        for name, km in known.items():
            good = abs(km - line) <= room if name == "gcd" else km >= line - room
            if good or not km:
                found.held += 1
                continue
            told = (("why", off(str(body["distance"][name]), line)),
                    ("formula", "the great circle between the places"))  # fmt: skip
            shown = f"{float(line):.0f}"
            at = f"{where}.distance.{name}"
            found.findings.append(Finding(ACTIVITY, at, str(body["distance"][name]), shown, told))
    left, came = instant(body.get("departureAt")), instant(body.get("arrivalAt"))
    if left is not None and came is not None:
        why = "it arrives before it departs"
        found.hold(came >= left, CHAIN, f"{where}.arrivalAt", body["arrivalAt"], why)


def great_circle_km(origin: object, destination: object) -> Fraction | None:
    """Give the great circle between two places that tell where they are [km]."""
    from math import asin, cos, radians, sin, sqrt

    here, there = _point(origin), _point(destination)
    if here is None or there is None:
        return None
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, each)) for each in (here, there))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return Fraction(2 * EARTH_KM * asin(min(1.0, sqrt(half))))


EARTH_KM = 6371.0088


def _point(place: object) -> tuple[float, float] | None:
    if not isinstance(place, Mapping):
        return None
    lat, lng = number(place.get("lat")), number(place.get("lng"))
    if lat is None or lng is None or abs(lat) > 90 or abs(lng) > 180:
        return None
    return float(lat), float(lng)
