"""All passes over the devices of a batch: regimes, smoothing, what it teaches, smoothing again.

A device is one stretch of rows in the order of time; devices do not meet, so they run side by
side. What a pass teaches: which fixes are jumps (told from both sides now), how exact the fixes of
the device are, how heavy the error of a cell fix was (Student's t as a mixture of normal
distributions, Lange, Little and Taylor 1989), and the density of acceleration around each interval.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.metric import step
from tanlu.track.fuse.passes.finer import refined
from tanlu.track.fuse.passes.gaps import bridge, outages
from tanlu.track.fuse.passes.jumps import OFTEN, WIDE, screened
from tanlu.track.fuse.passes.motion import MODELS, RATES, backwards, regimes
from tanlu.track.fuse.passes.smoothing import EX, EY, PP, backward, forward

__all__ = ["drive"]

UNUSED = 1e18
# degrees of freedom of the error of a cell fix
HEAVY = 4.0
# prior weight of the exactness told, in fixes; how far the data may move it (variance)
TRUST, LEAST, MOST, CLEAR = 100.0, 0.25, 9.0, 0.45
# what acceleration tells of its neighbours: within so many seconds, and so many intervals
NEAR_S, NEAR = 8.0, 2.0
# a fix at rest moves with this variance [m²/s²]
RESTS = 0.01
# passes of the full model; of the single one
FULL, ONE = 4, 3
START_ONE, LOWEST, HIGHEST = 0.2, 1e-5, 20.0
STILL_ONE = 0.15


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _steps(  # noqa: PLR0917 - compiled
    a: int, b: int, at: Any, lat: Any, lon: Any, dt: Any, dx: Any, dy: Any, turn: Any
) -> None:
    dt[a] = dx[a] = dy[a] = turn[a] = 0.0
    for k in range(a + 1, b):
        # no two fixes of a device are of one time; a clock may still tick coarser than it says
        dt[k] = max((at[k] - at[k - 1]) * 1e-6, 1e-3)
        dx[k], dy[k], turn[k] = step(lat[k - 1], lon[k - 1], lat[k], lon[k])


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _start(a: int, b: int, mu: Any, q: Any, rest: Any) -> None:
    """Take density and rest from the chances of the models."""
    for k in range(a, b):
        moving, rate = 1e-9, 0.0
        for j in range(1, MODELS):
            moving += mu[k, j]
            rate += mu[k, j] * RATES[j]
        q[k] = max(rate / moving, LOWEST)
        rest[k] = RESTS if mu[k, 0] > 0.5 else UNUSED


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _used(a: int, b: int, r: Any, scale: float, cell: Any, heavy: Any, odd: Any, out: Any) -> None:  # noqa: PLR0917 - compiled
    for k in range(a, b):
        if odd[k] & 1:
            out[k] = UNUSED
        elif cell[k]:
            out[k] = r[k] * heavy[k]
        else:
            out[k] = r[k] * scale


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _learn(a: int, b: int, r: Any, scale: float, cell: Any, f: Any, heavy: Any, odd: Any) -> float:  # noqa: PLR0917 - compiled
    """Judge each fix by all others; give the variance of the device's fixes over the told one."""
    seen, due = TRUST, TRUST
    for k in range(a, b):
        d, pp = f[k, EX] * f[k, EX] + f[k, EY] * f[k, EY], f[k, PP]
        if cell[k]:
            heavy[k] = (HEAVY + (d + 2.0 * pp) / r[k]) / (HEAVY + 2.0)
            continue
        mine = r[k] * scale
        if odd[k] & 1:
            s, far = mine + pp, d
        else:
            left = max(mine - pp, 1e-3 * mine)
            s = mine * mine / left
            far = d * (mine / left) ** 2
        wide = WIDE * WIDE + s
        jump = OFTEN * math.sqrt(wide / (far + wide)) / (far + wide)
        fair = math.exp(-0.5 * far / s) / s
        if odd[k] < 2:
            odd[k] = 1 if jump > fair else 0
        # where neighbours tell little of a fix, its error shows little of itself
        if odd[k] == 0 and pp < CLEAR * mine:
            seen += 0.5 * d / r[k]
            due += 1.0 - pp / mine
    return min(max(seen / due, LEAST), MOST)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _adapt(a: int, b: int, dt: Any, drift: Any, gap: Any, q: Any, sums: Any) -> None:  # noqa: PLR0917 - compiled
    """Take the density from what the intervals around bear out, besides what it was."""
    x = n = 0.0
    for k in range(a + 1, b):
        g = math.exp(-dt[k] / max(NEAR_S, NEAR * dt[k]))
        x *= g
        n *= g
        sums[k, 0], sums[k, 1] = x, n
        if gap[k] == 0:
            x += drift[k]
            n += 1.0
    x = n = 0.0
    for k in range(b - 1, a, -1):
        g = math.exp(-dt[k] / max(NEAR_S, NEAR * dt[k]))
        seen, count = sums[k, 0] + x + sums[k, 2], sums[k, 1] + n + 1.0
        if gap[k] == 0:
            seen += drift[k]
            count += 1.0
            x += drift[k]
            n += 1.0
        q[k] = min(max(seen / count, LOWEST), HIGHEST)
        x *= g
        n *= g


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _full(  # noqa: PLR0917 - compiled
    a: int, b: int, dt: Any, dx: Any, dy: Any, turn: Any, r: Any, cell: Any, gap: Any,
    mu: Any, odd: Any, f: Any, w: Any, sums: Any,
) -> None:  # fmt: skip
    q, rest, use, drift, heavy, way, spread = w[0], w[1], w[2], w[3], w[4], w[5], w[6]
    regimes(a, b, dt, dx, dy, turn, r, cell, mu, f, odd)
    backwards(a, b, dt, mu, f, odd)
    _start(a, b, mu, q, rest)
    for k in range(a, b):
        heavy[k] = 1.0
        sums[k, 2] = q[k]
    scale = 1.0
    for turn_no in range(FULL):
        _used(a, b, r, scale, cell, heavy, odd, use)
        forward(a, b, dt, dx, dy, turn, q, use, rest, f)
        backward(a, b, dt, dx, dy, turn, q, f, drift, way, spread, turn_no == FULL - 1)
        if turn_no < FULL - 1:
            scale = _learn(a, b, r, scale, cell, f, heavy, odd)
            _adapt(a, b, dt, drift, gap, q, sums)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _one(  # noqa: PLR0917 - compiled
    a: int, b: int, dt: Any, dx: Any, dy: Any, turn: Any, r: Any, cell: Any, gap: Any,
    odd: Any, f: Any, w: Any,
) -> None:  # fmt: skip
    q, rest, use, drift, heavy, way, spread = w[0], w[1], w[2], w[3], w[4], w[5], w[6]
    for k in range(a, b):
        heavy[k], rest[k], q[k] = 1.0, UNUSED, START_ONE
    scale = 1.0
    for turn_no in range(ONE):
        _used(a, b, r, scale, cell, heavy, odd, use)
        forward(a, b, dt, dx, dy, turn, q, use, rest, f)
        backward(a, b, dt, dx, dy, turn, q, f, drift, way, spread, turn_no == ONE - 1)
        if turn_no < ONE - 1:
            scale = _learn(a, b, r, scale, cell, f, heavy, odd)
            x = n = 1e-9
            for k in range(a + 1, b):
                if gap[k] == 0:
                    x += drift[k]
                    n += 1.0
            level = min(max(x / n, LOWEST), HIGHEST)
            for k in range(a, b):
                q[k] = level


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _carry(a: int, b: int, odd: Any, gap: Any, way: Any, spread: Any) -> None:  # noqa: PLR0917
    """Let the way to a fix that is left out be part of the way to the next one kept."""
    far, wide, lost, begun = 0.0, 0.0, 0, False
    for k in range(a, b):
        far, wide, lost = far + way[k], wide + spread[k], max(lost, gap[k])
        if odd[k] & 1:
            continue
        way[k], spread[k], gap[k] = (far, wide, lost) if begun else (0.0, 0.0, 0)
        far, wide, lost, begun = 0.0, 0.0, 0, True


