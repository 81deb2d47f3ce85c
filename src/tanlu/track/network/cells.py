"""A grid over the globe: which steps of edges lie in which cell, so that what is near is found."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

__all__ = ["AROUND", "CELL_E7", "cells", "keyed", "wrapped"]

# a cell is 0.005° high and wide
CELL_E7, AROUND = 50_000, 72_000
_TURN, _POLE = 3_600_000_000, 900_000_000


@numba.njit(inline="always")
def wrapped(wide: Any) -> Any:
    """Give a difference of longitudes as the short way round [1e-7 deg]."""
    if wide > 1_800_000_000:
        wide -= 3_600_000_000
    elif wide < -1_800_000_000:
        wide += 3_600_000_000
    return wide


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _fill(lat: Any, lon: Any, edge_of: Any, keys: Any, rows: Any, write: bool) -> int:  # noqa: PLR0917 - compiled
    """Put the cells of each step (named by its second vertex); give how many there are."""
    count = 0
    for k in range(1, lat.size):
        if edge_of[k] != edge_of[k - 1]:
            continue
        high, wide = lat[k] - lat[k - 1], wrapped(lon[k] - lon[k - 1])
        # a long step is looked at in parts of at most a cell, each with all cells that it may touch
        parts = max(abs(high), abs(wide)) // CELL_E7 + 1
        before = count
        for part in range(parts):
            y0 = lat[k - 1] + high * part // parts + _POLE
            y1 = lat[k - 1] + high * (part + 1) // parts + _POLE
            x0 = lon[k - 1] + wide * part // parts + _TURN // 2
            x1 = lon[k - 1] + wide * (part + 1) // parts + _TURN // 2
            for row in range(min(y0, y1) // CELL_E7, max(y0, y1) // CELL_E7 + 1):
                for column in range(min(x0, x1) // CELL_E7, max(x0, x1) // CELL_E7 + 1):
                    if write:
                        keys[count] = row * AROUND + column % AROUND
                        rows[count] = k
                    count += 1
        if write:
            # the parts of a step name a cell that two of them share twice: the first is kept
            kept = before
            for i in range(before, count):
                seen = False
                for j in range(max(before, kept - 8), kept):
                    seen = seen or keys[j] == keys[i]
                if not seen:
                    keys[kept], rows[kept] = keys[i], rows[i]
                    kept += 1
            for i in range(kept, count):
                keys[i] = -1
    return count


def cells(lat: Any, lon: Any, edge_of: Any) -> tuple[Any, Any]:
    """Give pairs of cell and step."""
    none = np.empty(0, np.int64)
    size = _fill(lat, lon, edge_of, none, none, False)
    keys, rows = np.empty(size, np.int64), np.empty(size, np.int64)
    _fill(lat, lon, edge_of, keys, rows, True)
    return keys[keys >= 0], rows[keys >= 0]


def keyed(keys: Any, rows: Any) -> tuple[Any, Any, Any]:
    """Give cells in their order, where the steps of each begin, and the steps."""
    order = np.lexsort((rows, keys))
    found, first = np.unique(keys[order], return_index=True)
    return found, np.append(first, keys.size).astype(np.int64), rows[order]
