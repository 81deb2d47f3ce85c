"""From fixes at any rate to beats of about five seconds: dense ones thinned, gaps filled.

A *beat* is a place of a trace at a step of about 5 s, the rate at which the model was fitted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

__all__ = ["BEAT_S", "Beats", "beats_of"]

# step between two beats; a fix sooner than LEAST_S after a beat makes none [s]
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
    room = _laid(t, new, np.empty(0, np.int64), np.empty(0))
    after, share = np.empty(room, np.int64), np.empty(room)
    _laid(t, new, after, share)
    before = np.maximum(after - 1, 0)
    whole = share == 1.0
    # a beat that is a fix has its very place, not one that was reckoned
    at, x, y = (
        np.where(whole, one[after], one[before] * (1.0 - share) + one[after] * share)
        for one in (t, x, y)
    )
    edges = np.flatnonzero(new[after] & whole)
    stops = np.append(edges[1:], room)[: edges.size]
    counts = stops - edges
    first, last = np.repeat(edges, counts), np.repeat(stops - 1, counts)
    near = _near(t, new, at, first)
    return Beats(at, x, y, first, last, np.where(whole, after, -1), near)


def _near(t: Any, new: Any, beat_t: Any, first: Any) -> Any:
    """Give the nearest beat of each fix, of its own trace."""
    begins = t[new]
    number = np.cumsum(new) - 1
    of_beat = np.cumsum(first == np.arange(first.size)) - 1
    # one rising line of times for all traces, one far behind the other
    ends = t[np.append(np.flatnonzero(new)[1:], t.size)[: begins.size] - 1]
    apart = np.cumsum(np.append(0.0, ends - begins + 60.0))
    fixes = t - begins[number] + apart[number]
    beats = beat_t - begins[of_beat] + apart[of_beat]
    after = np.clip(np.searchsorted(beats, fixes), 0, max(beats.size - 1, 0))
    before = np.maximum(after - 1, 0)
    return np.where(fixes - beats[before] < beats[after] - fixes, before, after)


@numba.njit(nogil=True, cache=True)
def _put(after: Any, share: Any, place: Any, fix: Any, part: Any) -> Any:
    if after.size:
        after[place], share[place] = fix, part
    return place + 1


@numba.njit(nogil=True, cache=True)
def _laid(t: Any, new: Any, after: Any, share: Any) -> Any:
    """Give how many beats there are; with room for them, lay them down.

    A beat lies between the fix ``after`` and the one before it, by its ``share`` of that way.
    """
    room, kept, passed = 0, 0.0, False
    for i in range(t.size):
        if new[i]:
            room, kept, passed = _put(after, share, room, i, 1.0), t[i], False
            continue
        silence = t[i] - t[i - 1]
        if passed and silence > 1.5 * BEAT_S:
            # the end of a gap is known only when the fix before it counts
            room, kept, passed = _put(after, share, room, i - 1, 1.0), t[i - 1], False
        if passed and silence < LEAST_S and t[i] - kept > 2.0 * BEAT_S - LEAST_S:
            room = _put(after, share, room, i, (kept + BEAT_S - t[i - 1]) / silence)
            kept += BEAT_S
        if t[i] - kept < LEAST_S:
            passed = True
            continue
        fill = 0 if passed else min(max(int(np.floor(silence / BEAT_S + 0.5)) - 1, 0), FILL)
        for k in range(fill):
            room = _put(after, share, room, i, (k + 1) / (fill + 1))
        room, kept, passed = _put(after, share, room, i, 1.0), t[i], False
    return room
