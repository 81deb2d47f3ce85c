"""Edges in metres: the way to each vertex, corners rounded as vehicles drive them."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.metric import step

__all__ = ["rounding", "shaped"]

# maps draw a turn as a corner, vehicles drive it as an arc of about this radius [m] (fitted to
# simulated journeys of the region "fit"); sharper turns than this [rad] are no bends
RADIUS_M, SHARPEST = 20.0, 2.4


@numba.njit(nogil=True, cache=True, error_model="numpy")
def rounding(turn: float, before: float, after: float) -> float:
    """Give by how much an arc is shorter than the corner that it rounds [m].

    An arc of radius r touches both sides ``r tan(θ/2)`` from the corner and is ``r θ`` long; it
    reaches at most half the way to the vertices beside it.
    """
    turn = abs(turn)
    if turn > math.pi:
        turn = 2.0 * math.pi - turn
    if turn < 0.05 or turn > SHARPEST:
        return 0.0
    half = math.tan(0.5 * turn)
    radius = min(RADIUS_M, 0.5 * min(before, after) / half)
    return radius * (2.0 * half - turn)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _shaped(  # noqa: PLR0917 - compiled
    lat: Any, lon: Any, heads: Any, at: Any, length: Any, leaves: Any, arrives: Any
) -> None:
    for e in range(heads.size - 1):
        a, b = heads[e], heads[e + 1]
        at[a] = 0.0
        last, far = 0.0, 0.0
        for k in range(a + 1, b):
            x, y, _ = step(lat[k - 1], lon[k - 1], lat[k], lon[k])
            here, long = math.atan2(y, x), math.hypot(x, y)
            if k == a + 1:
                leaves[e] = here
            else:
                # the arc is shared by both sides of the corner
                cut = rounding(here - last, far, long)
                at[k - 1] -= 0.5 * cut
                at[k] -= 0.5 * cut
            at[k] += at[k - 1] + long
            last, far = here, long
        arrives[e] = last
        length[e] = at[b - 1]


def shaped(lat: Any, lon: Any, heads: Any) -> tuple[Any, Any, Any, Any]:
    """Give the way to each vertex, the length of each edge [m], and its first and last direction.

    Directions are angles from east towards north [rad].
    """
    at, size = np.zeros(lat.size), heads.size - 1
    length, leaves, arrives = np.empty(size), np.empty(size), np.empty(size)
    _shaped(lat, lon, heads, at, length, leaves, arrives)
    return at, length, leaves, arrives
