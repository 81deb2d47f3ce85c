"""Lines of a map: few vertices, near the way, shifted as their surroundings are."""

import numpy as np
import pytest

from tanlu.simulate.journeys.earth import lengths, radii
from tanlu.simulate.journeys.mapped.lines import SHIFT_M, WAVES_M, along, bent, beside, drawn, few
from tanlu.simulate.journeys.paths import curved, laid

START, END = (30.0, 110.0), (30.2, 110.3)


def way(seed: int = 3) -> np.ndarray:
    """A road of some 45 km, a vertex each 10 m."""
    rng = np.random.default_rng(seed)
    shape = curved(36_500, 1.2, 10.0, ((600.0, 0.4), (5_000.0, 1.0)), rng)
    return laid(shape, START, END)


def off(places: np.ndarray, line: np.ndarray) -> np.ndarray:
    """How far places lie off a line of close vertices [m]."""
    north, east = radii(places[:, 0])
    gaps = [
        np.hypot((line[:, 0] - y) * n, (line[:, 1] - x) * e).min()
        for (y, x), n, e in zip(places, north, east, strict=True)
    ]
    return np.array(gaps)


def test_a_line_has_few_vertices_and_is_as_long_as_the_way() -> None:
    course = way()
    line = few(course)

    assert line.shape[0] < course.shape[0] / 5
    assert along(line)[-1] == pytest.approx(lengths(course[:, 0], course[:, 1]).sum(), rel=2e-3)
    assert line[0].tolist() == course[0].tolist()
    assert line[-1].tolist() == course[-1].tolist()


def test_no_place_of_the_way_lies_far_off_its_line() -> None:
    course = way()
    line = few(course)
    s = along(line)
    fine = np.column_stack([np.interp(np.arange(0, s[-1], 5.0), s, line[:, a]) for a in (0, 1)])

    assert off(course[::40], fine).max() < 8


def test_a_way_beside_begins_and_ends_on_the_way() -> None:
    course = way()[500:900]
    line = beside(course, 150.0)

    assert line[0].tolist() == course[0].tolist()
    assert line[-1].tolist() == course[-1].tolist()
    assert off(line[2:-2], course) == pytest.approx(150, rel=0.15)


def test_ends_can_be_put_where_others_are() -> None:
    line = bent(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), np.zeros(2), np.full(2, 9.0))

    assert line.tolist() == [[0, 0], [2, 2], [9, 9]]


def test_a_map_is_shifted_by_some_metres_and_places_of_one_spot_alike() -> None:
    waves = np.random.default_rng(1).uniform(0, 2 * np.pi, (len(WAVES_M), 3))
    course = way()
    shifted = drawn(course, START, waves, SHIFT_M)
    north, east = radii(course[:, 0])
    moved = (shifted - course) * np.column_stack([north, east])

    assert moved.std(axis=0) == pytest.approx(SHIFT_M, rel=0.35)
    assert np.abs(np.diff(moved, axis=0)).max() < 1.5
    assert drawn(course[7:8], START, waves, SHIFT_M).tolist() == shifted[7:8].tolist()
