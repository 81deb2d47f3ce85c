"""Lines of a map: as few vertices as keep them, and the error with which maps are drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tanlu.simulate.journeys.earth import Floats, radii
from tanlu.simulate.journeys.paths import swayed
from tanlu.simulate.journeys.speed import bend, of_places

__all__ = ["Line", "along", "bent", "beside", "drawn", "few"]

Random = np.random.Generator

# a line of a map lies so far from what it shows at most [m]; its vertices so far apart at most [m]
OFF_M, APART_M = 3.0, 400.0
# maps are shifted here and there: wavelengths of the shift [m], one sigma along an axis [m]
WAVES_M, SHIFT_M = (300.0, 450.0, 700.0, 1_100.0, 1_700.0, 2_600.0), 2.5
_DEGREE_M = 111_195.0


class Line(NamedTuple):
    """A line: places [°], and whether it may be travelled in its own direction only."""

    places: Floats
    oneway: bool = False


def few(course: Floats) -> Floats:
    """Give a line of few vertices that lies within 3 m of a way.

    An arc of curvature k lies ``k c² / 8`` off its chord c, so that ``√(k / 8 OFF)`` vertices a
    metre are enough.
    """
    course, s = of_places(course)
    if s.size < 3:
        return course
    density = np.sqrt(bend(course, s) / (8 * OFF_M))
    density = np.maximum(density, 1 / APART_M)
    due = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(s))])
    wanted = np.linspace(0.0, due[-1], max(int(np.ceil(due[-1])), 1) + 1)
    rows = np.unique(np.searchsorted(due, wanted).clip(0, s.size - 1))
    rows[0], rows[-1] = 0, s.size - 1
    found: Floats = course[np.unique(rows)]
    return found


def along(line: Floats) -> Floats:
    """Give the way so far at each vertex of a line [m]."""
    north, east = radii((line[1:, 0] + line[:-1, 0]) / 2)
    steps = np.hypot(np.diff(line[:, 0]) * north, np.diff(line[:, 1]) * east)
    return np.concatenate([[0.0], np.cumsum(steps)])


def bent(line: Floats, first: Floats, last: Floats) -> Floats:
    """Give a line that begins and ends where others are."""
    return np.concatenate([[first], line[1:-1], [last]])


def beside(course: Floats, off_m: float) -> Floats:
    """Give a line that leaves a way, goes on ``off_m`` to its left, and comes back to it."""
    return bent(few(swayed(course, np.full(course.shape[0], off_m))), course[0], course[-1])


def drawn(places: Floats, origin: tuple[float, float], waves: Floats, sigma_m: float) -> Floats:
    """Give places as a map has them [°]: each shifted as its surroundings are.

    Parameters
    ----------
    places
        Rows of latitude and longitude [°].
    origin
        Where offsets are counted from [°].
    waves
        Of each wavelength direction, phase north and phase east [rad].
    """
    y, x = ((places[:, axis] - origin[axis]) * _DEGREE_M for axis in (0, 1))
    scale = sigma_m * np.sqrt(2 / len(WAVES_M))
    north, east = np.zeros(y.size), np.zeros(y.size)
    for length, (angle, one, other) in zip(WAVES_M, waves, strict=True):
        place = (x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / length)
        north += scale * np.sin(place + one)
        east += scale * np.sin(place + other)
    per_north, per_east = radii(places[:, 0])
    return np.column_stack([places[:, 0] + north / per_north, places[:, 1] + east / per_east])
