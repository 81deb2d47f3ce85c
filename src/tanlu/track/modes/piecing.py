"""Legs and stays pieced together: segments that tile the time of a device, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np

from tanlu.track.modes.adding import SUMMED, add, centre
from tanlu.track.modes.cuts.features import FEATURES, GROUPS, PLUS, describe, sums
from tanlu.track.modes.cuts.measuring import HIGH, LOW, SECONDS
from tanlu.track.modes.lattice import LEGS, decode, far, odds
from tanlu.track.modes.parameters import MOVING, parameters

if TYPE_CHECKING:
    import numpy.typing as npt

    from tanlu.track.modes.cuts.cutting import Columns, Cut

__all__ = ["LEAST_S", "Pieces", "pieced"]

# a stay of so long [s] is a segment of its own whatever the mode before and after
LEAST_S = 900.0
DEVICE, BEGIN, END, MODE, START, STOP = range(6)
KINDS, NUMBER, PARTS = len(MOVING), len(FEATURES), len(GROUPS) + 1


class Pieces(NamedTuple):
    """Segments in the order of devices and time.

    ``what`` = device, first stay, last stay (the same for a stay), mode (-1 for a stay), start,
    end [µs]; ``sums`` as in ``adding``; ``chance[segment, mode]`` of a move; ``parts[segment,
    group, mode]`` log odds; ``place[segment]`` of a stay: latitude, longitude [1e-7 °],
    sigma [mm]; ``ends[stay]`` = chance that a leg ends there, that the mode changes there.
    """

    what: npt.NDArray[np.int64]
    sums: npt.NDArray[np.float64]
    chance: npt.NDArray[np.float64]
    parts: npt.NDArray[np.float64]
    place: npt.NDArray[np.int64]
    ends: npt.NDArray[np.float64]


def pieced(c: Columns, k: Cut) -> Pieces:
    """Give the most likely segments of all devices."""
    told = parameters()
    rows = k.first.size
    legs, counts = np.zeros((rows, LEGS), np.int64), np.zeros(k.stays.size - 1, np.int64)
    chance, ends, run = np.zeros((rows, KINDS)), np.zeros((rows, 2)), np.zeros((rows, PLUS))
    _decode(k.stays, k.stood, run, k.moves, k.wet, k.away, c.lat[k.first], c.lon[k.first],
            *told, legs, chance, ends, counts)  # fmt: skip
    what, sizes = np.zeros((2 * rows, 6), np.int64), np.zeros(k.stays.size - 1, np.int64)
    _pieces(k.stays, k.span, legs, counts, what, sizes)
    begin = 2 * k.stays[:-1]
    kept = np.repeat(begin - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
    what = what[kept]
    summed, place = np.zeros((what.shape[0], SUMMED)), np.zeros((what.shape[0], 3), np.int64)
    _sums(what, k.first, k.last, c.at, c.lat, c.lon, c.sigma, c.way, c.spread, c.still, c.gap,
          c.altitude, c.row, summed, place)  # fmt: skip
    mixed, parts = np.zeros((what.shape[0], KINDS)), np.zeros((what.shape[0], PARTS, KINDS + 1))
    _weighed(what, k.moves, run, k.away, c.lat[k.first], c.lon[k.first], chance,
             told.centre, told.width, told.weight, told.base, told.tops, mixed, parts)  # fmt: skip
    return Pieces(what, summed, mixed, parts, place, ends)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _decode(  # noqa: PLR0917 - compiled
    stays: Any, stood: Any, run: Any, moves: Any, wet: Any, away: Any, lat: Any, lon: Any,
    centre: Any, width: Any, weight: Any, base: Any, breaks: Any, turns: Any, tops: Any,
    legs: Any, chance: Any, ends: Any, counts: Any,
) -> None:  # fmt: skip
    for g in range(stays.size - 1):
        a, b = stays[g], stays[g + 1]
        sums(a, b, stood, moves, wet, run)
        counts[g] = decode(a, b, stood, run, moves, away, lat, lon, centre, width, weight, base,
                           breaks, turns, tops, legs, chance, ends)  # fmt: skip


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _put(  # noqa: PLR0917 - compiled
    what: Any, n: int, device: int, begin: int, end: int, mode: int, start: int, stop: int
) -> int:
    what[n, DEVICE], what[n, BEGIN], what[n, END] = device, begin, end
    what[n, MODE], what[n, START], what[n, STOP] = mode, start, stop
    return n + 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _pieces(stays: Any, span: Any, legs: Any, counts: Any, what: Any, sizes: Any) -> None:  # noqa: PLR0917 - compiled
    """Put the segments of each device from row ``2 * stays[g]`` on."""
    for g in range(stays.size - 1):
        a, b = stays[g], stays[g + 1]
        n = o = 2 * a
        if span[a, 1] > span[a, 0]:
            n = _put(what, n, g, a, a, -1, span[a, 0], span[a, 1])
        for leg in range(counts[g]):
            i, j, mode = legs[a + leg, 0], legs[a + leg, 1], legs[a + leg, 2]
            begin = i
            for s in range(i + 1, j + 1):
                stood = (span[s, 1] - span[s, 0]) * 1e-6
                if s < j and stood < LEAST_S:
                    continue
                n = _put(what, n, g, begin, s, mode, span[begin, 1], span[s, 0])
                begin = s
                joins = s == j and s < b - 1 and legs[a + leg + 1, 2] == mode and stood < LEAST_S
                if span[s, 1] > span[s, 0] and not joins:
                    n = _put(what, n, g, s, s, -1, span[s, 0], span[s, 1])
        sizes[g] = _closed(o, n, what) - o


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _closed(o: int, n: int, what: Any) -> int:
    """Join moves of one mode between which nothing stands; give where the segments end."""
    to = o
    for s in range(o + 1, n):
        if what[s, MODE] >= 0 and what[s, MODE] == what[to, MODE]:
            what[to, END], what[to, STOP] = what[s, END], what[s, STOP]
            continue
        to += 1
        for c in range(6):
            what[to, c] = what[s, c]
    return to + 1 if n > o else n


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _sums(  # noqa: PLR0917 - compiled
    what: Any, first: Any, last: Any, at: Any, lat: Any, lon: Any, sigma: Any, way: Any,
    spread: Any, still: Any, gap: Any, altitude: Any, row: Any, out: Any, place: Any,
) -> None:  # fmt: skip
    for s in range(what.shape[0]):
        i, j = what[s, BEGIN], what[s, END]
        rests = what[s, MODE] < 0
        if rests:
            i, j = first[i], last[j]
            add(i, j, rests, at, way, spread, still, gap, altitude, out[s])
            out[s, 0] = row[j] - row[i] + 1
            centre(i, j, lat, lon, sigma, place[s])
        else:
            i, j = last[i], first[j]
            add(i, j, rests, at, way, spread, still, gap, altitude, out[s])
            out[s, 0] = row[j] - row[i] - 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _weighed(  # noqa: PLR0917 - compiled
    what: Any, moves: Any, run: Any, away: Any, lat: Any, lon: Any, chance: Any, centre: Any,
    width: Any, weight: Any, base: Any, tops: Any, mixed: Any, parts: Any,
) -> None:  # fmt: skip
    """Put the chances of a segment, each move by its time, and the log odds of its groups."""
    for s in range(what.shape[0]):
        i, j = what[s, BEGIN], what[s, END]
        if what[s, MODE] < 0:
            continue
        found, whole, high, low = np.empty(NUMBER), 0.0, -1e9, 1e9
        for k in range(i, j):
            took = max(moves[k, SECONDS], 1e-3)
            whole += took
            high, low = max(high, moves[k, HIGH]), min(low, moves[k, LOW])
            for mode in range(KINDS):
                mixed[s, mode] += took * chance[k, mode]
        for mode in range(KINDS):
            mixed[s, mode] /= whole
        apart = far(lat[i], lon[i], lat[j], lon[j])
        describe(run[j], run[i], run[i + 1], away[i], away[j], apart, high - low, found)
        odds(0, found, centre, width, weight, base, tops, parts[s])
