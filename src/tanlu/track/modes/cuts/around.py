"""What lies around a place: open water, and how far the next airport, port and rail terminal are.

Both come from tables that are kept by cells of half a degree, so that a look-up costs no search.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numba
import numpy as np

from tanlu.terms import place

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["CROSSING", "FAR_M", "KINDS", "Terminals", "nearby", "terminals", "water", "wet"]

KINDS = ("airport", "port", "rail")
CROSSING = "crossing"
SIDE_E7, ROWS, COLUMNS = 5_000_000, 360, 720
# airports of two sizes, ports that carriers' tables know, rail terminals of UN/LOCODE
AIRPORT_SIZE, PORT_SIZE, PORT, RAIL = 2, 1, 1, 2
# beyond this nothing is called near [m]
FAR_M = 40_000.0


class Terminals(NamedTuple):
    """Terminals of one kind in the order of their cells: those of a cell from its start on."""

    starts: npt.NDArray[np.int64]
    lat: npt.NDArray[np.int64]
    lon: npt.NDArray[np.int64]
    code: tuple[str, ...]


@cache
def terminals(kind: str) -> Terminals:
    """Give the terminals of a kind of ``KINDS``, or the crossings of borders."""
    import polars as pl

    if kind == CROSSING:
        found = place.crossings()
    elif kind == "airport":
        found = place.airports().filter(pl.col("size") >= AIRPORT_SIZE)
    else:
        used = (pl.col("functions") & (PORT if kind == "port" else RAIL)) > 0
        found = place.points().filter(used, pl.col("size") >= (PORT_SIZE * (kind == "port")))
    row = (pl.col("lat_e7").cast(pl.Int64) + 900_000_000) // SIDE_E7
    column = (pl.col("lon_e7").cast(pl.Int64) + 1_800_000_000) // SIDE_E7 % COLUMNS
    found = found.with_columns(cell=row.clip(0, ROWS - 1) * COLUMNS + column).sort("cell", "code")
    starts = np.searchsorted(found["cell"].to_numpy(), np.arange(ROWS * COLUMNS + 1))
    lat, lon = (found[name].to_numpy().astype(np.int64) for name in ("lat_e7", "lon_e7"))
    return Terminals(starts.astype(np.int64), lat, lon, tuple(found["code"].to_list()))


@cache
def water() -> npt.NDArray[np.float32]:
    """Give of each cell of half a degree whether it is open water [1]."""
    import polars as pl

    cells = pl.DataFrame({"cell": np.arange(ROWS * COLUMNS)})
    lat = (pl.col("cell") // COLUMNS) * SIDE_E7 - 900_000_000 + SIDE_E7 // 2
    lon = (pl.col("cell") % COLUMNS) * SIDE_E7 - 1_800_000_000 + SIDE_E7 // 2
    # a line that stays within the cell is over water as the cell is
    lines = cells.select(
        origin_lat_e7=lat, origin_lon_e7=lon,
        destination_lat_e7=lat + 100_000, destination_lon_e7=lon,
    )  # fmt: skip
    return (place.over_water_m(lines) > 0).to_numpy().astype(np.float32)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def cell(lat: int, lon: int) -> int:
    """Give the cell of a place [1e-7 °]."""
    row = min(max((lat + 900_000_000) // SIDE_E7, 0), ROWS - 1)
    return row * COLUMNS + (lon + 1_800_000_000) // SIDE_E7 % COLUMNS


@numba.njit(nogil=True, cache=True, error_model="numpy")
def wet(mask: Any, lat: Any, lon: Any, i: int, j: int, looks: int) -> float:  # noqa: PLR0917
    """Give the share of the way from fix ``i`` to ``j`` over open water, looked at so often."""
    found = 0.0
    for look in range(looks + 1):
        k = i + (j - i) * look // looks
        # an interval without fixes may be long: look along the line through it
        part = ((j - i) * look % looks) / looks
        n = min(k + 1, j)
        wide = lon[n] - lon[k]
        if wide > 1_800_000_000:
            wide -= 3_600_000_000
        elif wide < -1_800_000_000:
            wide += 3_600_000_000
        north = lat[k] + math.floor(part * (lat[n] - lat[k]))
        found += mask[cell(north, lon[k] + math.floor(part * wide))]
    return found / (looks + 1)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def nearby(starts: Any, lats: Any, lons: Any, lat: int, lon: int) -> tuple[int, float]:
    """Give the row of the nearest terminal and its distance [m]; -1 beyond ``FAR_M``."""
    cosine = max(math.cos(lat * 1e-7 * math.pi / 180.0), 0.01)
    here, best, found = cell(lat, lon), FAR_M, -1
    row, column = here // COLUMNS, here % COLUMNS
    for up in range(-1, 2):
        if row + up < 0 or row + up >= ROWS:
            continue
        for side in range(-1, 2):
            there = (row + up) * COLUMNS + (column + side) % COLUMNS
            for n in range(starts[there], starts[there + 1]):
                wide = lons[n] - lon
                if wide > 1_800_000_000:
                    wide -= 3_600_000_000
                elif wide < -1_800_000_000:
                    wide += 3_600_000_000
                away = math.hypot((lats[n] - lat) * 0.0111195, wide * 0.0111195 * cosine)
                if away < best:
                    best, found = away, n
    return found, best
