"""What the model sees of a beat: how far, how straight, how long since and until it was fast.

Distances are taken over so many beats, not seconds, and each as log(1 + x), so that a jump of a
kilometre weighs little more than one of a hundred metres.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from tanlu.track.courier.beats import BEAT_S, Beats

__all__ = ["features"]

# above it nobody is on foot [m/s]; how far away it is looked for [beats, and log(1 + m) beyond]
FAST_M_S, HORIZON, FAR = 2.5, 20, 4.0
# how far a spell between two fast steps is looked into [beats, m]; slowest step of none [m/s]
REACH, MOST_M, NO_STEP = 200, 400.0, 3.0
# columns of ``_toward`` by the names of the two directions
SPELL = (("until_fast", "since_fast"), ("to_fast", "from_fast"), ("path_to", "path_from"),
         ("least_to", "least_from"), ("stray_to", "stray_from"))  # fmt: skip
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
    found |= _spells(beats, i, speed)
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


def _spells(beats: Beats, i: Any, speed: Any) -> dict[str, Any]:
    """Give what lies between a beat and the next fast step, and the last one.

    ``until`` and ``since`` in beats; ``to`` and ``from`` the distance as the crow flies to where
    it begins or ended, ``path`` the way there, ``least`` the slowest step on it and ``stray`` how
    far off the beat it leads.
    """
    ahead = _toward(beats.x, beats.y, speed, beats.last)
    flipped = (beats.last[::-1], beats.first[::-1])
    stop = i.size - 1 - flipped[1]
    # time backwards: the step that led to a beat is the step that leaves it
    came = np.append(0.0, speed[:-1])[::-1].copy()
    back = _toward(beats.x[::-1].copy(), beats.y[::-1].copy(), came, stop)[::-1]
    found = {}
    for k, (name, twin) in enumerate(SPELL):
        found[name] = np.log1p(ahead[:, k])
        found[twin] = np.log1p(back[:, k])
    for k, name in ((1, "to_fast"), (1, "from_fast")):
        side = ahead if name == "to_fast" else back
        found[name] = np.where(side[:, 5] > 0.0, np.log1p(side[:, k]), FAR)
    return found


@numba.njit(nogil=True, cache=True)
def _toward(x: Any, y: Any, speed: Any, last: Any) -> Any:
    """Give beats until the next fast step, distance, way, slowest step, stray, and if it comes."""
    found = np.zeros((x.size, 6))
    for i in range(x.size - 1, -1, -1):
        least, path, stray, k = NO_STEP, 0.0, 0.0, i
        while k < last[i] and not speed[k] > FAST_M_S and k - i < REACH:
            least = min(least, speed[k])
            path += np.hypot(x[k + 1] - x[k], y[k + 1] - y[k])
            k += 1
            stray = max(stray, np.hypot(x[k] - x[i], y[k] - y[i]))
        comes = k < last[i] and speed[k] > FAST_M_S
        found[i, 0] = min(k - i, HORIZON) if comes else HORIZON
        found[i, 1] = np.hypot(x[k] - x[i], y[k] - y[i])
        found[i, 2], found[i, 3], found[i, 4] = min(path, MOST_M), least, min(stray, MOST_M)
        found[i, 5] = comes
    return found


def _around(beats: Beats, i: Any, value: Any) -> Any:
    """Give the mean over the steps of the trace that lie at most ``LEVEL`` beats away."""
    total = np.append(0.0, np.cumsum(value * (i < beats.last)))
    a, b = _at(beats, i - LEVEL), _at(beats, i + LEVEL)
    return (total[b] - total[a]) / np.maximum(b - a, 1)