@numba.njit(nogil=True, cache=True, error_model="numpy")
def drive(  # noqa: PLR0917 - compiled
    starts: Any, at: Any, lat: Any, lon: Any, r: Any, cell: Any, full: bool,
    odd: Any, gap: Any, still: Any, f: Any, way: Any, spread: Any,
) -> None:  # fmt: skip
    """Fuse every device: states ``f``, ways [m], chances of standing still, jumps and outages."""
    n = at.size
    dt, dx, dy, turn = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    w, sums, mu = np.zeros((7, n)), np.zeros((n, 5)), np.zeros((n, MODELS))
    breaks = np.zeros(n, np.int64)
    for g in range(starts.size - 1):
        a, b = starts[g], starts[g + 1]
        _steps(a, b, at, lat, lon, dt, dx, dy, turn)
        outages(a, b, dt, cell, gap)
        screened(a, b, dt, dx, dy, r, gap, odd, still, sums)
        if full:
            _full(a, b, dt, dx, dy, turn, r, cell, gap, mu, odd, f, w, sums)
        else:
            _one(a, b, dt, dx, dy, turn, r, cell, gap, odd, f, w)
        for k in range(a, b):
            still[k] = mu[k, 0]
            way[k], spread[k] = w[5, k], w[6, k]
        if b > a:
            way[a] = spread[a] = 0.0
        if full:
            refined(a, b, dx, dy, r, gap, f, way, sums, mu)
        for k in range(a + 1, b):
            way[k] *= 1.0 - min(still[k], still[k - 1])
        bridge(a, b, at, lat, lon, gap, f, way, spread, w[0], breaks)
        _carry(a, b, odd, gap, way, spread)
