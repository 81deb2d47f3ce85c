"""How each means of transport moves between real places: shape of the way, limits, stops.

``motion.csv`` holds the figures of each mode. A course is one leg; the places where it must pass,
such as a border, stand in ``ends`` between the first and the last.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tanlu.simulate.journeys.earth import Floats, bearing, moved
from tanlu.simulate.journeys.paths import (
    curved,
    even,
    joined,
    laid,
    noise,
    paved,
    rounded,
    staircase,
    swayed,
)
from tanlu.simulate.journeys.speed import (
    Course,
    Quarter,
    Stops,
    Way,
    bend,
    driven,
    of_places,
)
from tanlu.simulate.stated import table

__all__ = ["MODES", "End", "Motion", "motion", "move", "terrain"]

Random = np.random.Generator

MODES = ("walk", "two_wheeler", "van", "truck", "train", "inland", "sea", "air")
_KMH = 1 / 3.6
# scales [m] and weights of the curves of roads, tracks, rivers and airways
_ROAD = ((400.0, 0.35), (1_500.0, 0.7), (5_000.0, 1.0), (20_000.0, 0.8), (80_000.0, 0.5))
_MOTORWAY = ((600.0, 0.1), (1_500.0, 0.3), (5_000.0, 0.6), (20_000.0, 1.0), (80_000.0, 1.0))
_RAIL = ((3_000.0, 0.5), (9_000.0, 0.9), (30_000.0, 1.0), (120_000.0, 0.8))
_RIVER = ((1_500.0, 0.6), (5_000.0, 1.0), (15_000.0, 0.8), (60_000.0, 0.4))
_AIRWAY = ((60_000.0, 0.6), (250_000.0, 1.0), (900_000.0, 0.6))
RADIUS_M = 400.0  # no track bends more than this
_DRIVE_S = 4.2 * 3600  # a driver rests before 4.5 h: Regulation (EC) 561/2006, article 7
_DAY_S = 8.6 * 3600  # and stays before 9 h: article 6


class End(NamedTuple):
    """A place on a leg: where, and how long it stands there on the way [s] and why."""

    lat: float
    lon: float
    seconds: float = 0.0
    why: str = ""

    @property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude [°]."""
        return self.lat, self.lon


class Motion(NamedTuple):
    """One row of ``motion.csv``; speeds in m/s."""

    mode: str
    step_m: float
    accel: float
    brake: float
    lateral: float
    low: float
    high: float
    wander: float
    tortuosity: float
    spread: float
    stop_m: float
    stop_share: float
    stop_low_s: float
    stop_high_s: float


@cache
def motion(mode: str) -> Motion:
    """Give the figures of a mode."""
    row = next(row for row in table("journeys/motion") if row["mode"] == mode)
    values = {name: float(row[name]) for name in Motion._fields if name in row and name != "mode"}
    return Motion(
        mode=mode, low=float(row["low_kmh"]) * _KMH, high=float(row["high_kmh"]) * _KMH, **values
    )


def move(mode: str, ends: tuple[End, ...], rng: Random, *, line: Floats | None = None) -> Course:
    """Give the course of a leg.

    Parameters
    ----------
    mode
        One of ``MODES``.
    ends
        First and last place, and those on the way.
    line
        The way of a ship as places [°], where a network tells it.
    """
    figures = motion(mode)
    if mode == "air":
        return _flight(figures, ends, rng)
    if mode == "sea":
        return _voyage(figures, ends, rng, line)
    if mode == "train":
        return _run(figures, ends, rng)
    if mode == "inland":
        return _barge(figures, ends, rng)
    return _road(figures, ends, rng)


def terrain(course: Floats) -> Floats:
    """Give the height of the ground [m]: gentle waves over the map, the same for every journey."""
    lat, lon = np.deg2rad(course[:, 0]), np.deg2rad(course[:, 1])
    wide = np.sin(517 * lat + 1.3) * np.sin(431 * lon + 0.4)
    fine = np.sin(5_903 * lat + 0.2) * np.sin(4_711 * lon + 2.1)
    return np.asarray(160.0 + 110.0 * wide + 9.0 * fine)


