"""How fast along a way: limits, braking before what is slow, stops; then when it is where.

Between two vertices the acceleration is constant, so place and time follow exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tanlu.simulate.journeys.earth import Floats, lengths, radii
from tanlu.simulate.journeys.paths import Plane

__all__ = ["Course", "Quarter", "Stops", "Way", "bend", "driven", "of_places"]


@dataclass(frozen=True)
class Stops:
    """Where it stands still on the way: vertices, how long [s], engine on, and why."""

    vertex: npt.NDArray[np.int64]
    seconds: Floats
    running: npt.NDArray[np.bool_]
    why: tuple[str, ...]

    @classmethod
    def none(cls) -> Stops:
        """Give no stops."""
        return cls(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_), ())

    def sorted(self, last: int, apart: int = 4) -> Stops:
        """Give them in the order of the way, each ``apart`` vertices from others and the ends."""
        order = np.argsort(self.vertex, kind="stable")
        kept: list[int] = []
        before = 0
        for place in order.tolist():
            here = int(self.vertex[place])
            here = max(here, before + apart)
            if here > last - apart:
                continue
            self.vertex[place] = before = here
            kept.append(place)
        rows = np.array(kept, np.int64)
        why = tuple(self.why[place] for place in kept)
        return Stops(self.vertex[rows], self.seconds[rows], self.running[rows], why)

    def __add__(self, other: Stops) -> Stops:
        """Give the stops of both."""
        return Stops(
            np.concatenate([self.vertex, other.vertex]),
            np.concatenate([self.seconds, other.seconds]),
            np.concatenate([self.running, other.running]),
            self.why + other.why,
        )


class Way(NamedTuple):
    """Places [°], way so far [m] and height [m], one row a vertex."""

    places: Floats
    s: Floats
    height: Floats


class Quarter(NamedTuple):
    """Streets that a way took: corners in a plane [m], laid from one place to another [°]."""

    corners: Plane
    start: tuple[float, float]
    end: tuple[float, float]
    block_m: float


@dataclass(frozen=True)
class Course:
    """A way with its times: one row a vertex.

    ``lat``, ``lon`` [°], ``s`` way so far [m], ``height`` above the sea [m], ``v`` speed [m/s],
    ``arrives`` and ``leaves`` [s since the start]. Of ways on roads ``town`` tells which vertices
    lie in streets, and ``quarters`` the corners of those streets.
    """

    lat: Floats
    lon: Floats
    s: Floats
    height: Floats
    v: Floats
    arrives: Floats
    leaves: Floats
    stops: Stops
    town: npt.NDArray[np.bool_] | None = None
    quarters: tuple[Quarter, ...] = ()

    @property
    def seconds(self) -> float:
        """Time from start to end [s]."""
        return float(self.arrives[-1])

    @property
    def distance_m(self) -> float:
        """Length of the way [m]."""
        return float(self.s[-1])

    def at(self, seconds: Floats) -> tuple[Floats, Floats]:
        """Give way so far [m] and speed [m/s] at times since the start."""
        last = self.s.size - 2
        i = np.clip(np.searchsorted(self.leaves, seconds, side="right") - 1, 0, last)
        step = self.arrives[i + 1] - self.leaves[i]
        passed = np.clip(seconds - self.leaves[i], 0.0, step)
        # a start that has not been left yet, and a stop, stand still
        pull = (self.v[i + 1] - self.v[i]) / step
        way = self.s[i] + passed * (self.v[i] + pull * passed / 2)
        standing = (seconds < self.leaves[i]) | (seconds > self.arrives[i + 1])
        speed = np.where(standing, 0.0, self.v[i] + pull * passed)
        return np.minimum(way, self.s[i + 1]), speed

    def when(self, way: float) -> float:
        """Give when a place of the way is first reached [s since the start]."""
        return float(np.interp(way, self.s, self.arrives))

    def place(self, way: Floats) -> tuple[Floats, Floats, Floats]:
        """Give latitude, longitude [°] and height [m] at places of the way."""
        return (
            np.interp(way, self.s, self.lat),
            np.interp(way, self.s, self.lon),
            np.interp(way, self.s, self.height),
        )


def of_places(course: Floats) -> tuple[Floats, Floats]:
    """Give places apart from the one before, and the way so far [m] of each."""
    step = lengths(course[:, 0], course[:, 1])
    kept = np.concatenate([[True], step > 1e-3])
    course = course[kept]
    step = lengths(course[:, 0], course[:, 1])
    return course, np.concatenate([[0.0], np.cumsum(step)])


def bend(course: Floats, s: Floats) -> Floats:
    """Give how strongly a way bends at each vertex [1/m]: turn of the heading over the way."""
    north, east = radii((course[1:, 0] + course[:-1, 0]) / 2)
    turn = np.diff(np.arctan2(np.diff(course[:, 0]) * north, np.diff(course[:, 1]) * east))
    found = np.zeros(course.shape[0])
    turn -= 2 * np.pi * np.round(turn / (2 * np.pi))
    found[1:-1] = np.abs(turn) / ((s[2:] - s[:-2]) / 2)
    return found


def driven(way: Way, limit: Floats, pull: Floats, brake: Floats, stops: Stops) -> Course:
    """Give the fastest motion within limits of speed and of acceleration.

    With ``u = v²`` a vertex allows what the slowest one before it allows plus
    ``2 ∫ a ds``, and what the slowest one after it allows plus ``2 ∫ b ds``: two running minima.

    Parameters
    ----------
    way
        Where it goes.
    limit
        Highest speed at each vertex [m/s].
    pull, brake
        Highest acceleration and deceleration at each vertex [m/s²].
    stops
        Where it stands.
    """
    course, s, height = way
    most = np.square(np.maximum(limit, 0.3))
    most[stops.vertex] = 0.0
    most[0] = most[-1] = 0.0
    step = np.diff(s)
    gain = np.concatenate([[0.0], np.cumsum((pull[1:] + pull[:-1]) * step)])
    most = gain + np.minimum.accumulate(most - gain)
    loss = np.concatenate([[0.0], np.cumsum((brake[1:] + brake[:-1]) * step)])
    most = np.minimum.accumulate((most + loss)[::-1])[::-1] - loss
    v = np.sqrt(np.maximum(most, 0.0))
    v[stops.vertex] = 0.0
    v[0] = v[-1] = 0.0
    between = 2 * step / np.maximum(v[1:] + v[:-1], 1e-3)
    dwell = np.zeros(s.size)
    dwell[stops.vertex] = stops.seconds
    leaves = np.cumsum(np.concatenate([[0.0], between]) + dwell)
    return Course(course[:, 0], course[:, 1], s, height, v, leaves - dwell, leaves, stops)
