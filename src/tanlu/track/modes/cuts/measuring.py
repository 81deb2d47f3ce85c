"""What a move was like: how much time at which speed, acceleration, braking and pull sideways.

Each move is one row of sums and counts, so that moves that follow each other are measured together
by adding their rows. The counts stand in bins on a logarithmic scale; quantiles are read off them.
"""

from __future__ import annotations

import math
from typing import Any

import numba

__all__ = ["COUNTS", "HIGH", "LOW", "SUMS", "WIDTH", "active", "measure", "quantile"]

# columns of the sums: seconds, way [m], short stops, their seconds, seconds and number of measured
# intervals; highest and lowest altitude stand behind them
SECONDS, WAY, STOPS, STOPPED, SEEN, STEPS, HIGH, LOW = range(8)
SUMS = 8
# bins: speed [m/s], acceleration, braking and pull sideways [m/s²]: lowest, bins an e-fold, bins
SPEED = (SUMS, math.log(0.3), 5.6, 40)
FASTER = (48, math.log(0.004), 3.0, 20)
SLOWER = (68, math.log(0.004), 3.0, 20)
SIDEWAYS = (88, math.log(0.004), 3.0, 20)
COUNTS = (SPEED, FASTER, SLOWER, SIDEWAYS)
WIDTH = 108
HALF = 500_000
# what an interval in an outage tells of the speed is worth this share of its time
LOST = 0.1
NOWHERE = 1e9


@numba.njit(inline="always")
def _put(row: Any, kind: Any, value: Any, weight: Any) -> Any:
    place = int((math.log(max(value, 1e-9)) - kind[1]) * kind[2])
    row[kind[0] + min(max(place, 0), kind[3] - 1)] += weight


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _reached(high: Any, low: Any, kind: Any, c: int, want: float) -> Any:
    """Give where the counts from bin ``c`` on reach so many [natural log]."""
    o, n, left = kind[0], kind[3], 0.0
    while c < o + n - 1:
        here = high[c] - low[c]
        if left + here >= want:
            break
        left += here
        c += 1
    here = max(high[c] - low[c], 1e-9)
    part = min(max((want - left) / here, 0.0), 1.0)
    return kind[1] + (c - o + part) / kind[2]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def quantile(high: Any, low: Any, kind: Any, share: float) -> float:
    """Give a quantile [natural log] of the counts between two rows of running sums."""
    o, n = kind[0], kind[3]
    whole = 0.0
    for c in range(o, o + n):
        whole += high[c] - low[c]
    if whole <= 1e-6:
        return kind[1]  # type: ignore[no-any-return]
    return _reached(high, low, kind, o, share * whole)  # type: ignore[no-any-return]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def active(high: Any, low: Any, kind: Any, bins: int, share: float) -> tuple[float, float]:
    """Give a quantile [natural log] of the counts above so many bins, and their share of all."""
    o, n = kind[0], kind[3]
    whole, above = 1e-6, 0.0
    for c in range(o, o + n):
        here = high[c] - low[c]
        whole += here
        above += here if c >= o + bins else 0.0
    if above <= 1e-3:
        return kind[1] + bins / kind[2], 0.0
    return _reached(high, low, kind, o + bins, share * above), above / whole


@numba.njit(nogil=True, cache=True, error_model="numpy")
def measure(  # noqa: PLR0917 - compiled
    i: int, j: int, at: Any, way: Any, still: Any, gap: Any, speed: Any, heading: Any,
    altitude: Any, row: Any,
) -> None:  # fmt: skip
    """Fill the row of the move from fix ``i`` to fix ``j``; unknown numbers are below -1e15."""
    for c in range(WIDTH):
        row[c] = 0.0
    row[HIGH], row[LOW] = -NOWHERE, NOWHERE
    rest = True
    for k in range(i + 1, j + 1):
        dt = (at[k] - at[k - 1]) * 1e-6
        metres = way[k] * 1e-3
        row[SECONDS] += dt
        row[WAY] += metres
        stands = still[k] >= HALF
        if stands and not rest and k < j:
            row[STOPS] += 1.0
        if stands and rest:
            row[STOPPED] += dt
        rest = stands
        if altitude[k] > -NOWHERE and altitude[k - 1] > -NOWHERE:
            height = 0.5 * (altitude[k] + altitude[k - 1])
            row[HIGH], row[LOW] = max(row[HIGH], height), min(row[LOW], height)
        pace = metres / max(dt, 1e-3)
        if gap[k] != 0:
            _put(row, SPEED, pace, LOST * dt)
            continue
        row[SEEN] += dt
        row[STEPS] += 1.0
        if stands:
            continue
        _put(row, SPEED, pace, dt)
        if speed[k] < 0 or speed[k - 1] < 0:
            continue
        pull = (speed[k] - speed[k - 1]) * 1e-3 / max(dt, 1e-3)
        _put(row, FASTER, pull, dt)
        _put(row, SLOWER, -pull, dt)
        if heading[k] >= 0 and heading[k - 1] >= 0:
            turn = abs(heading[k] - heading[k - 1]) % 36_000
            turn = min(turn, 36_000 - turn) * math.pi / 18_000.0
            _put(row, SIDEWAYS, pace * turn / max(dt, 1e-3), dt)
