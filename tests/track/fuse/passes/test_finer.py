"""What lies between fixes far apart: a circle that is seen at few places is still a circle."""

from __future__ import annotations

import numpy as np

from tanlu.track.fuse.passes.finer import refined


def _ratio(angle: float) -> float:
    """Give the way found over chords for a circle seen at each ``angle``."""
    n = 200
    at = np.exp(1j * angle * np.arange(n)) * 1e4
    step = np.diff(at, prepend=at[0])
    chord = abs(step[1])
    way = np.abs(step) * 1.02
    refined(0, n, step.real.copy(), step.imag.copy(), np.full(n, 25.0), np.zeros(n, np.int8),
            np.zeros((n, 7)), way, np.zeros((n, 5)), np.zeros((n, 4)))  # fmt: skip
    return float(way[n // 2] / chord)


def test_a_straight_line_keeps_little_of_what_the_model_added() -> None:
    assert 1.0 <= _ratio(0.001) <= 1.02


def test_a_winding_way_gets_more_than_a_straight_one() -> None:
    assert _ratio(1.2) > 1.02 > _ratio(0.001) - 1e-9
