"""Where a device stands: stays along its fixes, with the times of arrival and departure.

A stay is a stretch of fixes that stand still (``still_ppm``). Two stays are one when hardly
anything lies between: no way worth the name, or a short shift within one place, as when goods are
moved over a yard. A device that begins or ends on the move gets a stay without duration there, so
that between two stays there is always one move.

An arrival lies between the last fix on the move and the first at rest. Where fixes are dense that
is seconds; in an outage the way still to go over the pace of the last minutes tells it, weighed
against the middle of the outage by what each is worth.
"""

from __future__ import annotations

import math
from typing import Any

import numba

__all__ = ["BRIEF_S", "stays"]

HALF = 500_000
# no way worth the name [m], whatever it took; a shift within one place: way [m], time [s], and how
# long it stands before and after [s]; where it stands for long, a shift may take longer
NOTHING_M, SHIFT_M, SHIFT_S, SETTLED_S = 60.0, 500.0, 300.0, 180.0
LONG_S, LONGER = 1_800.0, 3.0
# how far a jump goes [m]
JUMP_M = 600.0
# so many fixes tell where a stay is: one of them may be a jump
TELL = 31
# so many stays back, and so many fixes, are looked at
BACK, MOST = 3, 2_000
# what lies so near to a stay [m] belongs to it: the first fix after an outage looks like motion
NEAR_M = 25.0
# between two fixes at rest the device went away if it went farther than this [m]
AWAY_M = 150.0
# a stop that is shorter [s] belongs to the move: a light, a crossing
BRIEF_S = 30.0
# pace is looked at over this time [s]; slowing down makes the last way last longer; how far that
# may be off (share, and seconds)
PACE_S, SLOWER, LOOSE, LEAST_S = 240.0, 1.25, 0.6, 5.0
# in an outage up to so long [s] a time is told so near to its middle that it is off by no more than
# that, where it can be
BRIEFLY_S, OFF_S = 700.0, 290.0
MICRO = 1e-6


