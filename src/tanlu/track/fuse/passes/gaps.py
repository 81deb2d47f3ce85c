"""Outages: which intervals are such, and how long the way through one is.

Nothing was measured there, so the way is that of the curve between its ends (a cubic through both
positions with both velocities), times what the ways of the same device were over curves drawn
alike through its measured parts: of the same duration and a like speed.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.metric import step
from tanlu.track.fuse.passes.smoothing import EX, EY, PLACES, VX, VY, WEIGHTS

__all__ = ["bridge", "outages"]

# an interval is an outage beyond so many seconds and so many usual intervals
LEAST_S, USUAL = 25.0, 1.9
MEASURED, LOST, TOWERS = 0, 1, 2
# windows to each side of an outage that are looked at, half a duration apart
WINDOWS = 24
# likeness of two paces [natural log], below which pace all are alike [m/s], windows at which the
# weight has halved
ALIKE, SLOW, FADES = 0.5, 0.5, 8.0
# beyond so much no speed lasts from one fix to the next [µs]: of each such interval, usual or
# not, the curve is what is known
SPARSE_US = 150_000_000
# what a device was doing at an end bends its way for so long at most [s]
HOLDS_S = 900.0
# before anything was seen the way is longer by this, with this weight; so much weight is enough
LONGER, PRIOR, ENOUGH = 1.05, 0.3, 1.0
# square of a speed below which something rests [m²/s²]; weight of windows that differ in that
REST, UNLIKE = 0.5, 0.3
# so long the speed beside an outage is looked at [µs]; spread of it about the curve that is taken
# for granted (variance, relative)
BESIDE, SLACK = 60_000_000, 0.012


@numba.njit(nogil=True, cache=True, error_model="numpy")
def outages(a: int, b: int, dt: Any, cell: Any, gap: Any) -> None:
    """Mark each interval: 0 measured, 1 outage, 2 told by cell towers only."""
    usual = 1e9
    # the usual interval follows the median: a step of a tenth up or down at each fix
    for k in range(a + 1, min(b, a + 33)):
        usual = min(usual, dt[k])
    first = usual
    for k in range(a + 1, b):
        gap[k] = LOST if dt[k] > max(LEAST_S, USUAL * usual) else MEASURED
        usual *= 1.1 if dt[k] > usual else 0.9
        usual = max(usual, 0.5 * first)
        if cell[k] or cell[k - 1]:
            gap[k] = TOWERS
    if b > a:
        gap[a] = MEASURED


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _curve(i: int, j: int, at: Any, lat: Any, lon: Any, f: Any) -> tuple[float, float]:  # noqa: PLR0917 - compiled
    """Give the length [m] of the cubic through two fixes, and that of its chord."""
    t = (at[j] - at[i]) * 1e-6
    x, y, sine = step(lat[i], lon[i], lat[j], lon[j])
    cosine = math.sqrt(max(0.0, 1.0 - sine * sine))
    x += f[j, EX] - (cosine * f[i, EX] - sine * f[i, EY])
    y += f[j, EY] - (sine * f[i, EX] + cosine * f[i, EY])
    holds = min(1.0, HOLDS_S / t)
    u = holds * (cosine * f[i, VX] - sine * f[i, VY])
    w = holds * (sine * f[i, VX] + cosine * f[i, VY])
    to_x, to_y = holds * f[j, VX], holds * f[j, VY]
    total = 0.0
    for n in range(3):
        s = PLACES[n]
        h, h0, h1 = 6.0 * s * (1.0 - s) / t, (1.0 - s) * (1.0 - 3.0 * s), s * (3.0 * s - 2.0)
        vx, vy = h * x + h0 * u + h1 * to_x, h * y + h0 * w + h1 * to_y
        total += WEIGHTS[n] * math.sqrt(vx * vx + vy * vy)
    return total * t, math.hypot(x, y)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _find(at: Any, a: int, b: int, when: int) -> int:
    """Give the first row from ``a`` to ``b`` that is not before a time."""
    while a < b:
        middle = (a + b) >> 1
        if at[middle] < when:
            a = middle + 1
        else:
            b = middle
    return a


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _paced(a: int, b: int, i: int, j: int, at: Any, f: Any, total: Any, breaks: Any) -> float:  # noqa: PLR0917 - compiled
    """Give the way [m] at the speed that was usual just before ``i`` and just after ``j``."""
    m, n = _find(at, a, i, at[i] - BESIDE), min(_find(at, j, b, at[j] + BESIDE), b - 1)
    speed = math.hypot(f[i, VX], f[i, VY]) + math.hypot(f[j, VX], f[j, VY])
    if m < i and breaks[m] == breaks[i]:
        speed += (total[i] - total[m]) / (at[i] - at[m]) * 1e6 - math.hypot(f[i, VX], f[i, VY])
    if n > j and breaks[n] == breaks[j]:
        speed += (total[n] - total[j]) / (at[n] - at[j]) * 1e6 - math.hypot(f[j, VX], f[j, VY])
    return float(0.5 * speed * (at[j] - at[i]) * 1e-6)


@numba.njit(inline="always")
def _rests(k: Any, f: Any) -> Any:
    return f[k, VX] * f[k, VX] + f[k, VY] * f[k, VY] < REST


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _alike(  # noqa: PLR0917 - compiled
    a: int, b: int, i: int, j: int, lasts: int, pace: float, at: Any, lat: Any, lon: Any,
    f: Any, total: Any, breaks: Any, seen: Any,
) -> None:  # fmt: skip
    """Sum what measured windows of a duration and a like pace tell, nearest first."""
    for side in range(2):
        for c in range(WINDOWS):
            begin = at[j] + c * (lasts // 2) if side else at[i] - lasts - c * (lasts // 2)
            if begin < at[a] or begin >= at[b - 1]:
                break
            m = _find(at, a, b, begin)
            n = _find(at, m, b, begin + lasts)
            if n >= b or n <= m or breaks[n] != breaks[m]:
                continue
            t = (at[n] - at[m]) * 1e-6
            if abs(t - lasts * 1e-6) > 0.25 * t:
                continue
            curve, _ = _curve(m, n, at, lat, lon, f)
            away = math.log((curve / t + SLOW) / (pace + SLOW)) / ALIKE
            g = math.exp(-0.5 * away * away) / (1.0 + c / FADES)
            # an outage that begins or ends at rest is like others that do
            if _rests(i, f) != _rests(m, f):
                g *= UNLIKE
            if _rests(j, f) != _rests(n, f):
                g *= UNLIKE
            gone = total[n] - total[m]
            seen[0] += g
            seen[1] += g * gone
            seen[2] += g * curve
            seen[3] += g * gone * gone
            seen[4] += g * gone * curve
            seen[5] += g * curve * curve
            paced = _paced(a, b, m, n, at, f, total, breaks)
            seen[6] += g * paced * paced
            seen[7] += g * paced * curve
            seen[8] += g * paced * gone


@numba.njit(inline="always")
def _sparse(a: Any, k: Any, at: Any) -> Any:
    return k > a and at[k] - at[k - 1] > SPARSE_US


@numba.njit(nogil=True, cache=True, error_model="numpy")
def bridge(  # noqa: PLR0917 - compiled
    a: int, b: int, at: Any, lat: Any, lon: Any, gap: Any, f: Any, way: Any, spread: Any,
    total: Any, breaks: Any,
) -> None:  # fmt: skip
    """Give the ways through outages, and their variances, in place."""
    seen = np.zeros(9)
    x, n = 0.0, 0
    for k in range(a, b):
        if gap[k] or _sparse(a, k, at):
            n += 1
        else:
            x += way[k]
        total[k], breaks[k] = x, n
    k = a + 1
    while k < b:
        i = k - 1
        if gap[k] == MEASURED:
            if _sparse(a, k, at):
                _through(a, b, i, k, at, lat, lon, f, way, spread, total, breaks, seen)
            k += 1
            continue
        while k < b and gap[k] != MEASURED:
            k += 1
        _through(a, b, i, k - 1, at, lat, lon, f, way, spread, total, breaks, seen)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _through(  # noqa: PLR0917 - compiled
    a: int, b: int, i: int, j: int, at: Any, lat: Any, lon: Any, f: Any, way: Any, spread: Any,
    total: Any, breaks: Any, seen: Any,
) -> None:  # fmt: skip
    """Give the way from fix ``i`` to ``j``, shared among the intervals between."""
    lasts = at[j] - at[i]
    curve, chord = _curve(i, j, at, lat, lon, f)
    for n in range(seen.size):
        seen[n] = 0.0
    for half in range(3):
        _alike(a, b, i, j, lasts >> half, curve / (lasts * 1e-6), at, lat, lon, f, total,
               breaks, seen)  # fmt: skip
        if seen[0] >= ENOUGH:
            break
    longer = (PRIOR * LONGER * curve + seen[1]) / (PRIOR * curve + seen[2] + 1e-9)
    # how much of what the speed beside it says more than the curve came true in those windows
    more = seen[6] - 2.0 * longer * seen[7] + longer * longer * seen[5]
    true = seen[8] - longer * (seen[7] + seen[4]) + longer * longer * seen[5]
    trust = min(max(true / (more + SLACK * curve * curve + 1e-9), 0.0), 1.0)
    paced = _paced(a, b, i, j, at, f, total, breaks)
    found = max(chord, longer * curve + trust * (paced - longer * curve))
    # how far single windows lie from that, relative to their curves; before any was seen, a tenth
    rest = seen[3] - 2.0 * longer * seen[4] + longer * longer * seen[5] - trust * true
    relative = (max(rest, 0.0) + (0.1 * curve) ** 2) / (seen[5] + curve * curve + 1e-9)
    known = 0.0
    for k in range(i + 1, j + 1):
        known += way[k]
    for k in range(i + 1, j + 1):
        part = way[k] / known if known > 0.0 else (at[k] - at[k - 1]) / lasts
        way[k] = found * part
        spread[k] = relative * found * found * part
