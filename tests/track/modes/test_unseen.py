"""Ways that nobody saw."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.track.modes.parameters import MODES
from tanlu.track.modes.unseen import _ways


def test_a_way_is_the_great_circle_times_its_ratio() -> None:
    # one degree of a meridian on the mean sphere: 111,195 m
    pairs = pl.DataFrame({
        "origin_lat_e7": [300000000], "origin_lon_e7": [1100000000],
        "destination_lat_e7": [310000000], "destination_lon_e7": [1100000000],
    })  # fmt: skip
    metres, sigma = _ways(pairs, ["train"], dict.fromkeys(MODES, 1.18))

    assert metres[0] == pytest.approx(111_195 * 1.18, rel=1e-4)
    assert 0 < sigma[0] < 0.2 * metres[0]
