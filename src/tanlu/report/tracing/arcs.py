"""Great circles as lines: points close enough to look round, cut where the map is cut."""

from __future__ import annotations

import math
from itertools import pairwise

__all__ = ["arc", "parts"]

Point = tuple[float, float]

STEP_DEG = 2.0
# acos tells no smaller angles apart, nor how far from opposite two places are
NEAR_RAD = 1e-7
HALF, WHOLE = 180.0, 360.0


def arc(start: Point, end: Point, step_deg: float = STEP_DEG) -> list[Point]:
    """Give points (lon, lat) [deg] of the great circle from start to end, both included.

    Two antipodes have no one great circle: the way then goes by the meridian over a pole.
    """
    one, two = _vector(start), _vector(end)
    angle = math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(one, two, strict=True)))))
    if angle < NEAR_RAD:
        return [start, end]
    if math.pi - angle < NEAR_RAD:
        pole = (start[0], 90.0)
        return [*arc(start, pole, step_deg), *arc((end[0], 90.0), end, step_deg)]
    count = max(1, math.ceil(math.degrees(angle) / step_deg))
    points = [start]
    for at in range(1, count):
        share = at / count
        a, b = math.sin((1 - share) * angle), math.sin(share * angle)
        x, y, z = ((a * p + b * q) / math.sin(angle) for p, q in zip(one, two, strict=True))
        points.append(
            (math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))))
        )
    return [*points, end]


def parts(points: list[Point]) -> list[list[Point]]:
    """Give a line cut at the antimeridian (RFC 7946 3.1.9): no part jumps across the map."""
    found = [[points[0]]]
    for before, after in pairwise(points):
        turn = after[0] - before[0]
        if abs(turn) <= HALF:
            found[-1].append(after)
            continue
        edge = math.copysign(HALF, before[0])
        reach = after[0] + math.copysign(WHOLE, before[0]) - before[0]
        share = (edge - before[0]) / reach if reach else 0.0
        lat = before[1] + share * (after[1] - before[1])
        found[-1].append((edge, lat))
        found.append([(-edge, lat), after])
    return [_apart(line) for line in found if len(_apart(line)) > 1]


def _apart(line: list[Point]) -> list[Point]:
    """Leave out a point that repeats the one before."""
    return [point for at, point in enumerate(line) if at == 0 or point != line[at - 1]]


def _vector(point: Point) -> tuple[float, float, float]:
    lon, lat = (math.radians(each) for each in point)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
