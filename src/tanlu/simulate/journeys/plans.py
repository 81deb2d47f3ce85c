"""What a journey is made of: legs and hand-overs, from templates on real places."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tanlu.simulate.journeys.atlas import (
    WIDE,
    Crossing,
    Lane,
    Place,
    lanes,
    near,
    places,
    turned,
    voyage,
    yard,
)
from tanlu.simulate.journeys.earth import bearing
from tanlu.simulate.stated import table

__all__ = ["Leg", "Plan", "planned"]

Random = np.random.Generator

_E7 = 1e7
_TRIES = 40


class Leg(NamedTuple):
    """A leg to travel: its mode, the places, and how long it waits at its end [s]."""

    mode: str
    way: tuple[Place | Crossing, ...]
    dwell_s: float
    line: tuple[tuple[float, float], ...] = ()

    @property
    def origin(self) -> Place:
        """First place."""
        return _place(self.way[0])

    @property
    def destination(self) -> Place:
        """Last place."""
        return _place(self.way[-1])


class Plan(NamedTuple):
    """A journey to travel: template, legs, and the wait before the first [s]."""

    template: str
    legs: tuple[Leg, ...]
    before_s: float


def _place(each: Place | Crossing) -> Place:
    return each if isinstance(each, Place) else each.place


def planned(region: str, rng: Random, templates: tuple[str, ...] = ()) -> Plan:
    """Give a journey of a template drawn by its weight.

    Parameters
    ----------
    region
        ``fit``, ``test`` or ``world``.
    templates
        Only these.
    """
    rows = [row for row in table("journeys/templates") if row["name"] in (templates or row["name"])]
    weights = np.array([float(row["weight"]) for row in rows])
    row = rows[int(rng.choice(len(rows), p=weights / weights.sum()))]
    makers = {
        "rider": _rider, "parcel": _parcel, "road": _road, "rail": _rail, "inland": _inland,
        "container": _container, "air": _air, "domestic": _domestic, "mixed": _mixed,
    }  # fmt: skip
    for _ in range(_TRIES):
        found = makers[row["name"]](region, rng)
        if found:
            break
    else:
        found = _parcel(region, rng) or _rider(region, rng)
    last = found[-1]._replace(dwell_s=rng.uniform(900, 2400))
    return Plan(row["name"], (*found[:-1], last), float(rng.uniform(900, 2400)))


def _any(kind: str, region: str, rng: Random, countries: tuple[str, ...] = ()) -> Place:
    able = [each for each in places(kind, region) if not countries or each.country in countries]
    return able[int(rng.integers(len(able)))]


def _hours(rng: Random, low: float, high: float) -> float:
    return float(rng.uniform(low, high) * 3600)


def _rider(region: str, rng: Random) -> list[Leg]:
    """From a station of a town by two-wheeler, then on foot through a quarter."""
    town = _any("city", region, rng)
    depot = town.shifted(rng, 500, 5_000)
    quarter = depot.shifted(rng, 2_500, 8_000)
    door = quarter.shifted(rng, 600, 1_600)
    return [
        Leg("two_wheeler", (depot, quarter), _hours(rng, 0.15, 0.4)),
        Leg("walk", (quarter, door), 0),
    ]


def _parcel(region: str, rng: Random) -> list[Leg]:
    """Van to the sorting hub, truck between towns, van to the door."""
    one = _any("city", region, rng, WIDE)
    other = near(one, "city", region, (120e3, 900e3), rng)
    if other is None:
        return []
    return _vans(one, other, rng, _between(one, other, rng))


def _vans(one: Place, other: Place, rng: Random, middle: list[Leg]) -> list[Leg]:
    """Put a van before and after what lies between two towns' hubs."""
    first, last = middle[0].origin, middle[-1].destination
    pick = one.shifted(rng, 1_000, 6_000)
    door = other.shifted(rng, 1_000, 6_000)
    if bearing(pick.here, first.here)[0] < 3_000:
        pick = first.shifted(rng, 4_000, 9_000)
    if bearing(door.here, last.here)[0] < 3_000:
        door = last.shifted(rng, 4_000, 9_000)
    return [Leg("van", (pick, first), _hours(rng, 0.5, 4)), *middle, Leg("van", (last, door), 0)]


def _between(one: Place, other: Place, rng: Random) -> list[Leg]:
    hubs = one.shifted(rng, 6_000, 18_000), other.shifted(rng, 6_000, 18_000)
    return [Leg("truck", hubs, _hours(rng, 0.5, 4))]


def _road(region: str, rng: Random) -> list[Leg]:
    """Over a border by truck, with a van at the end."""
    lane = _lane("truck", region, rng)
    legs = _over(lane, rng)
    last = legs[-1].destination
    return [*legs, Leg("van", (last, last.shifted(rng, 5_000, 15_000)), 0)]


def _rail(region: str, rng: Random) -> list[Leg]:
    """Truck, train over borders and gauges, truck."""
    legs = _over(_lane("train", region, rng), rng)
    return _trucks(legs, rng, 4, 20)


