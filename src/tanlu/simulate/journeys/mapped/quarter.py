"""A quarter of a town: its streets cross each other, and one of the ways through it was taken."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tanlu.simulate.journeys.earth import Floats
from tanlu.simulate.journeys.mapped.lines import Line
from tanlu.simulate.journeys.paths import Plane, laid
from tanlu.simulate.journeys.speed import Quarter

__all__ = ["quarter"]

Random = np.random.Generator
Mask: TypeAlias = npt.NDArray[np.bool_]

# blocks around the way that was taken; streets nearer to each other than this do not both run
# through the quarter [m]
AROUND, NEAR_M = 3, 60.0
# share of blocks without their street; of the blocks that were driven, those that the map lacks;
# of streets, those of one direction
BARE, ONEWAY = 0.12, 0.1


def quarter(told: Quarter, missing: float, rng: Random) -> list[Line]:
    """Give the streets of a quarter as lines; streets that cross share a vertex there."""
    turn = told.corners[1] - told.corners[0]
    turn /= abs(turn)
    # the way goes right, then to one side, then right again
    flat = told.corners * np.conj(turn)
    side = 1.0 if flat.imag[-1] >= 0 else -1.0
    a, own_a = _streets(flat.real, told.block_m, rng)
    b, own_b = _streets(flat.imag * side, told.block_m, rng)
    along, across = _taken(flat.real, flat.imag * side, a, b)
    z = (a[None, :] + 1j * side * b[:, None]) * turn
    places = _places(z, told)
    lines = []
    for row in range(b.size):
        kept = _kept(along[row], missing, through=bool(own_b[row]), rng=rng)
        lines += _runs(places[row], kept, along[row], rng)
    for column in range(a.size):
        kept = _kept(across[column], missing, through=bool(own_a[column]), rng=rng)
        lines += _runs(places[:, column], kept, across[column], rng)
    return lines


def _streets(told: Floats, block_m: float, rng: Random) -> tuple[Floats, Mask]:
    """Give where streets cross an axis [m], and which of them run through the quarter."""
    # places of one street differ by rounding only
    mine = np.unique(np.round(told, 3))
    gap = np.diff(mine)
    more = [
        low + wide * (np.arange(1, count) + rng.uniform(-0.2, 0.2, count - 1)) / count
        for low, wide in zip(mine[:-1], gap, strict=True)
        if (count := round(wide / block_m)) > 1
    ]
    steps = rng.gamma(6.0, block_m / 6.0, (2, AROUND)).clip(NEAR_M).cumsum(axis=1)
    found = np.sort(np.concatenate([mine, *more, mine[0] - steps[0], mine[-1] + steps[1]]))
    through = np.ones(found.size, np.bool_)
    last = -np.inf
    for place, value in enumerate(found.tolist()):
        through[place] = value - last >= NEAR_M
        last = value if through[place] else last
    return found, through


def _taken(x: Floats, y: Floats, a: Floats, b: Floats) -> tuple[Mask, Mask]:
    """Tell which blocks were driven: by street along and block, by street across and block."""
    along = np.zeros((b.size, a.size - 1), np.bool_)
    across = np.zeros((a.size, b.size - 1), np.bool_)
    i = np.searchsorted(a, x - 1e-2)
    j = np.searchsorted(b, y - 1e-2)
    for k in range(x.size - 1):
        if k % 2 == 0:
            along[j[k], i[k] : i[k + 1]] = True
        else:
            across[i[k], j[k] : j[k + 1]] = True
    return along, across


def _places(z: Plane, told: Quarter) -> Floats:
    """Give places of crossings [°]; the ends of the way are where they were told."""
    flat = laid(np.append(z.ravel(), told.corners[-1]), told.start, told.end)[:-1]
    for end, here in ((0j, told.start), (told.corners[-1], told.end)):
        flat[np.argmin(abs(z.ravel() - end))] = here
    return flat.reshape(*z.shape, 2)


def _kept(taken: Mask, missing: float, *, through: bool, rng: Random) -> Mask:
    chance = rng.uniform(size=taken.size)
    found: Mask = np.where(taken, chance >= missing, (chance >= BARE) & through)
    return found


def _runs(places: Floats, kept: Mask, taken: Mask, rng: Random) -> list[Line]:
    """Give the lines of a street: blocks that follow each other are one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], kept, [False]])))
    found = []
    for first, end in edges.reshape(-1, 2).tolist():
        line = places[first : end + 1]
        oneway = bool(rng.uniform() < ONEWAY)
        if oneway and not taken[first:end].any() and rng.uniform() < 0.5:
            line = line[::-1]
        found.append(Line(line, oneway))
    return found
