"""A plan travelled: legs and hand-overs one after the other in time, with energy and loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from tanlu.simulate.journeys.atlas import Crossing, Place
from tanlu.simulate.journeys.earth import Floats, bearing, circle
from tanlu.simulate.journeys.motion import End, move, terrain
from tanlu.simulate.journeys.plans import Leg, Plan
from tanlu.simulate.journeys.speed import Course, Stops, Way, driven, of_places
from tanlu.simulate.stated import table

__all__ = ["Piece", "Section", "Vehicle", "carried", "traction", "travelled"]

Random = np.random.Generator

_G = 9.80665  # standard gravity: 3rd CGPM, 1901
_YARD = ("port", "rail", "airport")


class Vehicle(NamedTuple):
    """What carries a leg, and the freight on it."""

    mode: str
    vehicle_class: str
    carrier: str
    empty_kg: float
    load_kg: float
    own_kg: float
    roll: float
    drag: float
    efficiency: float
    regained: float
    idle_w: float


class Section(NamedTuple):
    """A part of a leg in one country, on one gauge, with one energy carrier."""

    country: str | None
    gauge_mm: int | None
    carrier: str
    co2e: float
    first: int
    last: int
    energy_j: float
    distance_m: float
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Piece:
    """A leg (``leg`` is there) or the time at a node, from ``start_s`` to ``end_s``."""

    mode: str
    course: Course
    start_s: float
    end_s: float
    leg: Leg | None = None
    vehicle: Vehicle | None = None
    energy: Floats | None = None
    sections: tuple[Section, ...] = ()


@cache
def traction() -> dict[str, tuple[int, str, float]]:
    """Give of each country the gauge [mm], the traction and what a joule of current emits [µg]."""
    return {
        row["country"]: (
            int(row["gauge_mm"]), row["carrier"], float(row["electricity_ug_per_j"]),
        )
        for row in table("journeys/traction")
    }  # fmt: skip


@cache
def carried() -> dict[str, float]:
    """Give what a joule of each fuel emits, as stated [µg/J]."""
    return {row["carrier"]: float(row["co2e_ug_per_j"] or 0) for row in table("journeys/carriers")}


@cache
def _rail_efficiency() -> dict[str, float]:
    rows = table("journeys/carriers")
    return {row["carrier"]: float(row["efficiency_rail"]) for row in rows if row["efficiency_rail"]}


def travelled(plan: Plan, rng: Random) -> list[Piece]:
    """Give the pieces of a journey in their order: node, leg, node, …, leg, node."""
    own_kg = float(rng.uniform(0.5, 8.0) if plan.template == "rider" else rng.uniform(40, 180))
    if plan.template in ("rail", "inland", "container", "mixed", "domestic"):
        own_kg = float(rng.uniform(3_000, 7_500))
    pieces: list[Piece] = []
    clock, here = 0.0, plan.legs[0].origin.here
    before = plan.before_s
    for leg in plan.legs:
        start = leg.origin
        if pieces and start.terminal in _YARD:
            start = start.shifted(rng, 120, 450)
        node = _node(here, start.here, before, clock)
        pieces.append(node)
        clock = node.end_s
        piece = _leg(leg, start, clock, own_kg, rng)
        pieces.append(piece)
        clock, here, before = piece.end_s, leg.destination.here, leg.dwell_s
    pieces.append(_node(here, here, before, clock))
    return pieces


def _node(
    here: tuple[float, float], there: tuple[float, float], seconds: float, at: float
) -> Piece:
    """Give the time at a node: it stands, is moved over the yard half way through, stands."""
    far = bearing(here, there)[0]
    end = at + round(seconds)
    if far < 1:
        spot = np.array([here, (here[0] + 1e-9, here[1])])
        zero, gone = np.zeros(2), np.array([0.0, end - at])
        course = Course(
            spot[:, 0], spot[:, 1], np.array([0.0, 1e-4]), terrain(spot), zero, gone, gone,
            Stops.none(),
        )  # fmt: skip
        return Piece("still", course, at, end)
    places, s = of_places(circle(here, there, np.linspace(0, 1, max(8, round(far / 10)))))
    flat = np.full(s.size, 1.0)
    moving = driven(
        Way(places, s, terrain(places)), 4.0 * flat, 0.5 * flat, 0.5 * flat, Stops.none()
    )
    wait = max((end - at - moving.seconds) / 2, 0.0)
    late = Course(
        moving.lat, moving.lon, moving.s, moving.height, moving.v,
        np.concatenate([[0.0], moving.arrives[1:] + wait]), moving.leaves + wait, moving.stops,
    )  # fmt: skip
    return Piece("still", late, at, max(end, at + moving.seconds))


def _leg(leg: Leg, start: Place, at: float, own_kg: float, rng: Random) -> Piece:
    ends = [End(start.lat, start.lon)]
    for each in leg.way[1:-1]:
        if isinstance(each, Crossing):
            wait = rng.uniform(0.8, 4.0) * 3600
            ends.append(End(each.place.lat, each.place.lon, float(wait), "border"))
        else:
            wait = float(rng.uniform(0.5, 2.5) * 3600) if rng.uniform() < 0.4 else 0.0
            ends.append(End(each.lat, each.lon, wait, "yard"))
    ends.append(End(leg.destination.lat, leg.destination.lon))
    # a ship leaves from its berth, to which the goods were moved
    line = np.array([start.here, *leg.line[1:]]) if leg.line else None
    course = move(leg.mode, tuple(ends), rng, line=line)
    vehicle = _vehicle(leg.mode, own_kg, rng)
    end = at + float(np.ceil(course.seconds))
    parts = _parts(leg, course)
    energy = _energy(vehicle, course, parts)
    sections = tuple(_section(part, course, energy, vehicle, end - at) for part in parts)
    return Piece(leg.mode, course, at, end, leg, vehicle, energy, sections)


def _vehicle(mode: str, own_kg: float, rng: Random) -> Vehicle:
    row = next(row for row in table("journeys/vehicles") if row["mode"] == mode)
    low, high = float(row["load_low_kg"]), float(row["load_high_kg"])
    load = max(float(rng.uniform(low, high)), own_kg)
    names = ("roll", "drag", "efficiency", "regained", "idle_w")
    return Vehicle(
        mode, row["vehicle_class"], row["energy_carrier"], float(row["empty_kg"]), load, own_kg,
        **{name: float(row[name]) for name in names},
    )  # fmt: skip


class _Part(NamedTuple):
    """Where a leg runs in one country: vertices, gauge, carrier."""

    country: str | None
    gauge_mm: int | None
    first: int
    last: int


def _parts(leg: Leg, course: Course) -> list[_Part]:
    """Cut a leg at the borders on its way."""
    last = course.s.size - 1
    inner = [each for each in leg.way[1:-1] if isinstance(each, Crossing)]
    cuts = [int(v) for v, why in zip(course.stops.vertex, course.stops.why, strict=True)
            if why == "border"]  # fmt: skip
    rail = leg.mode == "train"
    country, gauge = _begun(leg)
    found, first = [], 0
    for crossing, cut in zip(inner, cuts, strict=False):
        found.append(_Part(crossing.before, crossing.gauge_before if rail else None, first, cut))
        country, gauge, first = crossing.after, crossing.gauge_after, cut
    if leg.mode in ("sea", "air"):
        country = None
    if isinstance(leg.way[-1], Crossing):
        gauge = leg.way[-1].gauge_before
    return [*found, _Part(country, gauge if rail else None, first, last)]


def _begun(leg: Leg) -> tuple[str | None, int | None]:
    """Give the country and gauge in which a leg begins."""
    start = leg.way[0]
    if isinstance(start, Crossing):
        return start.after, start.gauge_after
    return start.country, traction().get(start.country, (1435, "", 0.0))[0]


def _carrier(part: _Part, vehicle: Vehicle) -> tuple[str, float]:
    """Give the energy carrier of a part and its emission [µg/J]."""
    _, pulled, current = traction().get(part.country or "", (0, vehicle.carrier, 150.0))
    carrier = pulled if vehicle.mode == "train" else vehicle.carrier
    return carrier, current if carrier == "electricity" else carried()[carrier]


def _energy(vehicle: Vehicle, course: Course, parts: list[_Part]) -> Floats:
    """Give the energy used from the start to each vertex [J].

    Over a step of length ds the wheels, screw or engine do
    ``(c m g + k v²) ds + m Δ(v²) / 2 + m g Δh``; where that is positive it is divided by the
    efficiency, where it is negative the ``regained`` share of it comes back. A fifth of each slope
    counts for rail, whose tracks are graded.
    """
    mass = vehicle.empty_kg + vehicle.load_kg
    ds = np.diff(course.s)
    v2 = np.square(course.v)
    graded = 0.2 if vehicle.mode == "train" else 1.0
    work = (
        (vehicle.roll * mass * _G + vehicle.drag * (v2[1:] + v2[:-1]) / 2) * ds
        + mass * np.diff(v2) / 2
        + mass * _G * np.diff(course.height) * graded
    )
    share = np.full(ds.size, vehicle.efficiency)
    if vehicle.mode == "train":
        for part in parts:
            share[part.first : part.last] = _rail_efficiency()[_carrier(part, vehicle)[0]]
    used = np.where(work > 0, work / share, vehicle.regained * work * share)
    if vehicle.carrier == "none":
        used = np.zeros(ds.size)
    between = course.arrives[1:] - course.leaves[:-1]
    idle = vehicle.idle_w * between
    standing = course.stops.seconds * course.stops.running * vehicle.idle_w
    idle += np.bincount(np.minimum(course.stops.vertex, ds.size - 1), standing, ds.size)
    return np.concatenate([[0.0], np.cumsum(used + idle)])


def _section(
    part: _Part, course: Course, energy: Floats, vehicle: Vehicle, seconds: float
) -> Section:
    carrier, co2e = _carrier(part, vehicle)
    last = course.s.size - 1
    return Section(
        part.country, part.gauge_mm, carrier, co2e, part.first, part.last,
        float(energy[part.last] - energy[part.first]),
        float(course.s[part.last] - course.s[part.first]),
        0.0 if part.first == 0 else float(course.leaves[part.first]),
        seconds if part.last == last else float(course.leaves[part.last]),
    )  # fmt: skip
