"""Hidden states along a trace: what each beat says, how one state follows another, joined."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["forward", "posterior"]


@numba.njit(nogil=True, cache=True)
def forward(score: Any, follows: Any, first: Any) -> Any:
    """Give what each beat and those before it in its trace say, a row a beat, and the scales.

    Parameters
    ----------
    score
        What the beat itself says for each state [log weight], a row a beat.
    follows
        Weight of the state of the column after that of the row.
    first
        First beat of the row's trace.

    Returns
    -------
    The weight of each state by the beat itself (most 1), its probability given that and all beats
    before, and the sum that the latter was divided by (Rabiner 1989, V.A).
    """
    beats, states = score.shape
    own, ahead, scale = np.empty((beats, states)), np.empty((beats, states)), np.empty(beats)
    for i in range(beats):
        most, total = score[i].max(), 0.0
        for s in range(states):
            own[i, s] = np.exp(score[i, s] - most)
            before = 1.0
            if first[i] != i:
                before = 0.0
                for r in range(states):
                    before += ahead[i - 1, r] * follows[r, s]
            ahead[i, s] = own[i, s] * before
            total += ahead[i, s]
        for s in range(states):
            ahead[i, s] /= total
        scale[i] = total
    return own, ahead, scale


@numba.njit(nogil=True, cache=True)
def posterior(score: Any, follows: Any, first: Any, last: Any) -> Any:
    """Give the probability of each state at each beat, given all beats of its trace.

    Parameters
    ----------
    score
        What the beat itself says for each state [log weight], a row a beat.
    follows
        Weight of the state of the column after that of the row.
    first, last
        First and last beat of the row's trace.

    Notes
    -----
    Forward–backward (Baum et al. 1970), each beat scaled to a sum of one (Rabiner 1989, V.A).
    """
    beats, states = score.shape
    own, ahead, scale = forward(score, follows, first)
    found = np.empty((beats, states))
    after = np.ones(states)
    for i in range(beats - 1, -1, -1):
        if last[i] == i:
            after[:] = 1.0
        else:
            told = own[i + 1] * after / scale[i + 1]
            for s in range(states):
                after[s] = 0.0
                for r in range(states):
                    after[s] += follows[s, r] * told[r]
        total = 0.0
        for s in range(states):
            found[i, s] = ahead[i, s] * after[s]
            total += found[i, s]
        for s in range(states):
            found[i, s] /= total
    return found
