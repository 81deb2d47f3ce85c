"""Climb is robust against the noise of altitude."""

from __future__ import annotations

import numpy as np

from tanlu.track.modes.adding import CLIMB, DROP, SUMMED, WAY_MM, add


def test_noise_climbs_nothing_and_a_pass_climbs_its_height() -> None:
    size = 4_000
    at, way = np.arange(size) * 1_000_000, np.full(size, 10_000)
    zero = np.zeros(size, np.int64)
    noise = np.random.default_rng(5).normal(0, 10, size)
    hill = 500 * np.sin(np.linspace(0, np.pi, size))
    rows = np.zeros((2, SUMMED))
    for row, base in zip(rows, (np.zeros(size), hill), strict=True):
        height = np.round(base + noise).astype(np.int64)
        add(0, size - 1, False, at, way, zero, zero, zero, height, row)

    assert rows[0, [CLIMB, DROP]].max() < 25
    assert abs(rows[1, CLIMB] - 500) < 50
    assert abs(rows[1, DROP] - 500) < 50
    assert rows[0, WAY_MM] == (size - 1) * 10_000
