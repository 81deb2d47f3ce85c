"""From fixes at any rate to beats of about five seconds: dense ones thinned, gaps filled.

A *beat* is a place of a trace at a step of about 5 s, the rate at which the model was fitted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

__all__ = ["BEAT_S", "Beats", "beats_of"]

# step between two beats; a fix that comes sooner than LEAST_S after a beat makes none [s]
BEAT_S, LEAST_S = 5.0, 4.5
# beats at most that a gap between two fixes gets: what lasts longer says no more
FILL = 12


class Beats(NamedTuple):
    """Places of many traces at steps of about 5 s: one row a beat, traces one after the other.

    ``first`` and ``last`` are the first and last beat of the row's own trace; ``fix`` is the fix
    that the beat is, or -1 where it fills a gap. ``near`` has a row a fix: its nearest beat.
    """

    t: Any
    x: Any
    y: Any
    first: Any
    last: Any
    fix: Any
    near: Any


def beats_of(t: Any, x: Any, y: Any, new: Any) -> Beats:
    """Give the beats of fixes that are sorted by trace and time.

    Parameters
    ----------
    t
        Time [s].
    x, y
        Place in a plane [m].
    new
        Whether the fix is the first of its trace.
    """
    room, near = _laid(t, new, np.empty(0, np.int64), np.empty(0))
    after, share = np.empty(room, np.int64), np.empty(room)
    _laid(t, new, after, share)
    before = np.maximum(after - 1, 0)
    whole = share == 1.0
    # a beat that is a fix has its very place, not one that was reckoned
    placed = [np.where(whole, a[after], a[before] * (1.0 - share) + a[after] * share)
              for a in (t, x, y)]  # fmt: skip
    edges = np.flatnonzero(new[after] & whole)
    stops = np.append(edges[1:], room)
    counts = stops - edges
    first, last = np.repeat(edges, counts), np.repeat(stops - 1, counts)
    return Beats(*placed, first, last, np.where(whole, after, -1), near)


@numba.njit(nogil=True, cache=True)
def _put(after: Any, share: Any, place: Any, fix: Any, part: Any) -> None:
    if after.size:
        after[place], share[place] = fix, part


@numba.njit(nogil=True, cache=True)
def _nearer(t: Any, near: Any, kept: Any, i: Any) -> None:
    """Give the fixes between two beats that are nearer to the second one to that."""
    for j in range(kept + 1, i):
        if t[i] - t[j] < t[j] - t[kept]:
            near[j] = near[i]


@numba.njit(nogil=True, cache=True)
def _laid(t: Any, new: Any, after: Any, share: Any) -> Any:
    """Give how many beats there are and the nearest of each fix; with room, lay them down.

    A beat lies between the fix ``after`` and the one before it, by its ``share`` of that way.
    """
    room, kept = 0, 0
    near = np.empty(t.size, np.int64)
    for i in range(t.size):
        silence = 0.0 if new[i] else t[i] - t[i - 1]
        if silence > 1.5 * BEAT_S and kept < i - 1:
            # the end of a gap is known only when the fix before it counts
            near[i - 1] = room
            _put(after, share, room, i - 1, 1.0)
            room, kept = room + 1, i - 1
        if not new[i] and t[i] - t[kept] < LEAST_S:
            near[i] = room - 1
            continue
        fill = min(max(int(np.floor(silence / BEAT_S + 0.5)) - 1, 0), FILL)
        for k in range(fill):
            _put(after, share, room + k, i, (k + 1) / (fill + 1))
        near[i] = room + fill
        _put(after, share, near[i], i, 1.0)
        if not new[i]:
            _nearer(t, near, kept, i)
        room, kept = near[i] + 1, i
    return room, near
