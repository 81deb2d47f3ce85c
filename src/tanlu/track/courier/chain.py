"""Two states along a line: what each beat says, what a change costs, and both ends together."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["posterior"]


@numba.njit(inline="always")
def _either(a: Any, b: Any) -> Any:
    """Give log(exp a + exp b) without overflow."""
    return max(a, b) + np.log1p(np.exp(-abs(a - b)))


@numba.njit(nogil=True, cache=True)
def posterior(own: Any, rise: Any, fall: Any, first: Any) -> Any:
    """Give the log odds of the second state at each beat, given all beats of its trace.

    Parameters
    ----------
    own
        Log odds that the beat itself gives.
    rise, fall
        Logarithm of the weight of a change to the second state and back, from this beat to the
        next; staying has the weight 1.
    first
        First beat of the row's trace.

    Notes
    -----
    Forward–backward (Baum et al. 1970) on log odds: with r the odds of the beats up to here,
    r' = log(e^r + e^rise) − log(1 + e^(r + fall)) + own.
    """
    found = np.empty(own.size)
    r = 0.0
    for i in range(own.size):
        if first[i] == i:
            r = own[i]
        else:
            r = _either(r, rise[i - 1]) - _either(0.0, r + fall[i - 1]) + own[i]
        found[i] = r
    s = 0.0
    for i in range(own.size - 2, -1, -1):
        if first[i + 1] == i + 1:
            s = 0.0
        else:
            r = s + own[i + 1]
            s = _either(r, fall[i]) - _either(0.0, r + rise[i])
        found[i] += s
    return found
