"""What the model sees of a beat: how far, how straight, how long since and until it was fast.

Distances are taken over so many beats, not seconds, and each as log(1 + x), so that a jump of a
kilometre weighs little more than one of a hundred metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tanlu.track.courier.beats import BEAT_S, Beats

__all__ = ["features"]

# above it nobody is on foot [m/s]; how far away it is looked for [beats, and log(1 + m) beyond]
FAST_M_S, HORIZON, FAR = 2.5, 20, 4.0
# beats to each side over which the level of a trace is taken; under which speed it stands [m/s]
LEVEL, STILL_M_S = 84, 0.3
# a beat that lasts so much longer or shorter than 5 s is uneven [s]
UNEVEN_S = 0.5


def features(beats: Beats) -> dict[str, Any]:
    """Give the features of beats, a column of float64 each, by name.

    ``net_k``, ``ahead_k``, ``back_k`` are log(1 + v), v the distance between the beats k before
    and k after (or this one) by the time between them [m/s].
    """
    i = np.arange(beats.t.size)
    following = np.minimum(i + 1, beats.last)
    step_s = np.where(following > i, beats.t[following] - beats.t, BEAT_S)
    speed = _net(beats, i, following)
    found = {}
    for k in (1, 2, 3, 6, 12):
        found[f"net_{k}"] = np.log1p(_net(beats, _at(beats, i - k), _at(beats, i + k)))
    for k in (1, 2, 4):
        found[f"ahead_{k}"] = np.log1p(_net(beats, i, _at(beats, i + k)))
        found[f"back_{k}"] = np.log1p(_net(beats, _at(beats, i - k), i))
    found |= _fast(beats, i, speed)
    found["level"] = _around(beats, i, np.log1p(speed))
    found["fast_share"] = _around(beats, i, speed > FAST_M_S)
    found["still_share"] = _around(beats, i, speed < STILL_M_S)
    found["uneven"] = _around(beats, i, np.abs(step_s - BEAT_S) > UNEVEN_S)
    return found


def _at(beats: Beats, i: Any) -> Any:
    return np.clip(i, beats.first, beats.last)


def _far(beats: Beats, a: Any, b: Any) -> Any:
    return np.hypot(beats.x[b] - beats.x[a], beats.y[b] - beats.y[a])


def _net(beats: Beats, a: Any, b: Any) -> Any:
    """Give the speed from a to b as the crow flies [m/s]."""
    return _far(beats, a, b) / np.maximum(beats.t[b] - beats.t[a], 1.0)


def _fast(beats: Beats, i: Any, speed: Any) -> dict[str, Any]:
    """Give how long until and since a fast step, and how far away it begins or ended."""
    fast = (speed > FAST_M_S) & (i < beats.last)
    start = np.minimum.accumulate(np.where(fast, i, i.size)[::-1])[::-1]
    end = np.maximum.accumulate(np.append(-1, np.where(fast, i + 1, -1)[:-1]))
    comes, came = start <= beats.last, end >= np.maximum(beats.first, 0)
    until = np.where(comes, np.minimum(start - i, HORIZON), HORIZON)
    since = np.where(came, np.minimum(i - end, HORIZON), HORIZON)
    return {
        "until_fast": np.log1p(until),
        "since_fast": np.log1p(since),
        "to_fast": np.where(comes, np.log1p(_far(beats, i, _at(beats, start))), FAR),
        "from_fast": np.where(came, np.log1p(_far(beats, _at(beats, end), i)), FAR),
    }


def _around(beats: Beats, i: Any, value: Any) -> Any:
    """Give the mean over the steps of the trace that lie at most ``LEVEL`` beats away."""
    total = np.append(0.0, np.cumsum(value * (i < beats.last)))
    a, b = _at(beats, i - LEVEL), _at(beats, i + LEVEL)
    return (total[b] - total[a]) / np.maximum(b - a, 1)