def _tortuosity(figures: Motion, rng: Random) -> float:
    drawn = rng.normal(figures.tortuosity, figures.spread)
    least = 1 + (figures.tortuosity - 1) * 0.4
    return float(np.clip(drawn, least, 2 * figures.tortuosity - least))


def _pieces(
    figures: Motion, ends: tuple[End, ...], scales: tuple[tuple[float, float], ...], rng: Random
) -> Floats:
    """Give the way through all places of a leg, curve by curve."""
    found = []
    for one, other in pairwise(ends):
        chord = max(bearing(one.place, other.place)[0], 200.0)
        shape = curved(chord, _tortuosity(figures, rng), figures.step_m, scales, rng)
        found.append(laid(shape, one.place, other.place))
    return joined(*found)


def _vias(course: Floats, ends: tuple[End, ...]) -> Stops:
    """Give the stops at the places on the way."""
    inner = [end for end in ends[1:-1] if end.seconds > 0]
    if not inner:
        return Stops.none()
    scale = np.cos(np.deg2rad(course[:, 0]))
    vertex = [
        int(np.argmin((course[:, 0] - e.lat) ** 2 + ((course[:, 1] - e.lon) * scale) ** 2))
        for e in inner
    ]
    return Stops(
        np.array(vertex, np.int64),
        np.array([end.seconds for end in inner]),
        np.zeros(len(inner), np.bool_),
        tuple(end.why for end in inner),
    )


def _spaced(figures: Motion, s: Floats, able: Floats, why: str, rng: Random) -> Stops:
    """Give the short stops: gamma distances of ``stop_m``, some of them red, where ``able``."""
    if not figures.stop_m:
        return Stops.none()
    count = int(s[-1] / figures.stop_m * 1.6) + 8
    at = np.cumsum(rng.gamma(3.0, figures.stop_m / 3.0, count))
    red = rng.uniform(size=count) < figures.stop_share
    seconds = rng.uniform(figures.stop_low_s, figures.stop_high_s, count)
    vertex = np.searchsorted(s, at)
    kept = red & (at < s[-1]) & (np.interp(at, s, able) > 0.5)
    rows = int(kept.sum())
    return Stops(
        vertex[kept].astype(np.int64), seconds[kept], np.ones(rows, np.bool_), (why,) * rows
    )


def _traffic(s: Floats, mean: float, spread: float, scale: float, rng: Random) -> Floats:
    """Give a speed that others let it go: lower than the mean where it is crowded [m/s]."""
    return np.asarray(mean * (1 + spread * np.clip(noise(s, scale, rng), -2.5, 0.8)))


def _curves(course: Floats, s: Floats, lateral: float) -> Floats:
    """Give the speed at which a bend pulls sideways by ``lateral`` [m/s]."""
    return np.asarray(np.sqrt(lateral / np.maximum(bend(course, s), 1e-6)))


