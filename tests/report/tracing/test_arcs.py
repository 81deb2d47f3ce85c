"""Great circles: on the sphere, close enough, and cut where the map is cut."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.tracing.arcs import arc, parts

POINTS = st.tuples(st.floats(-180, 180), st.floats(-89, 89))


def angle(a: tuple[float, float], b: tuple[float, float]) -> float:
    north = math.radians(b[1] - a[1]) / 2
    east = math.radians(b[0] - a[0]) / 2
    share = (
        math.sin(north) ** 2
        + math.cos(math.radians(a[1])) * math.cos(math.radians(b[1])) * math.sin(east) ** 2
    )
    return 2 * math.asin(min(1.0, math.sqrt(share)))


@given(POINTS, POINTS)
def test_the_steps_of_an_arc_add_up_to_the_great_circle(a, b) -> None:
    line = arc(a, b)

    assert (line[0], line[-1]) == (a, b)
    assert math.isclose(sum(angle(p, q) for p, q in pairwise(line)), angle(a, b), abs_tol=1e-6)
    assert all(angle(p, q) < math.radians(2.1) for p, q in pairwise(line)) or len(line) < 3


def test_over_the_pole_where_two_places_are_opposite() -> None:
    assert (0.0, 90.0) in arc((0.0, 10.0), (180.0, -10.0))


@given(POINTS, POINTS)
def test_no_part_jumps_across_the_map(a, b) -> None:
    found = parts(arc(a, b))

    for line in found:
        assert len(line) > 1
        assert all(abs(q[0] - p[0]) <= 180 for p, q in pairwise(line))
        assert all(abs(lon) <= 180 for lon, _ in line)
    for before, after in pairwise(found):
        assert abs(before[-1][0]) == 180 == abs(after[0][0])
        assert before[-1][1] == after[0][1]


def test_shanghai_to_los_angeles_is_cut_once() -> None:
    assert len(parts(arc((121.8, 31.1), (-118.4, 33.9)))) == 2
    assert len(parts(arc((121.8, 31.1), (8.5, 50.0)))) == 1
