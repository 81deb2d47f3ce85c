"""The smoother: against the normal equations solved as one, and its lengths against draws."""

from __future__ import annotations

import numpy as np
import pytest

from tanlu.track.fuse.passes.smoothing import backward, forward


def _pass(x: np.ndarray, dt: float, q: float, r: float) -> np.ndarray:
    n = x.size
    dx, zero = np.diff(x, prepend=x[0]), np.zeros(n)
    f = np.zeros((n, 7))
    parts = (np.full(n, dt), dx, zero, zero, np.full(n, q))
    forward(0, n, *parts, np.full(n, r), np.full(n, 1e18), f)
    backward(0, n, *parts, f, np.zeros(n), np.zeros(n), np.zeros(n), True)
    return f


def test_states_and_variances_are_those_of_the_normal_equations() -> None:
    rng = np.random.default_rng(1)
    n, dt, q, r = 12, 4.0, 0.3, 25.0
    x = np.cumsum(rng.normal(40, 10, n))
    f = _pass(x, dt, q, r)
    # information of all states (position, velocity) at once
    step = np.array([[1, dt], [0, 1]])
    noise = np.linalg.inv(q * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]]))
    info, right = np.zeros((2 * n, 2 * n)), np.zeros(2 * n)
    for k in range(n):
        info[2 * k, 2 * k] += 1 / r
        right[2 * k] += x[k] / r
        if k:
            a = np.zeros((2, 2 * n))
            a[:, 2 * k - 2 : 2 * k], a[:, 2 * k : 2 * k + 2] = -step, np.eye(2)
            info += a.T @ noise @ a
    info[1, 1] += 1e-4
    spread = np.linalg.inv(info)
    state = spread @ right

    assert f[:, 0] + x == pytest.approx(state[0::2], abs=1e-4)
    assert f[:, 2] == pytest.approx(state[1::2], abs=1e-4)
    assert f[:, 4] == pytest.approx(np.diag(spread)[0::2], rel=1e-4)
    assert f[:, 6] == pytest.approx(np.diag(spread)[1::2], rel=1e-4)


def test_the_expected_way_is_that_of_paths_drawn_from_the_model() -> None:
    rng = np.random.default_rng(2)
    count, n, fine, dt, q = 300, 20, 40, 10.0, 0.05
    small = dt / fine
    total = true = 0.0
    for _ in range(count):
        v = np.array([5.0, 0.0]) + np.cumsum(
            rng.normal(0, np.sqrt(q * small), ((n - 1) * fine + 1, 2)), axis=0
        )
        p = np.concatenate([[[0, 0]], np.cumsum(v[:-1] * small, axis=0)])
        true += np.hypot(*v[:-1].T).sum() * small
        seen = p[::fine] + rng.normal(0, 5, (n, 2))
        d, zero = np.diff(seen, axis=0, prepend=seen[:1]), np.zeros(n)
        f, way = np.zeros((n, 7)), np.zeros(n)
        parts = (np.full(n, dt), d[:, 0].copy(), d[:, 1].copy(), zero, np.full(n, q))
        forward(0, n, *parts, np.full(n, 25.0), np.full(n, 1e18), f)
        backward(0, n, *parts, f, np.zeros(n), way, np.zeros(n), True)
        total += way.sum()

    assert total == pytest.approx(true, rel=5e-3)
