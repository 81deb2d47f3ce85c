"""Chains of hidden states for the fit: marginals, and the log loss of each beat with its slope."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tanlu.track.courier.chain import forward


@numba.njit(cache=True, fastmath=True)
def marginals(score: Any, follows: Any, first: Any, last: Any) -> Any:
    """Give the probability of each state at each beat, and how often which follows which."""
    n, states = score.shape
    own, ahead, scale = forward(score, follows, first)
    found, pairs = np.empty((n, states)), np.zeros((states, states))
    after, told = np.ones(states), np.empty(states)
    for i in range(n - 1, -1, -1):
        if last[i] == i:
            for s in range(states):
                after[s] = 1.0
        else:
            for s in range(states):
                told[s] = own[i + 1, s] * after[s] / scale[i + 1]
            for s in range(states):
                after[s] = 0.0
                for r in range(states):
                    both = follows[s, r] * told[r]
                    after[s] += both
                    pairs[s, r] += ahead[i, s] * both
        for s in range(states):
            found[i, s] = ahead[i, s] * after[s]
    return found, pairs


def loss(
    score: Any, log_follows: Any, first: Any, last: Any, driving: Any, *, target: Any, weight: Any
) -> tuple[float, Any, Any]:
    """Give the log loss of the beats against targets (probability of driving), and its slopes.

    The slope of a function of marginals needs their Jacobian; that of a chain is symmetric, so
    one step along the slope by the marginals gives the product (Domke 2010, Implicit
    differentiation by perturbation).
    """
    follows = np.exp(log_follows)
    found, _ = marginals(score, follows, first, last)
    likely = np.clip(found[:, driving].sum(axis=1), 1e-6, 1 - 1e-6)
    value = -(weight * (target * np.log(likely) + (1 - target) * np.log(1 - likely))).sum()
    slope = np.where(driving, (-weight * target / likely)[:, None],
                     (-weight * (1 - target) / (1 - likely))[:, None])  # fmt: skip
    step = 1e-4 / np.abs(slope).max()
    up, pairs_up = marginals(score + step * slope, follows, first, last)
    down, pairs_down = marginals(score - step * slope, follows, first, last)
    return value, (up - down) / (2 * step), (pairs_up - pairs_down) / (2 * step)