def _road(figures: Motion, ends: tuple[End, ...], rng: Random) -> Course:
    """Give a way on roads: streets at both ends, roads between, lights, bends, rests."""
    course, town, quarters = _roads(figures, ends, rng)
    places, s = of_places(course)
    town_at = town[: s.size]
    cruise = float(rng.uniform(figures.low, figures.high))
    fast = _traffic(s, cruise, figures.wander, 6_000.0, rng)
    uneven = figures.wander if figures.mode == "walk" else 0.2
    street = _traffic(s, min(cruise, rng.uniform(30, 46) * _KMH), uneven, 800.0, rng)
    # the fringe of a town is slower than the open road
    near = np.minimum(s, s[-1] - s)
    fringe = np.where(near < 9_000, np.minimum(fast, 65 * _KMH), fast)
    limit = np.minimum(np.where(town_at > 0.5, street, fringe), figures.high * 1.02)
    limit = np.minimum(limit, _curves(places, s, figures.lateral))
    able = np.where((town_at > 0.5) | (near < 5_000), 1.0, 0.0)
    stops = _vias(places, ends) + _spaced(figures, s, able, "light", rng)
    height = terrain(places)
    pull, brake = np.full(s.size, figures.accel), np.full(s.size, figures.brake)
    parts = (Way(places, s, height), limit, pull, brake)
    found = driven(*parts, stops.sorted(s.size - 1))
    if figures.mode == "truck":
        more = _rests(found, rng)
        if more.why:
            found = driven(*parts, (found.stops + more).sorted(s.size - 1))
    return replace(found, town=town_at > 0.5, quarters=quarters)


def _roads(
    figures: Motion, ends: tuple[End, ...], rng: Random
) -> tuple[Floats, Floats, tuple[Quarter, ...]]:
    """Give the places of a way on roads, where they are streets of a town [1], and those."""
    found, town, quarters = [], [], []
    scales = _MOTORWAY if figures.mode == "truck" else _ROAD
    for number, (one, other) in enumerate(pairwise(ends)):
        chord, _ = bearing(one.place, other.place)
        if figures.mode in ("walk", "two_wheeler") or chord < 5_000:
            corners = staircase(max(chord, 30.0), _tortuosity(figures, rng), 220.0, rng)
            quarters.append(Quarter(corners, one.place, other.place, 220.0))
            shape = paved(corners, figures.step_m)
            found.append(laid(shape, one.place, other.place))
            town.append(np.ones(shape.size))
            continue
        out = _gate(one, other, rng) if number == 0 else one.place
        into = _gate(other, one, rng) if number == len(ends) - 2 else other.place
        pieces = [
            (one.place, out, True),
            (out, into, False),
            (into, other.place, True),
        ]
        for start, end, inside in pieces:
            if start == end:
                continue
            far = bearing(start, end)[0]
            if inside:
                corners = staircase(far, rng.uniform(1.15, 1.35), 350.0, rng)
                quarters.append(Quarter(corners, start, end, 350.0))
                shape = paved(corners, figures.step_m)
            else:
                shape = curved(far, _tortuosity(figures, rng), figures.step_m, scales, rng)
            found.append(laid(shape, start, end))
            town.append(np.full(shape.size, float(inside)))
    first = [town[0], *(part[1:] for part in town[1:])]
    course = rounded(joined(*found), max(2, round(30 / figures.step_m)))
    return course, np.concatenate(first), tuple(quarters)


def _gate(here: End, there: End, rng: Random) -> tuple[float, float]:
    """Give where the streets of a town end: 1 to 2.5 km off, about in the direction of travel."""
    angle = bearing(here.place, there.place)[1] + rng.uniform(-0.5, 0.5)
    far = rng.uniform(1_000, 2_500)
    return moved(here.place, far * np.sin(angle), far * np.cos(angle))


def _rests(course: Course, rng: Random) -> Stops:
    """Give where a driver rests: 45 min every 4.2 h at the wheel, a night every 8.6 h.

    Half of the trucks have two drivers: they stand 20 min, as article 62 (7) of the implementing
    regulation of the Road Traffic Safety Law of China asks after four hours.
    """
    pair = rng.uniform() < 0.5
    wheel = course.leaves - np.cumsum(
        np.bincount(course.stops.vertex, course.stops.seconds, course.s.size)
    )
    every = 3.9 * 3600 if pair else _DRIVE_S
    times = np.arange(1, int(wheel[-1] / every) + 1) * every
    times = times[times < wheel[-1] - 1800]
    if not times.size:
        return Stops.none()
    seconds = rng.uniform(1_200, 2_100, times.size)
    if not pair:
        night = np.arange(1, times.size + 1) % round(_DAY_S / _DRIVE_S) == 0
        seconds = np.where(night, rng.uniform(9.2, 11.5, times.size) * 3600, seconds + 1_600)
    vertex = np.searchsorted(wheel, times).astype(np.int64)
    return Stops(vertex, seconds, np.zeros(times.size, np.bool_), ("rest",) * times.size)