@numba.njit(inline="always")
def _east(wide: Any) -> Any:
    # the shorter way around, over the antimeridian where that is
    return (wide + 1_800_000_000) % 3_600_000_000 - 1_800_000_000


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _apart(i: int, j: int, lat: Any, lon: Any) -> float:
    """Give the distance of two fixes [m]: equirectangular, for near ones."""
    cosine = math.cos(0.5 * (lat[i] + lat[j]) * 1e-7 * math.pi / 180.0)
    return math.hypot(lat[j] - lat[i], _east(lon[j] - lon[i]) * cosine) * 0.0111195


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _reached(i: int, k: int, floor: int, b: int, lat: Any, lon: Any, still: Any) -> tuple[int, int]:  # noqa: PLR0917
    """Let a stay reach over fixes beside it that look like motion, as after an outage."""
    begin, end = i, k
    while begin > floor and _apart(begin - 1, i, lat, lon) < NEAR_M:
        begin -= 1
    while end + 1 < b and still[end + 1] < HALF and _apart(k, end + 1, lat, lon) < NEAR_M:
        end += 1
    return begin, end


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _raw(  # noqa: PLR0917 - compiled
    a: int,
    b: int,
    lat: Any,
    lon: Any,
    way: Any,
    still: Any,
    o: int,
    first: Any,
    last: Any,
) -> int:
    """Put the stretches of fixes at rest from ``o`` on; give where they end."""
    n = o
    if still[a] < HALF:
        first[n], last[n] = a, a
        n += 1
    k = a
    while k < b:
        if still[k] < HALF:
            k += 1
            continue
        i = k
        while (
            k + 1 < b
            and still[k + 1] >= HALF
            and (way[k + 1] * 1e-3 < AWAY_M or _apart(k, k + 1, lat, lon) < AWAY_M)
        ):
            k += 1
        floor = last[n - 1] + 1 if n > o and last[n - 1] > first[n - 1] else a
        i, k = _reached(i, k, floor, b, lat, lon, still)
        first[n], last[n] = i, k
        n += 1
        k += 1
    if still[b - 1] < HALF and (n == o or last[n - 1] < b - 1):
        first[n], last[n] = b - 1, b - 1
        n += 1
    return n


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pace(a: int, b: int, k: int, by: int, at: Any, way: Any, gap: Any) -> float:  # noqa: PLR0917 - compiled
    """Give the mean speed [m/s] of the minutes before fix ``k`` (by -1) or after it (by 1)."""
    gone, took = 0.0, 0.0
    i = k if by < 0 else k + 1
    while a < i < b and took < PACE_S:
        if gap[i] == 0:
            gone += way[i] * 1e-3
            took += (at[i] - at[i - 1]) * MICRO
        elif took > 0.0:
            break
        i += by
    return gone / took if took > 0.0 else 0.0


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _part(lasts: float, metres: float, pace: float) -> tuple[float, float]:
    """Give how long the way took within an interval that ends or begins at rest, and its sigma."""
    middle, spread = 0.5 * lasts, lasts / math.sqrt(12.0)
    if pace <= 0.3 or lasts <= 0.0:
        return middle, spread
    took = SLOWER * metres / pace
    if took >= lasts:
        took = 0.92 * lasts
    own = LOOSE * took + LEAST_S
    weight = own * own / (own * own + spread * spread)
    found = weight * middle + (1.0 - weight) * took
    if lasts < BRIEFLY_S:
        found = min(max(found, min(lasts - OFF_S, middle)), max(OFF_S, middle))
    return found, math.sqrt(own * own * spread * spread / (own * own + spread * spread))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _times(  # noqa: PLR0917 - compiled
    a: int, b: int, s: int, at: Any, way: Any, gap: Any, first: Any, last: Any, span: Any
) -> None:
    """Put arrival, departure [µs] and their sigmas [µs] of a stay."""
    i, j = first[s], last[s]
    span[s, 0], span[s, 1], span[s, 2], span[s, 3] = at[i], at[j], 0, 0
    if i > a:
        lasts = (at[i] - at[i - 1]) * MICRO
        took, sigma = _part(lasts, way[i] * 1e-3, _pace(a, b, i - 1, -1, at, way, gap))
        span[s, 0] = at[i - 1] + int(took / MICRO)
        span[s, 2] = int(sigma / MICRO)
    if j + 1 < b:
        lasts = (at[j + 1] - at[j]) * MICRO
        took, sigma = _part(lasts, way[j + 1] * 1e-3, _pace(a, b, j + 1, 1, at, way, gap))
        span[s, 1] = at[j + 1] - int(took / MICRO)
        span[s, 3] = int(sigma / MICRO)
    if span[s, 1] < span[s, 0]:
        # two outages that touch: the fix between them stood
        span[s, 0] = span[s, 1] = at[i]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _between(i: int, j: int, at: Any, way: Any, gap: Any) -> tuple[float, float, float]:
    """Give the way from fix ``i`` to fix ``j`` [m], what of it was measured, and the seconds."""
    metres, known, seen = 0.0, 0.0, 0.0
    for k in range(i + 1, j + 1):
        metres += way[k] * 1e-3
        if gap[k] == 0:
            seen += (at[k] - at[k - 1]) * MICRO
            known += way[k] * 1e-3
    return metres, known, seen


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _shift(p: int, s: int, lat: Any, lon: Any, first: Any, last: Any) -> float:  # noqa: PLR0917
    """Give how far two stays are apart [m]: the mean of each beside the other, or their ends."""
    i, j = last[p], first[s]
    here, there = min(TELL, i - first[p] + 1), min(TELL, last[s] - j + 1)
    up, side = 0.0, 0.0
    for k in range(i - here + 1, i + 1):
        up -= (lat[k] - lat[i]) / here
        side -= _east(lon[k] - lon[i]) / here
    for k in range(j, j + there):
        up += (lat[k] - lat[i]) / there
        side += _east(lon[k] - lon[i]) / there
    cosine = math.cos(lat[i] * 1e-7 * math.pi / 180.0)
    return min(math.hypot(up, side * cosine) * 0.0111195, _apart(i, j, lat, lon))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _same(  # noqa: PLR0917 - compiled
    p: int, s: int, o: int, n: int, at: Any, lat: Any, lon: Any, way: Any, gap: Any,
    first: Any, last: Any, span: Any,
) -> bool:  # fmt: skip
    """Tell whether two stays are one."""
    i, j = last[p], first[s]
    # the first or the last fix of all, apart from a stay, is a jump rather than a way of one step
    lone = (p == o and first[p] == i) or (s == n - 1 and last[s] == j)
    if lone and j == i + 1 and gap[j] == 0 and _apart(i, j, lat, lon) < JUMP_M:
        return True
    apart = _shift(p, s, lat, lon, first, last)
    if apart > SHIFT_M or j - i > MOST:
        return False
    metres, known, seen = _between(i, j, at, way, gap)
    if min(metres, 2.0 * apart) < NOTHING_M and seen < 2.0 * SHIFT_S:
        return True
    before = (span[p, 1] - span[p, 0]) * MICRO
    after = (span[s, 1] - span[s, 0]) * MICRO
    stood = min(before, after)
    most = SHIFT_S * (LONGER if stood > LONG_S else 1.0)
    return seen <= most and known < 3.0 * SHIFT_M and stood > SETTLED_S


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _joined(  # noqa: PLR0917 - compiled
    o: int, n: int, at: Any, lat: Any, lon: Any, way: Any, gap: Any, first: Any, last: Any,
    span: Any,
) -> int:  # fmt: skip
    """Join stays that are one, with what lies between them; give where they end now."""
    to = o
    for s in range(o + 1, n):
        found = -1
        for p in range(to, max(to - BACK, o - 1), -1):
            if _same(p, s, o, n, at, lat, lon, way, gap, first, last, span):
                found = p
                break
        if found >= 0:
            to = found
            last[to] = last[s]
            span[to, 1], span[to, 3] = span[s, 1], span[s, 3]
            # what was too brief to be the same place as the stay before it may have grown
            while to > o and _same(to - 1, to, o, n, at, lat, lon, way, gap, first, last, span):
                to -= 1
                last[to] = last[to + 1]
                span[to, 1], span[to, 3] = span[to + 1, 1], span[to + 1, 3]
            continue
        to += 1
        first[to], last[to] = first[s], last[s]
        for c in range(4):
            span[to, c] = span[s, c]
    return to + 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _ordered(s: int, at: Any, still: Any, first: Any, last: Any, span: Any) -> None:  # noqa: PLR0917 - compiled
    """See to it that a stay ends before the next begins, where one interval lies between."""
    if last[s] + 1 == first[s + 1]:
        quarter = (at[first[s + 1]] - at[last[s]]) // 4
        if still[last[s]] >= HALF:
            span[s, 1], span[s, 3] = at[last[s]] + quarter, quarter
        if still[first[s + 1]] >= HALF:
            span[s + 1, 0], span[s + 1, 2] = at[first[s + 1]] - quarter, quarter
    elif span[s, 1] > span[s + 1, 0]:
        span[s, 1] = span[s + 1, 0] = (span[s, 1] + span[s + 1, 0]) // 2


@numba.njit(nogil=True, cache=True, error_model="numpy")
def stays(  # noqa: PLR0917 - compiled
    a: int, b: int, at: Any, lat: Any, lon: Any, way: Any, still: Any, gap: Any,
    o: int, first: Any, last: Any, span: Any,
) -> int:  # fmt: skip
    """Put the stays of the fixes from ``a`` to ``b`` from row ``o`` on; give how many.

    ``first`` and ``last`` fix; ``span`` = arrival, departure, sigma of each [µs]. Stops of less
    than ``BRIEF_S`` are left out, but for the first and the last.
    """
    n = _raw(a, b, lat, lon, way, still, o, first, last)
    for s in range(o, n):
        _times(a, b, s, at, way, gap, first, last, span)
    n = _joined(o, n, at, lat, lon, way, gap, first, last, span)
    to = o
    for s in range(o, n):
        brief = (span[s, 1] - span[s, 0]) * MICRO < BRIEF_S
        if brief and first[s] > a and last[s] < b - 1:
            continue
        first[to], last[to] = first[s], last[s]
        for c in range(4):
            span[to, c] = span[s, c]
        to += 1
    for s in range(o, to - 1):
        _ordered(s, at, still, first, last, span)
    return to - o
