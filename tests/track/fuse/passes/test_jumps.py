"""Jumps that stand alone: found at any interval, sharp bends and real moves left alone."""

from __future__ import annotations

import numpy as np
import pytest

from tanlu.track.fuse.passes.jumps import screened


def _found(x: np.ndarray, y: np.ndarray, dt: float) -> list[int]:
    rng = np.random.default_rng(4)
    n = x.size
    dx = np.diff(x + rng.normal(0, 5, n), prepend=x[0])
    dy = np.diff(y + rng.normal(0, 5, n), prepend=y[0])
    odd = np.zeros(n, np.int8)
    screened(0, n, np.full(n, dt), dx, dy, np.full(n, 25.0), np.zeros(n, np.int8), odd,
             np.zeros(n), np.zeros((n, 2)))  # fmt: skip
    return [int(k) for k in np.flatnonzero(odd == 3)]


@pytest.mark.parametrize("dt", [1.0, 15.0, 60.0])
def test_a_jump_is_found_at_any_interval(dt: float) -> None:
    x, y = np.arange(80) * 20.0 * dt, np.zeros(80)
    y[40] += 250

    assert _found(x, y, dt) == [40]


def test_a_sharp_bend_is_no_jump() -> None:
    x = np.concatenate([np.arange(40) * 600.0, np.full(40, 39 * 600.0)])
    y = np.concatenate([np.zeros(40), np.arange(1, 41) * 600.0])

    assert _found(x, y, 30.0) == []


def test_a_real_move_is_no_jump() -> None:
    x, y = np.arange(80) * 20.0, np.zeros(80)
    y[40:] += 400

    assert _found(x, y, 1.0) == []
