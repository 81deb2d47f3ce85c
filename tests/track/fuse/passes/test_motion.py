"""Regimes: standing and driving are told apart, a real move is not a jump."""

from __future__ import annotations

import numpy as np

from tanlu.track.fuse.passes.motion import MODELS, backwards, regimes


def _run(x: np.ndarray, dt: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    n = x.size
    seen = x + rng.normal(0, 5, n)
    other = rng.normal(0, 5, n)
    steps = np.diff(seen, prepend=seen[0]), np.diff(other, prepend=other[0])
    mu, like, odd = np.zeros((n, MODELS)), np.zeros((n, 7)), np.zeros(n, np.int8)
    t = np.full(n, dt)
    regimes(0, n, t, *steps, np.zeros(n), np.full(n, 25.0), np.zeros(n, np.bool_), mu, like, odd)
    backwards(0, n, t, mu, like, odd)
    return mu, odd


def test_standing_and_driving_are_told_apart() -> None:
    speed = np.where((np.arange(300) // 100) == 1, 0.0, 12.0)
    mu, _ = _run(np.cumsum(speed * 2), 2.0)

    assert mu[110:190, 0].mean() > 0.9
    assert mu[10:90, 0].mean() < 0.05
    assert np.allclose(mu.sum(axis=1), 1.0)


def test_one_fix_far_off_is_passed_over() -> None:
    x = np.cumsum(np.full(100, 20.0))
    x[50] += 300
    _, odd = _run(x, 1.0)

    assert np.flatnonzero(odd == 1).tolist() == [50]


def test_a_real_move_begins_anew() -> None:
    x = np.cumsum(np.full(100, 20.0))
    x[50:] += 3_000
    _, odd = _run(x, 1.0)

    assert np.flatnonzero(odd[10:] == 2).tolist() == [40]
    assert not odd[55:].any()
