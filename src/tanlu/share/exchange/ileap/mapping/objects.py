"""Legs of the ledger as iLEAP objects: elements, categories of operations, activity data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from typing import Any

from tanlu.share.exchange.ileap.amounts import kept, shortest
from tanlu.share.exchange.ileap.mapping.carrying import energy_of, used
from tanlu.share.exchange.ileap.mapping.clusters import Cluster, clusters
from tanlu.share.exchange.ileap.mapping.legs import Left, Leg
from tanlu.share.exchange.ileap.mapping.spots import Places, point_of

__all__ = ["Made", "Shipment", "made"]

US = 10**6
UG, MG, M, MG_M = 9, 6, 3, 12
PER_TKM = 1000  # µg per mg·m to kg per t·km
WARMTH = {"ambient": "ambient", "chilled": "refrigerated", "frozen": "refrigerated"}
FREIGHTER = {"plane.belly": "belly freight", "plane.freighter": "freighter"}
NO_CARRIER = "iLEAP has no word for its energy carrier"
NOTHING_MOVED = "it moved nothing and yet emitted"
NO_PLACE = "its places are not known by country"


@dataclass(frozen=True, slots=True)
class Shipment:
    """A ShipmentFootprint with what its ProductFootprint needs beside it."""

    body: dict[str, Any]
    start: int
    end: int
    primary_ug: int
    wtw_ug: int
    gwp: frozenset[str]


@dataclass(slots=True)
class Made:
    """All iLEAP objects of legs, and what could not be one."""

    shipments: list[Shipment] = field(default_factory=list)
    categories: list[Shipment] = field(default_factory=list)
    tads: list[dict[str, Any]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def made(legs: Sequence[Leg], library: Any) -> Made:
    """Give shipments, categories and activity data of legs.

    Each element is, to the microgram, its activity times the intensity of its category.
    """
    found = Made()
    names = {leg.row[end] for leg in legs for end in ("origin", "destination", "place")}
    spots = Places(names)
    elements: dict[str, list[tuple[Leg, dict[str, Any]]]] = defaultdict(list)
    for cluster in clusters(_moved(legs, found)):
        body = _category(cluster, library, spots)
        if body is None:
            found.left += [Left(leg.row["activity_id"], NO_CARRIER) for leg in cluster.legs]
            continue
        found.categories.append(_weighed(body, cluster.legs))
        for leg in cluster.legs:
            elements[leg.row["shipment"]].append((leg, _element(leg, body, spots)))
            _tad(found, leg, body, spots)
    for name, held in elements.items():
        found.shipments.append(_shipment(name, held))
    found.shipments.sort(key=lambda one: one.body["shipmentId"])
    found.tads.sort(key=lambda one: one["activityId"])
    return found


def _moved(legs: Iterable[Leg], found: Made) -> Iterable[Leg]:
    for leg in legs:
        if leg.base or not leg.wtw_ug:
            yield leg
        else:
            found.left.append(Left(leg.row["activity_id"], NOTHING_MOVED))


def _weighed(body: dict[str, Any], legs: Sequence[Leg]) -> Shipment:
    return Shipment(
        body,
        min(leg.row["start"] for leg in legs),
        max(leg.row["end"] for leg in legs),
        sum(leg.wtw_ug for leg in legs if leg.row["tier"] == "measured"),
        sum(leg.wtw_ug for leg in legs),
        frozenset(leg.row["gwp_set"] for leg in legs),
    )


def _category(cluster: Cluster, library: Any, spots: Places) -> dict[str, Any] | None:
    first = cluster.legs[0]
    energy, assumed = energy_of(cluster.legs, library)
    rates = _rates(cluster, PER_TKM if first.mode else 1)
    if energy is None or rates is None:
        return None
    wtw, ttw = rates
    told = (str(first.row["vehicle_class"] or first.row["kind"]), first.row["energy_carrier"],
            first.row["temperature_class"], first.row["distance_type"], first.row["tier"],
            assumed)  # fmt: skip
    shared: dict[str, Any] = {
        "description": ", ".join(str(one) for one in told if one),
        "energyCarriers": [energy],
        "co2eIntensityWTW": wtw,
        "co2eIntensityTTW": ttw,
    }
    warmth = WARMTH.get(str(first.row["temperature_class"]))
    if warmth:
        shared["temperatureControl"] = warmth
    name = sha256(repr((cluster.key, wtw, ttw)).encode()).hexdigest()[:16]
    if first.mode:
        return _toc(f"toc-{name}", first, shared)
    where = spots.at(first.row["place"])
    hub = {"hubLocation": where} if where and _same_place(cluster.legs) else {}
    return {"hocId": f"hoc-{name}", "hubType": first.hub, **hub, **shared,
            "hubActivityUnit": "tonnes"}  # fmt: skip


def _same_place(legs: Sequence[Leg]) -> bool:
    return len({leg.row["place"] for leg in legs}) == 1


def _toc(name: str, first: Leg, shared: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"tocId": name, "mode": first.mode, **shared}
    load, empty = first.row["load_ppm"], first.row["empty_ppm"]
    if load is not None and 0 < load <= 10**6:
        body["loadFactor"] = kept(load, 6)
    if empty is not None and 0 <= empty < 10**6:
        body["emptyDistanceFactor"] = kept(empty, 6)
    option = FREIGHTER.get(str(first.row["vehicle_class"]))
    if option:
        body["airShippingOption"] = option
    return {**body, "transportActivityUnit": "tkm"}


def _rates(cluster: Cluster, scale: int) -> tuple[str, str] | None:
    """Give both intensities with the fewest places of which every element is the product."""
    ttw = shortest(cluster.ttw[0] * scale, cluster.ttw[1] * scale)
    low, high = (bound * scale for bound in cluster.wtw)
    if ttw is None:
        return None
    wtw = shortest(max(low, min(Fraction(ttw), high)), high)
    return None if wtw is None else (wtw, ttw)


def _element(leg: Leg, body: dict[str, Any], spots: Places) -> dict[str, Any]:
    row = leg.row
    named = {"tocId": body["tocId"]} if leg.mode else {"hocId": body["hocId"]}
    told: dict[str, Any] = {
        "tceId": _name(row),
        **named,
        "shipmentId": row["shipment"],
        "mass": kept(row["mass_mg"], MG),
        "distance": _distance(leg),
        "transportActivity": kept(leg.base, MG_M) if leg.mode else "0",
        "departureAt": _time(row["start"]),
        "arrivalAt": _time(row["end"]),
        "co2eWTW": kept(leg.wtw_ug, UG),
        "co2eTTW": kept(leg.ttw_ug, UG),
    }
    if row["consignment"]:
        told["consignmentId"] = row["consignment"]
    for end in ("origin", "destination"):
        where = spots.at(*point_of(row, end))
        if where:
            told[end] = where
    return told


def _name(row: dict[str, Any]) -> str:
    if row["share_key"] is None:
        return str(row["activity_id"])
    return f"{row['activity_id']}#{row['share_key']}"


def _distance(leg: Leg) -> dict[str, str]:
    if not leg.mode:
        return {"actual": "0"}
    return {leg.row["distance_type"] or "actual": kept(leg.row["distance_m"], M)}


def _time(moment_us: int) -> str:
    """Give a moment in UTC, to the second."""
    return datetime.fromtimestamp(moment_us // US, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shipment(name: str, held: list[tuple[Leg, dict[str, Any]]]) -> Shipment:
    held.sort(key=lambda one: (one[0].row["leg_no"] or 0, one[0].row["start"], one[1]["tceId"]))
    if all(leg.row["leg_no"] is not None for leg, _ in held):
        _ordered(held)
    masses = [leg.row["mass_mg"] for leg, _ in held]
    body = {
        "mass": kept(max(masses), MG),
        "shipmentId": name,
        "tces": [tce for _, tce in held],
    }
    return _weighed(body, [leg for leg, _ in held])


def _ordered(held: list[tuple[Leg, dict[str, Any]]]) -> None:
    """Tell each element which come immediately before it: those of the leg number before."""
    steps: dict[int, list[str]] = {}
    for leg, tce in held:
        steps.setdefault(leg.row["leg_no"], []).append(tce["tceId"])
    before: dict[int, list[str]] = {}
    last: list[str] = []
    for number, names in steps.items():
        before[number], last = last, names
    for leg, tce in held:
        tce["prevTceIds"] = list(before[leg.row["leg_no"]])


def _tad(found: Made, leg: Leg, body: dict[str, Any], spots: Places) -> None:
    """Add the activity data of a leg of transport, if its places can be told."""
    if not leg.mode:
        return
    row = leg.row
    ends = {end: spots.at(*point_of(row, end)) for end in ("origin", "destination")}
    if None in ends.values():
        found.left.append(Left(row["activity_id"], NO_PLACE))
        return
    told: dict[str, Any] = {
        "activityId": _name(row),
        "consignmentIds": [row["consignment"] or row["shipment"]],
        "distance": _distance(leg),
        "mass": kept(row["mass_mg"], MG),
        **{name: body[name] for name in ("loadFactor", "emptyDistanceFactor") if name in body},
        **ends,
        "departureAt": _time(row["start"]),
        "arrivalAt": _time(row["end"]),
        "mode": leg.mode,
        "energyCarriers": [used(leg, body["energyCarriers"][0])],
    }
    if body.get("temperatureControl") in ("ambient", "refrigerated"):
        told["temperatureControl"] = body["temperatureControl"]
    found.tads.append(told)
