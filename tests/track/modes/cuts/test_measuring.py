"""Quantiles of counts are those of the values, to the width of a bin."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.track.modes.cuts.measuring import SPEED, WIDTH, measure, quantile


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.5, 250.0), min_size=1, max_size=40), st.sampled_from([0.25, 0.5, 0.9]))
def test_a_quantile_lies_within_a_bin_of_the_values(speeds: list[float], share: float) -> None:
    size = len(speeds) + 1
    at = np.arange(size) * 10_000_000
    way = np.array([0, *(round(v * 1e4) for v in speeds)])
    zero, none = np.zeros(size, np.int64), np.full(size, -(2**62))
    row = np.zeros(WIDTH)
    measure(0, size - 1, at, way, zero, zero, zero - 1, zero - 1, none, row)
    found = math.exp(quantile(row, np.zeros(WIDTH), SPEED, share))
    low, high = (np.quantile(speeds, share, method=how) for how in ("lower", "higher"))
    width = math.exp(1 / SPEED[2])

    assert low / width <= found * 1.001
    assert found <= high * width * 1.001