def _run(figures: Motion, ends: tuple[End, ...], rng: Random) -> Course:
    """Give the run of a train: wide curves, yards, sidings, borders."""
    course = _pieces(figures, ends, _RAIL, rng)
    course, s = of_places(course)
    width = 8
    while float(bend(course, s).max()) > 1 / RADIUS_M and width < course.shape[0] // 4:
        course, s = of_places(rounded(course, width))
        width *= 2
    cruise = float(rng.uniform(figures.low, figures.high))
    limit = _traffic(s, cruise, figures.wander, 25_000.0, rng)
    near = np.minimum(s, s[-1] - s)
    limit = np.where(near < 1_500, 25 * _KMH, np.minimum(limit, (25 + near / 300) * _KMH))
    limit = np.minimum(limit, _curves(course, s, figures.lateral))
    able = np.where(near > 20_000, 1.0, 0.0)
    stops = _vias(course, ends) + _spaced(figures, s, able, "siding", rng)
    pull, brake = np.full(s.size, figures.accel), np.full(s.size, figures.brake)
    return driven(Way(course, s, terrain(course)), limit, pull, brake, stops.sorted(s.size - 1))


def _barge(figures: Motion, ends: tuple[End, ...], rng: Random) -> Course:
    """Give the way of a barge: a winding river with locks."""
    course, s = of_places(rounded(_pieces(figures, ends, _RIVER, rng), 6))
    cruise = float(rng.uniform(figures.low, figures.high))
    limit = _traffic(s, cruise, figures.wander, 8_000.0, rng)
    near = np.minimum(s, s[-1] - s)
    limit = np.where(near < 1_000, 1.5, limit)
    able = np.where(near > 4_000, 1.0, 0.0)
    stops = (_vias(course, ends) + _spaced(figures, s, able, "lock", rng)).sorted(s.size - 1, 40)
    if stops.vertex.size:
        far = np.abs(s[:, None] - s[stops.vertex][None, :]).min(axis=1)
        limit = np.where(far < 300, 1.2, limit)
    pull, brake = np.full(s.size, figures.accel), np.full(s.size, figures.brake)
    height = np.full(s.size, 30.0)
    return driven(Way(course, s, height), limit, pull, brake, stops)


def _voyage(figures: Motion, ends: tuple[End, ...], rng: Random, line: Floats | None) -> Course:
    """Give a voyage: along the lanes, slow near ports, some hours at anchor before some of them."""
    if line is None:
        line = np.array([end.place for end in ends])
    course = rounded(even(line, figures.step_m), round(5_000 / figures.step_m))
    course, s = of_places(course)
    near = np.minimum(s, s[-1] - s)
    sway = 250.0 * noise(s, 30_000.0, rng) * np.clip(near / 20_000, 0, 1)
    course, s = of_places(swayed(course, sway))
    near = np.minimum(s, s[-1] - s)
    cruise = float(rng.uniform(figures.low, figures.high))
    limit = _traffic(s, cruise, figures.wander, 60_000.0, rng)
    limit = np.where(near < 25_000, np.minimum(limit, 2.5 + near * 2.2e-4), limit)
    stops = Stops.none()
    if rng.uniform() < 0.35 and s[-1] > 80_000:
        vertex = np.searchsorted(s, s[-1] - rng.uniform(12_000, 20_000))
        seconds = rng.uniform(1, 9) * 3600
        stops = Stops(
            np.array([vertex], np.int64), np.array([seconds]), np.ones(1, np.bool_), ("anchor",)
        )
    pull, brake = np.full(s.size, figures.accel), np.full(s.size, figures.brake)
    return driven(Way(course, s, np.zeros(s.size)), limit, pull, brake, stops.sorted(s.size - 1))


