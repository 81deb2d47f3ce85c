"""Sums over the fixes of each stay and each segment: way, error, bridged, idle, stops, climb."""

from __future__ import annotations

import math
from typing import Any

import numba

__all__ = ["BRIDGED", "CLIMB", "COUNT", "DROP", "IDLE", "MEASURED", "SQUARE", "STILL", "SUMMED",
           "TURNS", "WAY_MM", "add", "centre"]  # fmt: skip

# columns: fixes, way [mm], its variance [mm²], bridged [mm], idle [µs], stops, ascent, descent [m],
# sum of the chance of standing [ppm], measured time [µs]
COUNT, WAY_MM, SQUARE, BRIDGED, IDLE, TURNS, CLIMB, DROP, STILL, MEASURED = range(10)
SUMMED = 10
HALF = 500_000
# altitude counts when it has gone so far [m] from where it last turned: noise stays within
TURN_M = 20.0
# altitude is smoothed over so many seconds
SMOOTH_S = 45.0
UNKNOWN = -1e15


@numba.njit(nogil=True, cache=True, error_model="numpy")
def add(  # noqa: PLR0917 - compiled
    i: int, j: int, rests: bool, at: Any, way: Any, spread: Any, still: Any, gap: Any,
    altitude: Any, row: Any,
) -> None:  # fmt: skip
    """Put the sums of the intervals from fix ``i`` to fix ``j``; ``rests``: of a stay."""
    for c in range(SUMMED):
        row[c] = 0.0
    stands = True
    height, base, known = 0.0, 0.0, False
    for k in range(i, j + 1):
        row[STILL] += still[k]
        if altitude[k] > UNKNOWN:
            step = (at[k] - at[k - 1]) * 1e-6 if k > i else 0.0
            share = 1.0 - math.exp(-max(step, 1.0) / SMOOTH_S) if known else 1.0
            height += share * (altitude[k] - height)
            if not known:
                base, known = height, True
            elif height - base > TURN_M:
                row[CLIMB] += height - base
                base = height
            elif base - height > TURN_M:
                row[DROP] += base - height
                base = height
        if k == i:
            continue
        lasts = at[k] - at[k - 1]
        row[WAY_MM] += way[k]
        row[SQUARE] += float(spread[k]) * float(spread[k])
        if gap[k] != 0:
            row[BRIDGED] += way[k]
        else:
            row[MEASURED] += lasts
        here = still[k] >= HALF
        if not rests and k < j:
            if here and not stands:
                row[TURNS] += 1.0
            if here and stands:
                row[IDLE] += lasts
        stands = here


@numba.njit(nogil=True, cache=True, error_model="numpy")
def centre(i: int, j: int, lat: Any, lon: Any, sigma: Any, out: Any) -> None:  # noqa: PLR0917 - compiled
    """Put the mean place of fixes ``i`` to ``j``, each by its exactness, and its sigma [mm]."""
    weight, north, east, least = 0.0, 0.0, 0.0, 1e18
    for k in range(i, j + 1):
        own = max(float(sigma[k]), 1.0)
        w = 1.0 / (own * own)
        wide = lon[k] - lon[i]
        if wide > 1_800_000_000:
            wide -= 3_600_000_000
        elif wide < -1_800_000_000:
            wide += 3_600_000_000
        weight += w
        north += w * (lat[k] - lat[i])
        east += w * wide
        least = min(least, own)
    out[0] = lat[i] + math.floor(north / weight + 0.5)
    there = lon[i] + math.floor(east / weight + 0.5)
    if there >= 1_800_000_000:
        there -= 3_600_000_000
    elif there < -1_800_000_000:
        there += 3_600_000_000
    out[1] = there
    # smoothed fixes err alike: their mean is no better than the best of them
    out[2] = int(least)
