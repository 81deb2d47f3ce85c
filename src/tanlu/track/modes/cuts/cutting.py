"""Devices cut into stays and moves, each with what is known of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np

from tanlu.track.fuse import fixed
from tanlu.track.modes.cuts.around import CROSSING, KINDS, nearby, terminals, water, wet
from tanlu.track.modes.cuts.measuring import WIDTH, measure
from tanlu.track.modes.cuts.resting import stays

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

__all__ = ["Columns", "Cut", "columns", "cut"]

LOOKS = 12
# a stay so near to the crossing of a border [m] waits for it: from so many seconds up to so many
# its length tells no more of a change of vehicle
BORDER_M, BORDER_S, QUEUE_S = 2_000.0, 900.0, 21_600.0
UNKNOWN = -(2**62)


class Columns(NamedTuple):
    """Columns of the fixes as arrays; devices are the rows from one start to the next.

    Fixes that only cell towers told stand to the side, as they tell nothing of stops: their way
    is part of the interval between the fixes around them, which counts as an outage. ``row`` is
    the row of a kept fix among all.
    """

    starts: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    lat: npt.NDArray[np.int64]
    lon: npt.NDArray[np.int64]
    sigma: npt.NDArray[np.int64]
    speed: npt.NDArray[np.int64]
    heading: npt.NDArray[np.int64]
    altitude: npt.NDArray[np.int64]
    way: npt.NDArray[np.int64]
    spread: npt.NDArray[np.int64]
    still: npt.NDArray[np.int64]
    gap: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]


class Cut(NamedTuple):
    """Stays and moves of all devices; between the stays of a device lies one move each.

    ``stays[d]`` to ``stays[d + 1]`` are those of device d; ``first``, ``last`` fix; ``span`` =
    arrival, departure, their sigmas [µs]; ``stood`` = how long, as far as that tells of a change of
    vehicle [s]; ``near`` = row of the nearest terminal of each kind,
    ``away`` its distance [m]. ``moves`` = sums and counts of the move *after* each stay, ``wet``
    its share over water, ``apart`` the distance of its ends [m].
    """

    stays: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    span: npt.NDArray[np.int64]
    stood: npt.NDArray[np.float64]
    near: npt.NDArray[np.int64]
    away: npt.NDArray[np.float64]
    moves: npt.NDArray[np.float64]
    wet: npt.NDArray[np.float64]


def columns(fixes: pl.DataFrame) -> Columns:
    """Give the columns of fixes that are sorted by device and time."""
    names = ("at", "lat_e7", "lon_e7", "sigma_mm", "speed_mm_s", "heading_cdeg", "altitude_m",
             "way_mm", "way_sigma_mm", "still_ppm", "bridged")  # fmt: skip
    lengths = fixes["device"].rle().struct.field("len").to_numpy()
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    unknown = {"speed_mm_s": -1, "heading_cdeg": -1, "altitude_m": UNKNOWN}
    found = [fixes[name].fill_null(unknown.get(name, 0)).to_numpy() for name in names]
    towers = (fixes["source"] == "cell").fill_null(value=False).to_numpy()
    kept = np.arange(fixes.height)
    if towers.any():
        kept = np.empty(fixes.height, np.int64)
        way, spread, gap = (found[place].copy() for place in (7, 8, 10))
        begins = starts.copy()
        rows = _without(starts, towers, way, spread, gap, kept, begins)
        found[7], found[8], found[10] = way, spread, gap
        starts, kept = begins, kept[:rows]
        found = [each[kept] for each in found]
    # of one kind whatever they came from: a loop is compiled for each kind that it meets
    return Columns(*(fixed(each) for each in (starts, *found, kept)))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _without(  # noqa: PLR0917 - compiled
    starts: Any, towers: Any, way: Any, spread: Any, gap: Any, kept: Any, begins: Any
) -> int:
    """Put the rows that stay; the first and the last of a device always do."""
    n = 0
    for g in range(starts.size - 1):
        a, b = starts[g], starts[g + 1]
        begins[g] = n
        metres, square, lost = 0, 0.0, False
        for k in range(a, b):
            if towers[k] and a < k < b - 1:
                metres += way[k]
                square += float(spread[k]) ** 2
                lost = True
                continue
            if lost:
                way[k] += metres
                spread[k] = int(math.sqrt(square + float(spread[k]) ** 2))
                gap[k] = 2
                metres, square, lost = 0, 0.0, False
            kept[n] = k
            n += 1
    begins[starts.size - 1] = n
    return n


def cut(c: Columns) -> Cut:
    """Cut all devices."""
    rows = c.at.size
    first, last = np.empty(rows, np.int64), np.empty(rows, np.int64)
    span = np.empty((rows, 4), np.int64)
    counts = np.zeros(c.starts.size - 1, np.int64)
    _stays(c.starts, c.at, c.lat, c.lon, c.way, c.still, c.gap, first, last, span, counts)
    kept = np.concatenate([[0], np.cumsum(counts)])
    rows = int(kept[-1])
    rest = np.repeat(c.starts[:-1] - kept[:-1], counts) + np.arange(rows)
    first, last, span = first[rest], last[rest], span[rest]
    moves = np.zeros((rows, WIDTH))
    share = np.zeros(rows)
    _moves(kept, first, last, c.at, c.way, c.still, c.gap, c.speed, c.heading, c.altitude,
           c.lat, c.lon, water(), moves, share)  # fmt: skip
    near, away = np.empty((rows, len(KINDS)), np.int64), np.empty((rows, len(KINDS)))
    for number, kind in enumerate(KINDS):
        told = terminals(kind)
        _near(told.starts, told.lat, told.lon, c.lat[last], c.lon[last],
              near[:, number], away[:, number])  # fmt: skip
    return Cut(kept, first, last, span, _stood(c, span, first), near, away, moves, share)


def _stood(
    c: Columns, span: npt.NDArray[np.int64], first: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    told = terminals(CROSSING)
    row, away = np.empty(first.size, np.int64), np.empty(first.size)
    _near(told.starts, told.lat, told.lon, c.lat[first], c.lon[first], row, away)
    stood = (span[:, 1] - span[:, 0]) * 1e-6
    waits = (away < BORDER_M) & (stood < QUEUE_S)
    return np.where(waits, np.minimum(stood, BORDER_S), stood)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _stays(  # noqa: PLR0917 - compiled
    starts: Any, at: Any, lat: Any, lon: Any, way: Any, still: Any, gap: Any, first: Any,
    last: Any, span: Any, counts: Any,
) -> None:  # fmt: skip
    for g in range(starts.size - 1):
        a, b = starts[g], starts[g + 1]
        counts[g] = stays(a, b, at, lat, lon, way, still, gap, a, first, last, span)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _moves(  # noqa: PLR0917 - compiled
    kept: Any, first: Any, last: Any, at: Any, way: Any, still: Any, gap: Any, speed: Any,
    heading: Any, altitude: Any, lat: Any, lon: Any, mask: Any, moves: Any, share: Any,
) -> None:  # fmt: skip
    for g in range(kept.size - 1):
        for s in range(kept[g], kept[g + 1] - 1):
            i, j = last[s], first[s + 1]
            measure(i, j, at, way, still, gap, speed, heading, altitude, moves[s])
            share[s] = wet(mask, lat, lon, i, j, LOOKS)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _near(starts: Any, lats: Any, lons: Any, lat: Any, lon: Any, row: Any, away: Any) -> None:  # noqa: PLR0917 - compiled
    for s in range(lat.size):
        row[s], away[s] = nearby(starts, lats, lons, lat[s], lon[s])
