"""What cannot be, before anything is smoothed: each row gets the number of its code.

A device is one stretch of rows in the order of time. Rows that repeat another are merged; clocks
that run backwards, places out of reach, two places at once and rows of another datum are told
from the rest of the device, of which most rows are taken to be sound.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.datums import EAST, NORTH, SOUTH, WEST, offset
from tanlu.track.fuse.metric import step

__all__ = ["MERGED", "NULL_ISLAND", "RANGE", "screen"]

SOUND, MERGED = 0, 1
RANGE, NULL_ISLAND, BACKWARDS, TELEPORT, TWICE, MIXED = 400, 401, 402, 403, 404, 405
# nothing on the ground or in the air carries goods faster [m/s]; so near nothing is a teleport [m]
FASTEST, NEAR = 400.0, 1_000.0
# what lies within so much, by latitude and longitude together, is nearer than that [1e-7 deg]
NEAR_E7 = 80_000
# rows of one time and places so far apart are two devices [m]
APART = 1_000.0
# stretches that are looked back at; stretches put aside from which on it is a second device
BACK, OFTEN = 64, 3
# steps of another datum: no longer than [s]; they differ from the offset by the noise [m] and the
# speed [m/s] at most, and by no more than this share
QUICK, NOISE, PACE, SHARE = 35.0, 30.0, 40.0, 0.35
# offsets and steps below this are not looked at [m], and about so much of it [1e-7 deg]
LITTLE, LITTLE_E7 = 200.0, 15_000
# fixes that a change of datum must last; rows of the other that stand alone, at least
LASTS, ALTERNATE = 3, 4
# a row stands out by more than this share of the offset; steps around a lasting change differ by
# less than that
CALM, ALIKE = 0.5, 0.15
WEST_E7, EAST_E7 = int(WEST * 1e7), int(EAST * 1e7)
SOUTH_E7, NORTH_E7 = int(SOUTH * 1e7), int(NORTH * 1e7)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _metres(i: int, j: int, lat: Any, lon: Any) -> float:
    x, y, _ = step(lat[i], lon[i], lat[j], lon[j])
    return math.hypot(x, y)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _merge(a: int, b: int, at: Any, lat: Any, lon: Any, r: Any, cell: Any, code: Any) -> None:  # noqa: PLR0917 - compiled
    """Keep one row of each time: the most exact; a distant one besides it is a second device."""
    kept = a - 1
    for k in range(a, b):
        if code[k]:
            continue
        if kept < a or at[k] != at[kept]:
            kept = k
            continue
        out, inn = (k, kept) if r[k] >= r[kept] else (kept, k)
        far = not cell[k] and not cell[kept] and _metres(k, kept, lat, lon) > APART
        code[out] = TWICE if far else MERGED
        kept = inn


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _sound(a: int, b: int, code: Any) -> Any:
    """Give the rows of which nothing is wrong so far."""
    rows, n = np.empty(b - a, np.int64), 0
    for k in range(a, b):
        if not code[k]:
            rows[n] = k
            n += 1
    return rows[:n]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _backwards(a: int, b: int, seq: Any, code: Any) -> None:
    """Keep the longest stretch of rows whose numbers rise with their times, if numbers are told."""
    last, falls, steps = -1, 0, 0
    for k in range(a, b):
        if not code[k]:
            if seq[k] < 0:
                return
            falls += seq[k] < last
            steps += last >= 0
            last = seq[k]
    if not falls:
        return
    rows = _sound(a, b, code)
    # a list that begins with the newest numbers its rows backwards
    mine, sign = np.empty(rows.size, np.int64), 1 if 2 * falls <= steps else -1
    for n in range(rows.size):
        mine[n] = sign * seq[rows[n]]
    numbers = np.sort(mine)
    for n in range(1, rows.size):
        if numbers[n] == numbers[n - 1]:
            # a device that counts anew: its numbers do not tell which row came first
            return
    ends, before, size = np.empty(rows.size, np.int64), np.empty(rows.size, np.int64), 0
    for n in range(rows.size):
        low, high = 0, size
        while low < high:
            middle = (low + high) >> 1
            if mine[ends[middle]] < mine[n]:
                low = middle + 1
            else:
                high = middle
        before[n] = ends[low - 1] if low else -1
        ends[low] = n
        size = max(size, low + 1)
    for n in range(rows.size):
        code[rows[n]] = BACKWARDS
    n = ends[size - 1]
    while n >= 0:
        code[rows[n]] = SOUND
        n = before[n]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _reach(i: int, j: int, at: Any, lat: Any, lon: Any, r: Any) -> bool:  # noqa: PLR0917 - compiled
    """Tell whether something can come from one row to the other in their time."""
    if abs(lat[j] - lat[i]) + abs(lon[j] - lon[i]) < NEAR_E7 and at[j] >= at[i]:
        return True
    far = _metres(i, j, lat, lon)
    slack = NEAR + 4.0 * (math.sqrt(r[i]) + math.sqrt(r[j]))
    return bool(far - slack <= FASTEST * (at[j] - at[i]) * 1e-6)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _islands(a: int, b: int, at: Any, lat: Any, lon: Any, r: Any, cell: Any, code: Any) -> None:  # noqa: PLR0917 - compiled
    """Keep the stretches that one thing can have travelled with the most rows."""
    last, breaks = a - 1, 0
    for k in range(a, b):
        if code[k] or cell[k]:
            continue
        if last >= a and not _reach(last, k, at, lat, lon, r):
            breaks += 1
        last = k
    if not breaks:
        return
    first, end = np.empty(breaks + 1, np.int64), np.empty(breaks + 1, np.int64)
    rows, n, last = np.zeros(breaks + 1, np.int64), -1, a - 1
    for k in range(a, b):
        if code[k] or cell[k]:
            continue
        if last < a or not _reach(last, k, at, lat, lon, r):
            n += 1
            first[n] = k
        end[n] = k
        rows[n] += 1
        last = k
    best, before = np.empty(n + 1, np.int64), np.empty(n + 1, np.int64)
    top = 0
    for j in range(n + 1):
        best[j], before[j] = rows[j], -1
        for i in range(max(0, j - BACK), j):
            if best[i] + rows[j] > best[j] and _reach(end[i], first[j], at, lat, lon, r):
                best[j], before[j] = best[i] + rows[j], i
        if best[j] > best[top]:
            top = j
    kept, many = np.zeros(n + 1, np.bool_), n + 1
    while top >= 0:
        kept[top] = True
        many -= 1
        top = before[top]
    said = TWICE if many >= OFTEN else TELEPORT
    for j in range(n + 1):
        if not kept[j]:
            for k in range(first[j], end[j] + 1):
                if not code[k] and not cell[k]:
                    code[k] = said


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _change(i: int, j: int, at: Any, lat: Any, lon: Any) -> int:
    """Give 1 for a step by the offset of GCJ-02, -1 for one against it, 2 for another, else 0."""
    t = (at[j] - at[i]) * 1e-6
    if t > QUICK or abs(lat[j] - lat[i]) + abs(lon[j] - lon[i]) < LITTLE_E7:
        return 0
    x, y, _ = step(lat[i], lon[i], lat[j], lon[j])
    ox, oy, size = _offset_m(i, lat, lon)
    if size < LITTLE:
        return 0
    near = min(NOISE + PACE * t, SHARE * size)
    if math.hypot(x - ox, y - oy) < near:
        return 1
    if math.hypot(x + ox, y + oy) < near:
        return -1
    return 2 if math.hypot(x, y) > near + PACE * t else 0


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _offset_m(i: int, lat: Any, lon: Any) -> tuple[float, float, float]:
    north, east = offset(lat[i] * 1e-7, lon[i] * 1e-7)
    x, y, _ = step(lat[i], lon[i], lat[i] + int(north * 1e7), lon[i] + int(east * 1e7))
    return x, y, math.hypot(x, y)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _sudden(rows: Any, n: int, sign: int, at: Any, lat: Any, lon: Any) -> bool:  # noqa: PLR0917 - compiled
    """Tell whether a step is the offset besides how the device moves before and after it."""
    if n <= LASTS or n + LASTS >= rows.size:
        return False
    ox, oy, size = _offset_m(rows[n - 1], lat, lon)
    x, y, _ = step(lat[rows[n - 1]], lon[rows[n - 1]], lat[rows[n]], lon[rows[n]])
    t = at[rows[n]] - at[rows[n - 1]]
    for begin in (n - 1 - LASTS, n):
        i, j = rows[begin], rows[begin + LASTS]
        u, w, _ = step(lat[i], lon[i], lat[j], lon[j])
        u, w = u / (at[j] - at[i]), w / (at[j] - at[i])
        # a jump out and back takes two such steps: around a change of datum all are alike
        for m in range(begin + 1, begin + 1 + LASTS):
            i, j = rows[m - 1], rows[m]
            dx, dy, _ = step(lat[i], lon[i], lat[j], lon[j])
            if math.hypot(dx - u * (at[j] - at[i]), dy - w * (at[j] - at[i])) > ALIKE * size:
                return False
        x -= 0.5 * u * t
        y -= 0.5 * w * t
    near = min(NOISE + 2.0 * t * 1e-6, SHARE * size)
    return bool(math.hypot(x - sign * ox, y - sign * oy) < near)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _spike(i: int, k: int, j: int, at: Any, lat: Any, lon: Any) -> int:  # noqa: PLR0917 - compiled
    """Give 1 or -1 for a row that lies by the offset off those beside it, 2 for another, else 0."""
    t = (at[j] - at[i]) * 1e-6
    if t > 2.0 * QUICK or abs(lat[k] - lat[i]) + abs(lon[k] - lon[i]) < LITTLE_E7:
        return 0
    x, y, _ = step(lat[i], lon[i], lat[k], lon[k])
    u, w, _ = step(lat[i], lon[i], lat[j], lon[j])
    share = (at[k] - at[i]) * 1e-6 / t
    x, y = x - share * u, y - share * w
    ox, oy, size = _offset_m(i, lat, lon)
    if size < LITTLE or math.hypot(x, y) < CALM * size:
        return 0
    near = min(NOISE + 2.0 * t, SHARE * size)
    if math.hypot(x - ox, y - oy) < near:
        return 1
    return -1 if math.hypot(x + ox, y + oy) < near else 2


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _mixed(  # noqa: PLR0917 - compiled
    a: int, b: int, at: Any, lat: Any, lon: Any, cell: Any, shifted: bool, code: Any
) -> None:
    """Put aside the rows of the other datum: stretches of them, or many that stand alone."""
    if not (WEST_E7 <= lon[a] <= EAST_E7 and SOUTH_E7 <= lat[a] <= NORTH_E7):
        return
    rows, n = _sound(a, b, code), 0
    for k in rows:
        if not cell[k]:
            rows[n] = k
            n += 1
    rows = rows[:n]
    change, alone = np.zeros(rows.size, np.int8), np.zeros(rows.size, np.int8)
    first = ups = downs = others = 0
    for n in range(1, rows.size):
        found = _change(rows[n - 1], rows[n], at, lat, lon)
        if abs(found) == 1 and _sudden(rows, n, found, at, lat, lon):
            change[n] = found
            first = first or found
        if n + 1 < rows.size:
            alone[n] = _spike(rows[n - 1], rows[n], rows[n + 1], at, lat, lon)
            ups += alone[n] == 1
            downs += alone[n] == -1
            others += alone[n] == 2
    many = ups + downs >= ALTERNATE and ups + downs > others
    if not first and not many:
        return
    # before the first change the device was on the other side of it; else most rows are on the
    # side from which few stand out
    side = -first if first else (1 if downs > ups else -1)
    wrong = -1 if shifted else 1
    for n in range(rows.size):
        side = change[n] or side
        here = alone[n] if many and abs(alone[n]) == 1 else side
        if here == wrong:
            code[rows[n]] = MIXED


@numba.njit(nogil=True, cache=True, error_model="numpy")
def screen(  # noqa: PLR0917 - compiled
    starts: Any, at: Any, lat: Any, lon: Any, seq: Any, r: Any, cell: Any, shifted: bool, code: Any
) -> None:
    """Give each row of ``code`` the number of what is wrong with it, 0 for nothing.

    ``shifted`` tells that the coordinates came as GCJ-02 or BD-09 and were turned to WGS 84.
    """
    for g in range(starts.size - 1):
        a, b = starts[g], starts[g + 1]
        _merge(a, b, at, lat, lon, r, cell, code)
        _backwards(a, b, seq, code)
        _islands(a, b, at, lat, lon, r, cell, code)
        _mixed(a, b, at, lat, lon, cell, shifted, code)
