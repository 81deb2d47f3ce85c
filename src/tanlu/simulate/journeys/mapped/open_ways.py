"""Roads, railways and rivers between towns: the way that was taken, and others beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tanlu.simulate.journeys.earth import Floats, bearing, moved
from tanlu.simulate.journeys.mapped.lines import Line, along, bent, beside, few
from tanlu.simulate.journeys.paths import curved, laid

__all__ = ["STYLES", "ways"]

Random = np.random.Generator
Scales = tuple[tuple[float, float], ...]


class Style(NamedTuple):
    """What lies beside ways of a kind; lengths in m, shares of 1."""

    scales: Scales
    tortuosity: float
    spread: float
    meets: tuple[float, float]
    rivals: float
    branch: float
    branch_m: tuple[float, float]
    beside: float
    beside_m: tuple[float, float]
    off_m: tuple[float, float]


# roads: another way between the same places each 5 to 25 km, a branch each 6 km, one alike at 100
# to 300 m each 20 km; railways: sidings, a second line; rivers: arms
STYLES = {
    "road": Style(
        ((500.0, 0.3), (1_500.0, 0.6), (5_000.0, 1.0), (20_000.0, 0.8)), 1.2, 0.08,
        (5_000.0, 25_000.0), 0.7, 6_000.0, (800.0, 4_000.0), 20_000.0, (2_000.0, 8_000.0),
        (100.0, 300.0),
    ),
    "rail": Style(
        ((3_000.0, 0.5), (9_000.0, 0.9), (30_000.0, 1.0)), 1.15, 0.06, (60_000.0, 150_000.0), 0.4,
        30_000.0, (2_000.0, 9_000.0), 12_000.0, (900.0, 5_000.0), (20.0, 250.0),
    ),
    "water": Style(
        ((1_500.0, 0.6), (5_000.0, 1.0)), 1.25, 0.08, (30_000.0, 90_000.0), 0.15, 25_000.0,
        (2_000.0, 12_000.0), 40_000.0, (2_000.0, 6_000.0), (200.0, 600.0),
    ),
}  # fmt: skip
# a way is cut into pieces of this length, some of which the map lacks [m]
PIECE_M = (1_500.0, 4_500.0)
STEP_M = 25.0


def ways(course: Floats, kind: str, missing: float, rng: Random) -> list[Line]:
    """Give the lines of a way and of what lies beside it.

    Parameters
    ----------
    course
        The way in fine steps [°].
    kind
        One of ``STYLES``.
    missing
        Share of its pieces that the map lacks [1].
    """
    style, line = STYLES[kind], few(course)
    s = along(line)
    made = _rivals(line, s, style, rng) + _branches(line, s, style, rng)
    made += _beside(course, style, rng)
    cuts = _spaced(s, PIECE_M, rng)
    kept = rng.uniform(size=cuts.size - 1) >= missing
    pieces = [
        Line(line[first : last + 1])
        for first, last, there in zip(cuts[:-1].tolist(), cuts[1:].tolist(), kept, strict=True)
        if there
    ]
    return pieces + made


def _spaced(s: Floats, span: tuple[float, float], rng: Random) -> np.ndarray:
    """Give vertices that far apart, the first and the last among them."""
    count = int(s[-1] / span[0]) + 2
    at = np.cumsum(rng.uniform(*span, count))
    inner = np.searchsorted(s, at[at < s[-1] - span[0] / 2])
    return np.unique(np.concatenate([[0], inner, [s.size - 1]]))


def _curve(start: Floats, end: Floats, style: Style, rng: Random) -> Floats | None:
    one, other = (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))
    chord = bearing(one, other)[0]
    if chord < 200:
        return None
    ratio = max(float(rng.normal(style.tortuosity, style.spread)), 1.02)
    shape = curved(chord, ratio, STEP_M, style.scales, rng)
    return bent(few(laid(shape, one, other)), start, end)


def _rivals(line: Floats, s: Floats, style: Style, rng: Random) -> list[Line]:
    """Give other ways between places of this one."""
    meets = _spaced(s, style.meets, rng).tolist()
    found = []
    for first, last in pairwise(meets):
        if rng.uniform() < style.rivals:
            other = _curve(line[first], line[last], style, rng)
            found += [] if other is None else [Line(other)]
    return found


def _branches(line: Floats, s: Floats, style: Style, rng: Random) -> list[Line]:
    """Give ways that leave this one and do not come back."""
    found = []
    for vertex in rng.integers(0, s.size, rng.poisson(s[-1] / style.branch)).tolist():
        start = line[vertex]
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(*style.branch_m)
        end = moved((start[0], start[1]), far * np.sin(angle), far * np.cos(angle))
        other = _curve(start, np.array(end), style, rng)
        found += [] if other is None else [Line(other)]
    return found


def _beside(course: Floats, style: Style, rng: Random) -> list[Line]:
    """Give ways that run beside this one for a while."""
    s = along(course)
    # they leave and come back at vertices of the line
    kept = few(course)
    marks = along(kept)
    found = []
    for _ in range(int(rng.poisson(s[-1] / style.beside))):
        begin, far = rng.uniform(0, s[-1]), rng.uniform(*style.beside_m)
        off = float(rng.uniform(*style.off_m) * (1 if rng.uniform() < 0.5 else -1))
        i, j = np.searchsorted(marks, [begin, begin + far]).tolist()
        if j >= marks.size or j <= i + 1:
            continue
        first, last = np.searchsorted(s, [marks[i], marks[j]]).tolist()
        other = beside(course[first : last + 1], off)
        found.append(Line(bent(other, kept[i], kept[j])))
    return found
