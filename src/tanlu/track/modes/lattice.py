"""The model: a semi-Markov chain over stays, whose states are stretches of one mode.

A leg begins at a stay and ends at one; between, its mode is the same. What speaks for a mode is a
sum of log odds over the features of the whole stretch (``features``): how far it went, how fast
and how steadily, what it passed; the moves within it vote with half their weight. What was fitted
apart (a logistic regression over whole legs, one over moves, breaks by the length of a stay, what
follows what) is multiplied along each way. All ways to cut a device's stays into legs are weighed:
the best one by Viterbi, the probability of each mode of each move and of each break by the
forward and backward sums over the same lattice (Yu, Hidden semi-Markov models, Artificial
Intelligence 174 (2010) 215; Sarawagi and Cohen, Semi-Markov conditional random fields, 2004).
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.modes.cuts.features import EDGES, FEATURES, GROUPS, describe
from tanlu.track.modes.cuts.measuring import HIGH, LOW
from tanlu.track.modes.parameters import MOVING, STAYS_S

__all__ = ["LEGS", "decode", "far", "odds"]

KINDS = len(MOVING)
NUMBER, PARTS = len(FEATURES), len(GROUPS)
# stays that a leg passes at most; a longer one continues as a leg of the same mode
REACH = 64
# widths of a feature beyond which nothing more is said; least log chance of a mode; how much a
# move within a leg is worth beside the leg as a whole, since moves of one leg are alike
FAR, FLOOR, MOVE = 4.0, -40.0, 0.25
# what an e-fold beyond its top speed speaks against a mode [nat]
STEEP = 40.0
LEG, PART = 0, 1
WATER, METRES = FEATURES.index("water"), FEATURES.index("way")
# cells are coarse: only so long a way [km] over open water is one over the sea
OCEAN_KM = 400.0
NEVER = -1e300
LEGS = 3


@numba.njit(inline="always")
def _more(a: Any, b: Any) -> Any:
    # log(exp a + exp b)
    if a < b:
        a, b = b, a
    return a + math.log1p(math.exp(b - a)) if b > NEVER else a


@numba.njit(nogil=True, cache=True, error_model="numpy")
def odds(  # noqa: PLR0917 - compiled
    level: int, found: Any, centre: Any, width: Any, weight: Any, base: Any, tops: Any, out: Any
) -> None:
    """Put what each group (row) speaks for each mode (column) [nat].

    The last row is the base, and what speaks against a mode that is never so fast or never so slow.
    """
    for mode in range(KINDS + 1):
        # the speed that a tenth of the time goes beyond; a fiftieth of it, for what must be fast
        against = 0.0
        if mode < KINDS:
            against = max(found[1] - tops[0, mode], 0.0)
            # a part of a flight may be slow: taxiing to the runway and waiting there
            if level == LEG:
                against += max(tops[1, mode] - found[2], 0.0)
            if tops[2, mode] < 0.5 and found[METRES] > math.log(OCEAN_KM):
                against += max(found[WATER] - 0.6, 0.0)
        out[PARTS, mode] = base[level, mode] - STEEP * against
        for group in range(PARTS):
            whole = 0.0
            for i in range(EDGES[group], EDGES[group + 1]):
                # what lies far out of all that was seen speaks no louder than its edge
                x = min(max((found[i] - centre[level, i]) / width[level, i], -FAR), FAR)
                whole += weight[level, mode, i] * x
            out[group, mode] = whole


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _chances(parts: Any, out: Any) -> None:
    """Put the log chance of each mode: what speaks for it over all, and several."""
    whole = NEVER
    for mode in range(KINDS + 1):
        own = 0.0
        for group in range(PARTS + 1):
            own += parts[group, mode]
        whole = _more(whole, own)
        if mode < KINDS:
            out[mode] = own
    for mode in range(KINDS):
        out[mode] = max(out[mode] - whole, FLOOR)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _chance(stood: float, breaks: Any) -> float:
    """Give the chance that a stay ends a leg."""
    k = 0
    while k < len(STAYS_S) and stood > STAYS_S[k]:
        k += 1
    return breaks[k]  # type: ignore[no-any-return]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def far(lat0: int, lon0: int, lat1: int, lon1: int) -> float:
    """Give the great circle distance [m]."""
    rad = math.pi / 180e7
    up, side = math.sin((lat1 - lat0) * rad / 2), math.sin((lon1 - lon0) * rad / 2)
    share = up * up + math.cos(lat0 * rad) * math.cos(lat1 * rad) * side * side
    return 2.0 * 6_371_008.8 * math.asin(math.sqrt(min(share, 1.0)))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _scores(  # noqa: PLR0917 - compiled
    a: int, b: int, stood: Any, run: Any, moves: Any, away: Any, lat: Any, lon: Any,
    centre: Any, width: Any, weight: Any, base: Any, breaks: Any, tops: Any, score: Any,
) -> None:  # fmt: skip
    """Put the log chance of the leg that ends at stay ``j`` and began ``back + 1`` stays before."""
    found, parts, whole = np.empty(NUMBER), np.empty((PARTS + 1, KINDS + 1)), np.empty(KINDS)
    single = np.zeros((b - a, KINDS))
    for i in range(a, b - 1):
        climb = moves[i, HIGH] - moves[i, LOW]
        apart = far(lat[i], lon[i], lat[i + 1], lon[i + 1])
        describe(run[i + 1], run[i], run[i + 1], away[i], away[i + 1], apart, climb, found)
        odds(PART, found, centre, width, weight, base, tops, parts)
        _chances(parts, single[i - a])
    for j in range(a + 1, b):
        high, low, kept = -1e9, 1e9, 0.0
        votes = np.zeros(KINDS)
        for back in range(min(REACH, j - a)):
            i = j - back - 1
            high, low = max(high, moves[i, HIGH]), min(low, moves[i, LOW])
            if back > 0:
                kept += math.log(1.0 - _chance(stood[i + 1], breaks))
            apart = far(lat[i], lon[i], lat[j], lon[j])
            describe(run[j], run[i], run[i + 1], away[i], away[j], apart, high - low, found)
            odds(LEG, found, centre, width, weight, base, tops, parts)
            _chances(parts, whole)
            for mode in range(KINDS):
                votes[mode] += MOVE * single[i - a, mode]
                score[j - a, back, mode] = kept + whole[mode] + votes[mode]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def decode(  # noqa: PLR0917 - compiled
    a: int, b: int, stood: Any, run: Any, moves: Any, away: Any, lat: Any, lon: Any,
    centre: Any, width: Any, weight: Any, base: Any, breaks: Any, turns: Any, tops: Any,
    legs: Any, chance: Any, ends: Any,
) -> int:  # fmt: skip
    """Put the legs of the device whose stays are ``a`` to ``b``; give how many.

    ``legs`` = first stay, last stay, mode; ``chance[stay, mode]`` of the move after a stay;
    ``ends[stay]`` = chance that a leg ends there, and that the mode changes there.
    """
    n = b - a
    if n < 2:
        return 0
    score = np.full((n, min(REACH, n), KINDS), NEVER)
    _scores(
        a, b, stood, run, moves, away, lat, lon, centre, width, weight, base, breaks, tops, score
    )
    gate = np.zeros(n)
    for k in range(n):
        gate[k] = math.log(_chance(stood[a + k], breaks))
    enter, leave = np.full((n, KINDS), NEVER), np.full((n, KINDS), NEVER)
    best, came = np.full((n, KINDS), NEVER), np.zeros((n, KINDS), np.int64)
    start, before = np.full((n, KINDS), NEVER), np.zeros((n, KINDS), np.int64)
    enter[0, :] = start[0, :] = -math.log(KINDS)
    for j in range(1, n):
        for mode in range(KINDS):
            for back in range(min(REACH, j)):
                i = j - back - 1
                here = score[j, back, mode]
                leave[j, mode] = _more(leave[j, mode], enter[i, mode] + here)
                if start[i, mode] + here > best[j, mode]:
                    best[j, mode], came[j, mode] = start[i, mode] + here, i
        for mode in range(KINDS):
            for other in range(KINDS):
                turn = gate[j] + turns[other, mode]
                enter[j, mode] = _more(enter[j, mode], leave[j, other] + turn)
                if best[j, other] + turn > start[j, mode]:
                    start[j, mode], before[j, mode] = best[j, other] + turn, other
    _weigh(a, n, score, gate, turns, enter, leave, chance, ends)
    return _back(a, n, best, came, before, legs)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _back(a: int, n: int, best: Any, came: Any, before: Any, legs: Any) -> int:  # noqa: PLR0917 - compiled
    """Follow the best way from its end; give the number of legs."""
    mode, j, count = int(np.argmax(best[n - 1])), n - 1, 0
    while j > 0:
        i = came[j, mode]
        legs[a + count, 0], legs[a + count, 1], legs[a + count, 2] = a + i, a + j, mode
        count += 1
        mode, j = before[i, mode], i
    for k in range(count // 2):
        for c in range(LEGS):
            one, other = legs[a + k, c], legs[a + count - 1 - k, c]
            legs[a + k, c], legs[a + count - 1 - k, c] = other, one
    return count


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _weigh(  # noqa: PLR0917 - compiled
    a: int,
    n: int,
    score: Any,
    gate: Any,
    turns: Any,
    enter: Any,
    leave: Any,
    chance: Any,
    ends: Any,
) -> None:
    """Put the chances: backward sums, then each stretch by what all ways through it weigh."""
    after, on = np.full((n, KINDS), NEVER), np.full((n, KINDS), NEVER)
    after[n - 1, :] = 0.0
    whole = NEVER
    for mode in range(KINDS):
        whole = _more(whole, leave[n - 1, mode])
    change = np.zeros((n + 1, KINDS))
    for i in range(n - 2, -1, -1):
        for mode in range(KINDS):
            for back in range(min(REACH, n - 1 - i)):
                j = i + back + 1
                on[i, mode] = _more(on[i, mode], score[j, back, mode] + after[j, mode])
        for mode in range(KINDS):
            for other in range(KINDS):
                here = gate[i] + turns[mode, other] + on[i, other]
                after[i, mode] = _more(after[i, mode], here)
                if i > 0:
                    weight = math.exp(min(leave[i, mode] + here - whole, 0.0))
                    ends[a + i, 0] += weight
                    ends[a + i, 1] += weight if mode != other else 0.0
    for j in range(1, n):
        for back in range(min(REACH, j)):
            i = j - back - 1
            for mode in range(KINDS):
                weight = math.exp(
                    min(enter[i, mode] + score[j, back, mode] + after[j, mode] - whole, 0.0)
                )
                change[i, mode] += weight
                change[j, mode] -= weight
    for k in range(n):
        for mode in range(KINDS):
            change[k, mode] += change[k - 1, mode] if k > 0 else 0.0
            chance[a + k, mode] = min(max(change[k, mode], 0.0), 1.0)
