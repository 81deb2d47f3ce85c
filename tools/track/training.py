"""The chain that the fit maximises: likelihood of labels, some unknown, and its gradient."""

from __future__ import annotations

import numba
import numpy as np

UNKNOWN = -1
NEVER = -1e9


@numba.njit(inline="always")
def _either(a, b):
    return max(a, b) + np.log1p(np.exp(-abs(a - b)))


@numba.njit(cache=True)
def _pass(score, label, first, last, clamp, sign, out, ahead, after):
    """Add sign × log-weight of all (or the labelled) paths; into ``out`` its gradient."""
    total = 0.0
    n = label.size
    for i in range(n):
        off = NEVER if clamp and label[i] == 1 else 0.0
        on = NEVER if clamp and label[i] == 0 else score[i, 0]
        if first[i] == i:
            ahead[i, 0], ahead[i, 1] = off, on
        else:
            a, b = ahead[i - 1, 0], ahead[i - 1, 1]
            ahead[i, 0] = _either(a, b + score[i - 1, 2]) + off
            ahead[i, 1] = _either(b, a + score[i - 1, 1]) + on
    for i in range(n - 1, -1, -1):
        if last[i] == i:
            after[i, 0] = after[i, 1] = 0.0
        else:
            off = NEVER if clamp and label[i + 1] == 1 else 0.0
            on = NEVER if clamp and label[i + 1] == 0 else score[i + 1, 0]
            a, b = after[i + 1, 0] + off, after[i + 1, 1] + on
            after[i, 0] = _either(a, b + score[i, 1])
            after[i, 1] = _either(b, a + score[i, 2])
            whole = _either(ahead[i, 0] + after[i, 0], ahead[i, 1] + after[i, 1])
            out[i, 1] += sign * np.exp(ahead[i, 0] + score[i, 1] + b - whole)
            out[i, 2] += sign * np.exp(ahead[i, 1] + score[i, 2] + a - whole)
        whole = _either(ahead[i, 0] + after[i, 0], ahead[i, 1] + after[i, 1])
        out[i, 0] += sign * np.exp(ahead[i, 1] + after[i, 1] - whole)
        if last[i] == i:
            total += whole
    return sign * total


def loss(score, label, first, last):
    """Give −log P(labels) of all traces and its gradient by the scores."""
    out = np.zeros_like(score)
    ahead, after = np.empty((label.size, 2)), np.empty((label.size, 2))
    found = _pass(score, label, first, last, False, 1.0, out, ahead, after)
    found += _pass(score, label, first, last, True, -1.0, out, ahead, after)
    return found, out
