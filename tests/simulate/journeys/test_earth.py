"""Lengths are those of the ellipsoid, and China's datum is where others find it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.simulate.journeys.earth import bearing, circle, folded, gcj02, lengths, moved, radii

LAT = st.floats(-75, 75)
LON = st.floats(-179, 179)


def test_a_degree_is_as_long_as_on_the_ellipsoid() -> None:
    # WGS 84: 110.574 and 111.320 km at the equator, 110.852 and 96.486 km at 30 degrees
    north, east = radii(np.array([0.0, 30.0]))

    assert north / 1e3 == pytest.approx([110.574, 110.852], abs=6e-4)
    assert east / 1e3 == pytest.approx([111.320, 96.486], abs=6e-4)


@given(LAT, LON, st.floats(-9_000, 9_000), st.floats(-9_000, 9_000))
def test_what_is_moved_is_as_far_off_as_it_was_moved(
    lat: float, lon: float, east: float, north: float
) -> None:
    there = moved((lat, lon), east, north)
    way = lengths(np.array([lat, there[0]]), np.array([lon, there[1]]))

    # radii are those of the start, lengths those of the middle
    assert float(way[0]) == pytest.approx(np.hypot(east, north), rel=4e-3, abs=0.05)


@given(LAT, LON, LAT, LON)
def test_a_great_circle_begins_and_ends_where_it_should(
    lat: float, lon: float, lat2: float, lon2: float
) -> None:
    found = circle((lat, lon), (lat2, lon2), np.array([0.0, 1.0]))
    east = (found[:, 1] - [lon, lon2] + 180) % 360 - 180

    assert found[:, 0] == pytest.approx([lat, lat2], abs=1e-7)
    assert east * np.cos(np.deg2rad(found[:, 0])) == pytest.approx([0, 0], abs=1e-7)


def test_a_great_circle_over_the_date_line_has_no_step() -> None:
    found = circle((35.0, 140.0), (37.0, -122.0), np.linspace(0, 1, 101))

    assert np.abs(np.diff(found[:, 1])).max() < 2
    assert folded(found[-1:, 1]) == pytest.approx([-122.0])


def test_the_bearing_from_shanghai_to_frankfurt() -> None:
    # 8,834 km on the sphere of mean radius, first north-west
    far, angle = bearing((31.1434, 121.8052), (50.0333, 8.5706))

    assert far / 1e3 == pytest.approx(8_834, abs=25)
    assert np.rad2deg(angle) == pytest.approx(-40, abs=5)


def test_gcj02_is_where_others_find_it() -> None:
    # the pair that the tests of eviltransform use
    lat, lon = gcj02(np.array([31.1774276]), np.array([121.5272106]))

    assert (lat[0], lon[0]) == pytest.approx((31.17530398364597, 121.531541859215), abs=1e-9)


def test_gcj02_leaves_the_rest_of_the_world() -> None:
    lat, lon = gcj02(np.array([48.85, -33.9]), np.array([2.35, 18.4]))

    assert (lat.tolist(), lon.tolist()) == ([48.85, -33.9], [2.35, 18.4])
