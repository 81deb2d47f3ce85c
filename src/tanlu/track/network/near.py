"""Which edges are near a fix, and where on them."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.network.cells import AROUND, CELL_E7, wrapped

__all__ = ["MOST", "near"]

# edges looked at for one fix
MOST = 6
_TURN, _POLE = 3_600_000_000, 900_000_000
_METRE = 6_371_008.8 * math.pi / 180e7


@numba.njit(nogil=True, cache=True, error_model="numpy")
def near(  # noqa: PLR0917 - compiled
    y: int, x: int, reach: float, g: Any, edge: Any, place: Any, away: Any
) -> int:
    """Put the nearest point of each of the nearest edges within reach; give how many.

    Parameters
    ----------
    y, x
        Latitude and longitude [1e-7 deg].
    reach
        Farthest that is looked at [m].
    g
        The graph.
    edge, place, away
        Filled: edge, way along it [m], distance [m]; nearest first.
    """
    count = 0
    cosine = max(math.cos(y * math.pi / 180e7), 1e-3)
    high, wide = int(reach / _METRE), int(reach / (_METRE * cosine))
    left = (x - wide + _TURN // 2) // CELL_E7
    right = (x + wide + _TURN // 2) // CELL_E7
    for row in range((y - high + _POLE) // CELL_E7, (y + high + _POLE) // CELL_E7 + 1):
        for column in range(left, right + 1):
            key = row * AROUND + column % AROUND
            cell = np.searchsorted(g.keys, key)
            if cell >= g.keys.size or g.keys[cell] != key:
                continue
            for n in range(g.spans[cell], g.spans[cell + 1]):
                count = _look(y, x, reach, cosine, g, g.held[n], edge, place, away, count)
    return count


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _look(  # noqa: PLR0917 - compiled
    y: int, x: int, reach: float, cosine: float, g: Any, k: int, edge: Any, place: Any, away: Any,
    count: int,
) -> int:  # fmt: skip
    """Put the nearest point of a step among those found."""
    x0 = wrapped(g.lon[k - 1] - x) * _METRE * cosine
    y0 = (g.lat[k - 1] - y) * _METRE
    dx = wrapped(g.lon[k] - g.lon[k - 1]) * _METRE * cosine
    dy = (g.lat[k] - g.lat[k - 1]) * _METRE
    share = min(max(-(x0 * dx + y0 * dy) / max(dx * dx + dy * dy, 1e-9), 0.0), 1.0)
    far = math.hypot(x0 + share * dx, y0 + share * dy)
    if far > reach:
        return count
    e = g.edge_of[k]
    here = g.at[k - 1] + share * (g.at[k] - g.at[k - 1])
    slot = count
    for i in range(count):
        if edge[i] == e:
            if away[i] <= far:
                return count
            slot = i
            break
    if slot == count:
        if count == MOST:
            # of two that are as far the lesser edge stays: the order of looking changes nothing
            if away[count - 1] < far or (away[count - 1] == far and edge[count - 1] < e):
                return count
            slot = count - 1
        else:
            count += 1
    while slot > 0 and (away[slot - 1] > far or (away[slot - 1] == far and edge[slot - 1] > e)):
        edge[slot], place[slot], away[slot] = edge[slot - 1], place[slot - 1], away[slot - 1]
        slot -= 1
    edge[slot], place[slot], away[slot] = e, here, far
    return count
