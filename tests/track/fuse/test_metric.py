"""Steps in metres: against geodesics of WGS 84, over the seam, there and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.fuse.metric import moved, step


@pytest.mark.parametrize(
    ("lat", "metres"),
    # a tenth of a degree of longitude on WGS 84 at 0° and 60°: radii of NIMA TR8350.2
    [(0, 11_131.949), (60, 5_580.0)],
)
def test_a_tenth_of_a_degree_of_longitude_is_as_long_as_on_the_ellipsoid(
    lat: int, metres: float
) -> None:
    east, north, _ = step(lat * 10**7, 0, lat * 10**7, 10**6)

    assert math.hypot(east, north) == pytest.approx(metres, abs=0.1)


def test_a_step_over_the_antimeridian_is_as_any_other() -> None:
    over = step(100_000_000, 1_799_999_000, 100_001_000, -1_799_999_000)
    other = step(100_000_000, 0, 100_001_000, 2_000)

    assert over == pytest.approx(other)


@given(
    lat=st.integers(-800_000_000, 800_000_000), lon=st.integers(-1_800_000_000, 1_799_999_999),
    east=st.floats(-2_000, 2_000), north=st.floats(-2_000, 2_000),
)  # fmt: skip
def test_what_was_moved_lies_that_far_away(lat: int, lon: int, east: float, north: float) -> None:
    there = moved(lat, lon, east, north)
    x, y, _ = step(lat, lon, *there)

    # the step is told in the frame at its end, which is turned a little
    assert math.hypot(x, y) == pytest.approx(math.hypot(east, north), abs=0.5)


def test_a_long_step_follows_the_great_circle() -> None:
    # Shanghai to Los Angeles on a sphere of the mean radius: haversine
    one, other = (311_430_000, 1_218_050_000), (339_420_000, -1_184_080_000)
    east, north, turn = step(*one, *other)
    a, b = math.radians(31.143), math.radians(33.942)
    wide = math.radians(-118.408 - 121.805)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(wide / 2) ** 2

    assert math.hypot(east, north) == pytest.approx(2 * 6.371e6 * math.asin(h**0.5), rel=0.003)
    assert -1.0 <= turn <= 1.0