def _domestic(region: str, rng: Random) -> list[Leg]:
    """Truck, train within a country, truck."""
    one = _any("city", region, rng, WIDE)
    other = near(one, "city", region, (350e3, 1_800e3), rng)
    if other is None:
        return []
    yards = tuple(yard(each).shifted(rng, 100, 800) for each in (one, other))
    return _trucks([Leg("train", yards, _hours(rng, 4, 20))], rng, 4, 20)


def _inland(region: str, rng: Random) -> list[Leg]:
    """Truck, barge on a river, truck."""
    lane = _lane("inland", region, rng)
    stretch = int(rng.integers(len(lane.way) - 1))
    part = lane._replace(way=lane.way[stretch : stretch + 2])
    return _trucks(_over(part, rng), rng, 4, 24)


def _trucks(middle: list[Leg], rng: Random, low: float, high: float) -> list[Leg]:
    """Put a truck before and after."""
    first, last = middle[0].origin, middle[-1].destination
    pick = first.shifted(rng, 25_000, 200_000)._replace(terminal="site")
    door = last.shifted(rng, 25_000, 200_000)._replace(terminal="site")
    middle[-1] = middle[-1]._replace(dwell_s=_hours(rng, low, high))
    return [
        Leg("truck", (pick, first), _hours(rng, low, high)), *middle, Leg("truck", (last, door), 0),
    ]  # fmt: skip


def _lane(mode: str, region: str, rng: Random) -> Lane:
    able = lanes(mode, region)
    lane = able[int(rng.integers(len(able)))]
    return turned(lane) if rng.uniform() < 0.5 else lane


def _over(lane: Lane, rng: Random) -> list[Leg]:
    """Give the legs of a lane: a new one where the gauge changes, and with it the train."""
    terminal = {"train": "rail", "inland": "port"}.get(lane.mode, "site")
    way = [
        _end(each, terminal, rng)
        if isinstance(each, Place) and number in (0, len(lane.way) - 1)
        else each
        for number, each in enumerate(lane.way)
    ]
    legs, part = [], [way[0]]
    for each in way[1:]:
        part.append(each)
        if isinstance(each, Crossing) and each.breaks and lane.mode == "train":
            legs.append(Leg("train", tuple(part), _hours(rng, 3, 10)))
            part = [each]
    return [*legs, Leg(lane.mode, tuple(part), _hours(rng, 4, 20))]


def _end(town: Place, terminal: str, rng: Random) -> Place:
    """Give where a lane begins or ends in a town: its rail terminal, or a place at its edge."""
    if terminal == "rail":
        return yard(town).shifted(rng, 100, 800)
    return town.shifted(rng, 2_000, 6_000)._replace(terminal=terminal)


def _sail(region: str, rng: Random, origin: Place | None = None) -> list[Leg]:
    """Give a voyage of 400 to 9,000 km between two ports of a region."""
    one = origin or _any("port", region, rng)
    able = [
        each for each in places("port", region) if 300e3 < bearing(one.here, each.here)[0] < 6_000e3
    ]
    if not able:
        return []
    other = able[int(rng.integers(len(able)))]
    ends = [(round(each.lat * _E7), round(each.lon * _E7)) for each in (one, other)]
    line = voyage(*ends)
    far = sum(bearing(a, b)[0] for a, b in pairwise(line))
    if not 400e3 < far < 9_000e3:
        return []
    return [Leg("sea", (one, other), _hours(rng, 8, 40), line)]


def _container(region: str, rng: Random) -> list[Leg]:
    """Truck to the port, ship, truck from the port."""
    middle = _sail(region, rng)
    return _trucks(middle, rng, 8, 40) if middle else []


def _fly(region: str, rng: Random) -> list[Leg]:
    one = _any("airport", region, rng)
    able = [
        each
        for each in places("airport", region)
        if 500e3 < bearing(one.here, each.here)[0] < 10_000e3
    ]
    if not able:
        return []
    return [Leg("air", (one, able[int(rng.integers(len(able)))]), _hours(rng, 3, 10))]


def _air(region: str, rng: Random) -> list[Leg]:
    """Truck to the airport, freighter, van from the airport."""
    middle = _fly(region, rng)
    if not middle:
        return []
    legs = _trucks(middle, rng, 3, 10)
    return [*legs[:-1], legs[-1]._replace(mode="van")]


def _mixed(region: str, rng: Random) -> list[Leg]:
    """Truck, train to the port, ship, truck, van."""
    middle = _sail(region, rng)
    if not middle:
        return []
    port = middle[0].origin
    town = near(port, "city", region, (200e3, 900e3), rng)
    if town is None:
        return []
    station = yard(town).shifted(rng, 100, 800)
    legs = _trucks([Leg("train", (station, port), _hours(rng, 8, 40)), *middle], rng, 8, 40)
    last = legs[-1].destination
    legs[-1] = legs[-1]._replace(dwell_s=_hours(rng, 0.5, 4))
    return [*legs, Leg("van", (last, last.shifted(rng, 4_000, 12_000)), 0)]
