"""Distances of the lattice are great circles; a mode that is never slow may be so for a while."""

from __future__ import annotations

import numpy as np
import pytest

from tanlu.track.modes.cuts.features import FEATURES
from tanlu.track.modes.lattice import LEG, PART, PARTS, far, odds
from tanlu.track.modes.parameters import MOVING, parameters


def test_a_quarter_of_the_equator_is_a_quarter_of_the_sphere() -> None:
    assert far(0, 0, 0, 900_000_000) == pytest.approx(10_007_557, rel=1e-6)
    assert far(0, 1_799_000_000, 0, -1_799_000_000) == pytest.approx(22_239, rel=1e-3)


def test_a_part_of_a_flight_may_be_slow_and_a_whole_one_may_not() -> None:
    told, air = parameters(), MOVING.index("air")
    taxiing = np.zeros(len(FEATURES))
    taxiing[:3] = np.log(8.0)  # quantiles of the speed: 8 m/s

    def against(level: int) -> float:
        out = np.zeros((PARTS + 1, len(MOVING) + 1))
        odds(level, taxiing, told.centre, told.width, told.weight, told.base, told.tops, out)
        return float(told.base[level, air] - out[PARTS, air])

    assert against(PART) == 0
    assert against(LEG) > 50