def _flight(figures: Motion, ends: tuple[End, ...], rng: Random) -> Course:
    """Give a flight: taxiing, roll, climb, cruise on the great circle, approach, landing."""
    start, end = ends[0].place, ends[-1].place
    ahead = [rng.uniform(-np.pi, np.pi) for _ in range(2)]
    runway = 3_200.0

    def on(place: tuple[float, float], angle: float, far: float) -> tuple[float, float]:
        return moved(place, far * np.sin(angle), far * np.cos(angle))

    axis = [
        on(place, angle + np.pi / 2, 900.0)
        for place, angle in zip((start, end), ahead, strict=True)
    ]
    out, up = on(axis[0], ahead[0], -runway / 2), on(axis[0], ahead[0], runway / 2)
    gone = on(axis[0], ahead[0], 14_000)
    come, down = on(axis[1], ahead[1], -26_000), on(axis[1], ahead[1], -runway / 2)
    off = on(axis[1], ahead[1], runway / 2)
    far = bearing(gone, come)[0]
    air = laid(curved(far, _tortuosity(figures, rng), 200.0, _AIRWAY, rng), gone, come)
    flown = rounded(even(joined(np.array([up, gone]), air, np.array([come, down])), 200.0), 22)
    taxi = [
        rounded(even(np.array(corners), 10.0), 6)
        for corners in (
            [start, on(start, ahead[0], -runway / 2), out],
            [off, on(end, ahead[1], runway / 2), end],
        )
    ]
    rolls = [even(np.array(each), 20.0) for each in ([out, up], [down, off])]
    course, s = of_places(joined(taxi[0], rolls[0], flown, rolls[1], taxi[1]))
    edge = [float(s[_nearest(course, place)]) for place in (out, up, down, off)]
    return _flown(figures, course, s, edge, rng)


def _nearest(course: Floats, place: tuple[float, float]) -> int:
    return int(np.argmin((course[:, 0] - place[0]) ** 2 + (course[:, 1] - place[1]) ** 2))


def _flown(figures: Motion, course: Floats, s: Floats, edge: list[float], rng: Random) -> Course:
    """Give times and heights of a flight whose roll begins and ends at the edges of the way."""
    out, up, down, off = edge
    ground = terrain(course)
    cruise = float(rng.uniform(figures.low, figures.high))
    top = float(rng.uniform(10_000, 11_600))
    climb = top * (1 - np.exp(-np.maximum(s - (up - 600), 0.0) / 80_000))
    descent = 0.0524 * np.maximum(down - s, 0.0)  # a path of three degrees
    above = np.minimum(np.minimum(climb, descent), top)
    height = ground * np.clip(1 - above / 2_000, 0, 1) + above
    taxiing = (s < out) | (s > off)
    limit = np.where(above < 3_000, 128.0, _traffic(s, cruise, figures.wander, 200_000.0, rng))
    limit = np.where(above < 600, 78.0, limit)
    limit = np.where((s >= down) & (s <= off), 72.0, limit)
    limit = np.where((s >= out) & (s <= up), 85.0, limit)
    limit = np.where(taxiing, np.minimum(8.0, _curves(course, s, 0.6)), limit)
    rolling = ((s >= out) & (s <= up)) | ((s >= down) & (s <= off))
    pull = np.where(rolling, 1.9, np.where(taxiing, 0.4, 0.25))
    brake = np.where(rolling, 1.8, np.where(taxiing, 0.6, 0.3))
    wait = int(np.searchsorted(s, out)) - 1
    stops = Stops(
        np.array([wait], np.int64), rng.uniform(60, 600, 1), np.ones(1, np.bool_), ("runway",)
    )
    return driven(Way(course, s, height), limit, pull, brake, stops.sorted(s.size - 1))
