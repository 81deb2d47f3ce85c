"""Which edges a device was on: a hidden Markov model over the places near each fix.

As Newson and Krumm (2009) have it: a fix lies off its edge as its exactness and the map allow, and
the way over the network is about as long as what was measured. Beside the edges there is a state
"off the network", whose way is the measured one. Forwards and backwards, every way has a chance;
the way is the mean over them, its variance theirs.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.metric import step
from tanlu.track.network.near import MOST, near
from tanlu.track.network.routing import room, routed, wear

__all__ = ["followed"]

# a place of a map, and where on a road one drives, are off by this, one sigma [m]; edges are
# looked for within so many sigmas, at least and at most so many metres
MAP_M, SIGMAS, LEAST_M, MOST_M = 7.0, 5.0, 40.0, 250.0
# fixes less exact than this tell no edge [m]
SURE_M = 25.0
# fixes are looked at so far apart: time [µs] and way [m]
APART_US, APART_M = 15_000_000, 30.0
# off the network a fix costs as if it lay so many sigmas off; leaving and coming back cost [nat]
OFF, LEAVES = 3.3, 4.0
# scale by which a way differs from the measured one: at least [m], share of it (of so many metres
# at most: longer ways lie in outages, and their sigma tells all), sigmas of it
SCALE_M, SCALE, SCALE_MOST_M, SCALE_SIGMA = 15.0, 0.08, 1_000.0, 0.7
# maps lack a piece each so many metres; ways that they lack are longer than straight by about so
# much, as a share
LACKS_M, WINDS = 1_000_000.0, 0.3
# no way is looked for that is so many scales longer than measured, or longer than this
WIDE, TIMES, MORE_M = 8.0, 2.5, 500.0
# what a way may be off by the map, share of it
EXACT = 0.004
# top speeds on roads, rails and water [m/s]
FASTEST = (50.0, 100.0, 15.0)
# other ways than the shortest are looked for over so long a time [s]; so many in all; ways whose
# lengths differ by less are one; who goes a way that is twice as long loses so much [nat]
OTHERS_S, WAYS, ALIKE, DETOUR = 90.0, 2, 0.01, 40.0
# less likely beginnings are not gone on from
SLIGHT = 1e-5


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _anchors(  # noqa: PLR0917 - compiled
    a: int, b: int, at: Any, exact: Any, way: Any, gap: Any, out: Any
) -> int:
    """Put the fixes that are looked at: 15 s and 30 m apart, and both ends of every outage."""
    count, since, before, lost = 0, 0.0, -1, False
    for k in range(a, b):
        since += way[k] * 1e-3
        lost = lost or gap[k] != 0
        if exact[k] > SURE_M * 1e3:
            continue
        if lost and count and out[count - 1] != before:
            out[count] = before
            count += 1
        apart = count == 0 or (at[k] - at[out[count - 1]] >= APART_US and since >= APART_M)
        if lost or apart:
            out[count] = k
            count += 1
            since = 0.0
        before, lost = k, False
    return count


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _near(  # noqa: PLR0917 - compiled
    rows: Any, count: int, lat: Any, lon: Any, sigma: Any, g: Any, edge: Any, place: Any, away: Any,
    many: Any, cost: Any,
) -> None:  # fmt: skip
    """Put the edges near each fix and what it costs to be on them [nat]."""
    for t in range(count):
        k = rows[t]
        own = math.sqrt((sigma[k] * 1e-3) ** 2 + MAP_M * MAP_M)
        reach = min(max(SIGMAS * own, LEAST_M), MOST_M)
        many[t] = near(lat[k], lon[k], reach, g, edge[t], place[t], away[t])
        for i in range(many[t]):
            cost[t, i] = 0.5 * (away[t, i] / own) ** 2


@numba.njit(inline="always")
def _unlike(far: Any, way: Any, scale: Any) -> Any:
    return abs(far - way) / scale


@numba.njit(inline="always")
def _taken(far: Any, shortest: Any, way: Any, scale: Any) -> Any:
    """Give how likely a way is: as long as measured, and not much longer than need be."""
    extra = max(far / max(shortest, 1.0) - 1.0, 0.0)
    return math.exp(-_unlike(far, way, scale) - DETOUR * extra)


@numba.njit(inline="always")
def _scale(way: Any, spread: Any) -> Any:
    return SCALE_M + SCALE * min(way, SCALE_MOST_M) + SCALE_SIGMA * math.sqrt(spread)


@numba.njit(inline="always")
def _lacks(way: Any, scale: Any) -> Any:
    """Give how likely it is that a way was taken that the map does not show.

    It may have any length about as long as that: so much less likely is it to fit what was
    measured.
    """
    return min(way / LACKS_M + 1e-4, 0.5) * scale / (scale + WINDS * way)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _forwards(  # noqa: PLR0917 - compiled
    count: int, rows: Any, at: Any, lat: Any, lon: Any, told: Any, spread: Any, g: Any, edge: Any,
    place: Any, many: Any, cost: Any, far: Any, chance: Any, run: int, w: Any, marks: Any, ids: Any,
) -> int:  # fmt: skip
    """Put the chance of each state after all fixes up to it, and the ways between states."""
    off = math.exp(-0.5 * OFF * OFF)
    for t in range(count):
        own = chance[t]
        own[:] = 0.0
        if t == 0:
            own[MOST] = off
            for i in range(many[t]):
                own[i] = math.exp(-cost[t, i])
        else:
            run = _step(t, rows, at, lat, lon, told, spread, g, edge, place, many, cost, far,
                        chance, off, run, w, marks, ids)  # fmt: skip
        total = own.sum()
        if total <= 0.0:
            own[MOST], total = 1.0, 1.0
        own /= total
    return run


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _ways(  # noqa: PLR0917 - compiled
    g: Any, e: int, here: float, edge: Any, place: Any, cost: Any, count: int, bound: float,
    most: int, run: int, w: Any, marks: Any, ids: Any, out: Any,
) -> int:  # fmt: skip
    """Put the shortest ways to some places, then others that use other edges."""
    worn = run + 1
    for number in range(most):
        run += 1
        # edges that wear make a search longer, not the ways that it finds
        reach = bound if number == 0 else 1.5 * bound
        routed(g, e, here, edge, place, count, reach, run, worn, w, marks, ids, out[number])
        best = -1
        for j in range(count):
            long = out[number, j]
            for other in range(number):
                # a way that is as long as one before is told already
                if long > bound or abs(long - out[other, j]) < ALIKE * long:
                    out[number, j] = -1.0
            if long >= 0.0 and (best < 0 or cost[j] < cost[best]):
                best = j
        if number + 1 == most or best < 0:
            break
        if not wear(g, e, edge[best], place[best], run, worn, w, marks):
            break
    return run


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _step(  # noqa: PLR0917 - compiled
    t: int, rows: Any, at: Any, lat: Any, lon: Any, told: Any, spread: Any, g: Any, edge: Any,
    place: Any, many: Any, cost: Any, far: Any, chance: Any, off: float, run: int, w: Any,
    marks: Any, ids: Any,
) -> int:  # fmt: skip
    before, own, i, k = chance[t - 1], chance[t], rows[t - 1], rows[t]
    way, seconds = told[t], (at[k] - at[i]) * 1e-6
    scale = _scale(way, spread[t])
    lacks = _lacks(way, scale)
    x, y, _ = step(lat[i], lon[i], lat[k], lon[k])
    widest = min(way + WIDE * scale, TIMES * max(math.hypot(x, y), way) + MORE_M)
    leave = math.exp(-LEAVES)
    known = before[: many[t - 1]].sum()
    own[MOST] = (before[MOST] + known * leave) * off
    for j in range(many[t]):
        own[j] = before[MOST] * leave + known * lacks
    for n in range(many[t - 1]):
        far[t, n] = -1.0
        if before[n] < SLIGHT or many[t] == 0:
            continue
        e = edge[t - 1, n]
        bound = min(widest, FASTEST[g.kind[e]] * seconds + 2.0 * SCALE_M)
        most = WAYS if seconds >= OTHERS_S else 1
        run = _ways(g, e, place[t - 1, n], edge[t], place[t], cost[t], many[t], bound, most, run,
                    w, marks, ids, far[t, n])  # fmt: skip
        for way_no in range(most):
            for j in range(many[t]):
                if far[t, n, way_no, j] >= 0.0:
                    own[j] += before[n] * _taken(far[t, n, way_no, j], far[t, n, 0, j], way, scale)
    for j in range(many[t]):
        own[j] *= math.exp(-cost[t, j])
    return run


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _backwards(  # noqa: PLR0917 - compiled
    count: int, told: Any, spread: Any, many: Any, cost: Any, far: Any, chance: Any, mean: Any,
    wide: Any, held: Any,
) -> None:  # fmt: skip
    """Put the mean and the variance of the way to each fix, and the chance that it is known."""
    off, leave = math.exp(-0.5 * OFF * OFF), math.exp(-LEAVES)
    later, sooner = np.ones(MOST + 1), np.empty(MOST + 1)
    for t in range(count - 1, 0, -1):
        way, n = told[t], many[t - 1]
        scale = _scale(way, spread[t])
        lacks = _lacks(way, scale)
        sooner[:] = 0.0
        first = second = known = there = 0.0
        lost = later[MOST] * off
        sooner[MOST] = lost
        for j in range(many[t]):
            arrives = later[j] * math.exp(-cost[t, j])
            sooner[MOST] += leave * arrives
            there += arrives
            for i in range(n):
                if chance[t - 1, i] < SLIGHT:
                    continue
                for k in range(WAYS):
                    long = float(far[t, i, k, j])
                    if long < 0.0:
                        continue
                    p = _taken(long, float(far[t, i, 0, j]), way, scale) * arrives
                    sooner[i] += p
                    p *= chance[t - 1, i]
                    known += p
                    first += p * long
                    second += p * long * long
        total = chance[t - 1, MOST] * sooner[MOST]
        for i in range(n):
            sooner[i] += leave * lost + lacks * there
            total += chance[t - 1, i] * sooner[i]
        if total <= 0.0:
            held[t], mean[t], wide[t] = 0.0, way, spread[t]
            later[:] = 1.0
            continue
        share = known / total
        held[t] = share
        mean[t] = first / total + (1.0 - share) * way
        # what is not on the network lies about the measured way as that is exact
        both = second / total + (1.0 - share) * (way * way + spread[t])
        wide[t] = max(both - mean[t] * mean[t], 0.0) + (EXACT * mean[t]) ** 2
        later[:] = sooner / sooner.max()


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _apply(  # noqa: PLR0917 - compiled
    count: int, rows: Any, at: Any, told: Any, mean: Any, wide: Any, held: Any, way: Any,
    sigma: Any, share: Any,
) -> None:  # fmt: skip
    """Share the way between two fixes that were looked at among all between them."""
    for t in range(1, count):
        i, k = rows[t - 1], rows[t]
        for n in range(i + 1, k + 1):
            part = (
                way[n] * 1e-3 / told[t] if told[t] > 0.5 else (at[n] - at[n - 1]) / (at[k] - at[i])
            )
            share[n] = held[t]
            if held[t] < 0.01:
                continue
            way[n] = mean[t] * part * 1e3
            sigma[n] = math.sqrt(wide[t] * part) * 1e3


@numba.njit(nogil=True, cache=True, error_model="numpy")
def followed(  # noqa: PLR0917 - compiled
    starts: Any, at: Any, lat: Any, lon: Any, exact: Any, gap: Any, g: Any, way: Any,
    sigma: Any, share: Any,
) -> None:  # fmt: skip
    """Set the way to each fix [mm] and its sigma to that over the network, where it is known.

    ``share``: chance that a way is on the network [1].
    """
    w, marks, ids = room(g.heads.size, g.length.size)
    run = 0
    for d in range(starts.size - 1):
        a, b = starts[d], starts[d + 1]
        rows = np.empty(2 * (b - a) + 1, np.int64)
        count = _anchors(a, b, at, exact, way, gap, rows)
        edge, place = np.empty((count, MOST), np.int64), np.empty((count, MOST))
        away, cost = np.empty((count, MOST)), np.empty((count, MOST))
        many = np.zeros(count, np.int64)
        _near(rows, count, lat, lon, exact, g, edge, place, away, many, cost)
        if many.sum() == 0:
            continue
        told, spread = np.zeros(count), np.zeros(count)
        for t in range(1, count):
            for k in range(rows[t - 1] + 1, rows[t] + 1):
                told[t] += way[k] * 1e-3
                spread[t] += (sigma[k] * 1e-3) ** 2
        far = np.empty((count, MOST, WAYS, MOST), np.float32)
        chance = np.zeros((count, MOST + 1))
        run = _forwards(count, rows, at, lat, lon, told, spread, g, edge, place, many, cost,
                        far, chance, run, w, marks, ids)  # fmt: skip
        mean, wide, held = np.zeros(count), np.zeros(count), np.zeros(count)
        _backwards(count, told, spread, many, cost, far, chance, mean, wide, held)
        _apply(count, rows, at, told, mean, wide, held, way, sigma, share)
