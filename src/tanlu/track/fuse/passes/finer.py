"""What lies between fixes that are far apart: by how much the way is longer than its chords.

The posterior of the smoother answers it for white acceleration. Real ways are smoother than that
when fixes are near and rougher when they are far apart; how rough shows in the data itself: by how
much chords over one interval are longer than those over two, and those over two than those over
four (Richardson's extrapolation, with an order that the data tell).
"""

from __future__ import annotations

import math
from typing import Any

import numba

from tanlu.track.fuse.passes.smoothing import EX, EY

__all__ = ["refined"]

# memory in intervals; weight of the posterior, in intervals
MEMORY, PRIOR = 0.97, 10.0
# the way lies beyond the chords by so many times what halving the interval brought: least, most,
# and the ratio of two halvings at which it is least and most (fitted to simulated journeys)
LEAST, MOST, FROM, TO = 0.9, 1.8, 0.4, 0.7
LOWEST, HIGHEST = 0.8, 3.0
# what the noise of fixes may add to a halving, in variances over a chord
NOISE = 1.0


@numba.njit(inline="always")
def _chord(k: Any, dx: Any, dy: Any, f: Any) -> Any:
    return dx[k] + f[k, EX] - f[k - 1, EX], dy[k] + f[k, EY] - f[k - 1, EY]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _told(a: int, b: int, dx: Any, dy: Any, r: Any, gap: Any, f: Any, way: Any, told: Any) -> None:  # noqa: PLR0917 - compiled
    """Give what each four intervals tell: two halvings, the excess of the posterior, its noise."""
    for k in range(a, b):
        told[k, 0] = told[k, 1] = told[k, 2] = told[k, 3] = 0.0
    for k in range(a + 1, b - 3):
        if gap[k] + gap[k + 1] + gap[k + 2] + gap[k + 3] > 0:
            continue
        x0, y0 = _chord(k, dx, dy, f)
        x1, y1 = _chord(k + 1, dx, dy, f)
        x2, y2 = _chord(k + 2, dx, dy, f)
        x3, y3 = _chord(k + 3, dx, dy, f)
        near = math.hypot(x0, y0)
        four = near + math.hypot(x1, y1) + math.hypot(x2, y2) + math.hypot(x3, y3)
        two = math.hypot(x0 + x1, y0 + y1) + math.hypot(x2 + x3, y2 + y3)
        told[k, 0] = 0.25 * (four - two)
        told[k, 1] = 0.25 * (two - math.hypot(x0 + x1 + x2 + x3, y0 + y1 + y2 + y3))
        told[k, 2] = way[k] - near
        told[k, 3] = NOISE * r[k] / max(0.25 * four, math.sqrt(r[k]))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def refined(  # noqa: PLR0917 - compiled
    a: int, b: int, dx: Any, dy: Any, r: Any, gap: Any, f: Any, way: Any, sums: Any, told: Any
) -> None:
    """Set what each way has over its chord to what the chords of longer intervals teach."""
    _told(a, b, dx, dy, r, gap, f, way, told)
    one = two = over = doubt = many = 0.0
    for k in range(a + 1, b):
        sums[k, 0], sums[k, 1], sums[k, 2], sums[k, 3] = one, two, over, doubt
        sums[k, 4] = many
        many = MEMORY * many + (1.0 if gap[k] == 0 else 0.0)
        one, two = MEMORY * one + told[k, 0], MEMORY * two + told[k, 1]
        over, doubt = MEMORY * over + told[k, 2], MEMORY * doubt + told[k, 3]
    one = two = over = doubt = many = 0.0
    for k in range(b - 1, a, -1):
        one, two = MEMORY * one + told[k, 0], MEMORY * two + told[k, 1]
        over, doubt = MEMORY * over + told[k, 2], MEMORY * doubt + told[k, 3]
        many = MEMORY * many + (1.0 if gap[k] == 0 else 0.0)
        if gap[k]:
            continue
        first, second = one + sums[k, 0], two + sums[k, 1]
        # how much of what the halving brought cannot be noise
        sure = max(first, 0.0) / (max(first, 0.0) + doubt + sums[k, 3] + 1e-9)
        place = (first / max(second, 1e-9) - FROM) / (TO - FROM)
        times = LEAST + (MOST - LEAST) * min(max(place, 0.0), 1.0)
        held = max(over + sums[k, 2], 0.0) * PRIOR / (many + sums[k, 4] + 1e-9) + 1e-3
        ratio = (times * max(first, 0.0) + held) / (max(over + sums[k, 2], 0.0) + held)
        ratio = 1.0 + sure * sure * (min(max(ratio, LOWEST), HIGHEST) - 1.0)
        x, y = _chord(k, dx, dy, f)
        near = math.hypot(x, y)
        way[k] = near + max(way[k] - near, 0.0) * ratio
