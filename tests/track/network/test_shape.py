"""Corners are rounded as vehicles drive them."""

import math

import numpy as np
import pytest

from tanlu.track.network.shape import RADIUS_M, rounding
from tests.track.network.made import line, net


def test_a_right_angle_is_shorter_by_its_arc() -> None:
    arc = RADIUS_M * math.pi / 2

    assert rounding(math.pi / 2, 500, 500) == pytest.approx(2 * RADIUS_M - arc)
    assert rounding(-math.pi / 2, 500, 500) == rounding(3 * math.pi / 2, 500, 500)


def test_an_arc_ends_half_way_to_the_next_vertex() -> None:
    assert rounding(math.pi / 2, 10, 500) == pytest.approx(5 * (2 - math.pi / 2))
    assert rounding(0.01, 500, 500) == rounding(math.pi, 500, 500) == 0.0


def test_the_way_along_an_edge_grows_to_its_length() -> None:
    bent = net(line([(0, 0), (300, 0), (300, 300), (600, 300)]))

    assert bent.at[0] == 0.0
    assert np.all(np.diff(bent.at) > 0)
    assert bent.at[-1] == bent.length[0]
    assert bent.length[0] == pytest.approx(900 - 2 * rounding(math.pi / 2, 300, 300), rel=1e-4)
