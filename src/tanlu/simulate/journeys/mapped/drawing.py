"""The map of a journey as a table: roads, railways and rivers that it took, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanlu.simulate.journeys.earth import Floats, folded
from tanlu.simulate.journeys.mapped.lines import SHIFT_M, WAVES_M, Line, drawn
from tanlu.simulate.journeys.mapped.open_ways import ways
from tanlu.simulate.journeys.mapped.quarter import quarter

if TYPE_CHECKING:
    from tanlu.simulate.journeys.travel import Piece

__all__ = ["MISSING", "NETWORK", "mapped"]

Random = np.random.Generator

NETWORK = pl.Schema({
    "line_id": pl.String(), "kind": pl.String(), "lat_e7": pl.List(pl.Int64()),
    "lon_e7": pl.List(pl.Int64()), "oneway": pl.Int64(), "level": pl.Int64(),
})  # fmt: skip
# share of the pieces of true ways that the map lacks; a river is drawn less exactly [1]
MISSING, RIVER = 0.03, 5.0
_KINDS = {"train": "rail", "inland": "water"}
_E7 = 1e7


def mapped(device: str, pieces: list[Piece], rng: Random) -> pl.DataFrame:
    """Give the map of a journey: a row a line, places in 1e-7 degrees.

    It holds the true ways but for 3 % of their pieces, whole quarters of towns, other roads and
    railways between the same places, branches, ways beside, and places 3.5 m off (one sigma of
    the distance; rivers five times that). Ships and aircraft need none.
    """
    origin = (float(pieces[0].course.lat[0]), float(pieces[0].course.lon[0]))
    waves = rng.uniform(0, 2 * np.pi, (len(WAVES_M), 3))
    kinds: list[str] = []
    lats: list[Floats] = []
    lons: list[Floats] = []
    oneway: list[int] = []
    for piece in pieces:
        if piece.leg is None or piece.mode in ("sea", "air"):
            continue
        kind = _KINDS.get(piece.mode, "road")
        sigma = SHIFT_M * (RIVER if kind == "water" else 1.0)
        for line in _lines(piece, kind, rng):
            places = drawn(line.places, origin, waves, sigma)
            kinds.append(kind)
            lats.append(np.round(places[:, 0] * _E7).astype(np.int64))
            lons.append(np.round(folded(places[:, 1]) * _E7).astype(np.int64))
            oneway.append(int(line.oneway))
    rows = {
        "line_id": [f"{device}/{number}" for number in range(len(kinds))], "kind": kinds,
        "lat_e7": lats, "lon_e7": lons, "oneway": oneway, "level": [0] * len(kinds),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=NETWORK)


def _lines(piece: Piece, kind: str, rng: Random) -> list[Line]:
    course = piece.course
    places = np.column_stack([course.lat, course.lon])
    if course.town is None:
        return ways(places, kind, MISSING, rng)
    found = [line for each in course.quarters for line in quarter(each, MISSING, rng)]
    return found + [
        line for each in _between(piece, places) for line in ways(each, kind, MISSING, rng)
    ]


def _between(piece: Piece, places: Floats) -> list[Floats]:
    """Give the stretches between towns; each begins and ends where streets do."""
    course = piece.course
    assert course.town is not None
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~course.town, [False]])))
    gates = [np.array(each) for told in course.quarters for each in (told.start, told.end)]
    found = []
    for first, end in edges.reshape(-1, 2).tolist():
        stretch = places[max(first - 1, 0) : end + 1].copy()
        if stretch.shape[0] < 4:
            continue
        for place in (0, -1):
            gate = min(
                gates, key=lambda each: float(np.abs(each - stretch[place]).sum()), default=None
            )
            if gate is not None and np.abs(gate - stretch[place]).sum() < 1e-3:
                stretch[place] = gate
        found.append(stretch)
    return found
