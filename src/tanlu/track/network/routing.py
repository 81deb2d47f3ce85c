"""The shortest ways over a network from one place to several, within a bound (Dijkstra 1959)."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.network.shape import rounding

__all__ = ["HELD", "routed"]

# so many places of a search are held at once; a search that would hold more has found enough
HELD = 1 << 16
FAR = 1e18


@numba.njit(inline="always")
def _put(heap: Any, ids: Any, size: Any, key: Any, node: Any) -> Any:
    i = size
    while i > 0:
        up = (i - 1) >> 1
        if heap[up] <= key:
            break
        heap[i], ids[i] = heap[up], ids[up]
        i = up
    heap[i], ids[i] = key, node
    return size + 1


@numba.njit(inline="always")
def _drop(heap: Any, ids: Any, size: Any) -> Any:
    """Take the first away and give the new size."""
    size -= 1
    key, node = heap[size], ids[size]
    i = 0
    while True:
        down = 2 * i + 1
        if down >= size:
            break
        if down + 1 < size and heap[down + 1] < heap[down]:
            down += 1
        if heap[down] >= key:
            break
        heap[i], ids[i] = heap[down], ids[down]
        i = down
    heap[i], ids[i] = key, node
    return size


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _reach(  # noqa: PLR0917 - compiled
    node: int, far: float, turn: float, via: int, run: int, far_at: Any, turn_at: Any, via_at: Any,
    mark: Any, heap: Any, ids: Any, size: int,
) -> int:  # fmt: skip
    """Note a way to a node if none shorter is known."""
    if mark[node] == run and far_at[node] <= far:
        return size
    mark[node], far_at[node], turn_at[node], via_at[node] = run, far, turn, via
    if size < heap.size:
        size = _put(heap, ids, size, far, node)
    return size


@numba.njit(nogil=True, cache=True, error_model="numpy")
def routed(  # noqa: PLR0917 - compiled
    g: Any, from_edge: int, from_place: float, edge: Any, place: Any, count: int, bound: float,
    run: int, far_at: Any, turn_at: Any, via_at: Any, mark: Any, wanted: Any, heap: Any, ids: Any,
    out: Any,
) -> None:  # fmt: skip
    """Put the length of the shortest way to each of ``count`` places, -1 where none is in bound.

    Parameters
    ----------
    g
        The graph.
    from_edge, from_place, edge, place
        Where the ways begin and end: edges, and how far along each [m].
    bound
        Longest way that is looked for [m].
    run
        A number that no search before had; the arrays behind it belong to the searches of a thread.
    out
        Filled [m].
    """
    size, kind, left = 0, g.kind[from_edge], 0
    for j in range(count):
        out[j] = -1.0
        e = edge[j]
        if g.kind[e] != kind:
            continue
        if e == from_edge:
            out[j] = _straight(g, e, from_place, place[j])
        for node in (g.start[e], g.end[e]):
            if wanted[node] != run:
                wanted[node] = run
                left += 1
    e = from_edge
    if g.oneway[e] <= 0:
        size = _reach(g.start[e], from_place, g.leaves[e] + math.pi, e, run, far_at, turn_at,
                      via_at, mark, heap, ids, size)  # fmt: skip
    if g.oneway[e] >= 0:
        size = _reach(g.end[e], g.length[e] - from_place, g.arrives[e], e, run, far_at, turn_at,
                      via_at, mark, heap, ids, size)  # fmt: skip
    while size > 0 and left > 0:
        far, node = heap[0], ids[0]
        size = _drop(heap, ids, size)
        if far > bound:
            break
        if far > far_at[node]:
            continue
        if wanted[node] == run:
            wanted[node] = -run
            left -= 1
        a, b = g.heads[node], g.heads[node + 1]
        for n in range(a, b):
            e, back = g.out[n] >> 1, g.out[n] & 1
            if (e == via_at[node] and b - a > 1) or g.kind[e] != kind:
                continue
            if (back and g.oneway[e] > 0) or (not back and g.oneway[e] < 0):
                continue
            leaves = g.arrives[e] + math.pi if back else g.leaves[e]
            cut = rounding(_angle(leaves, turn_at[node]), g.length[via_at[node]], g.length[e])
            there = g.start[e] if back else g.end[e]
            turn = g.leaves[e] + math.pi if back else g.arrives[e]
            size = _reach(there, far + g.length[e] - cut, turn, e, run, far_at, turn_at, via_at,
                          mark, heap, ids, size)  # fmt: skip
    _ends(g, edge, place, count, kind, bound, run, far_at, turn_at, via_at, mark, out)


@numba.njit(inline="always")
def _angle(one: Any, other: Any) -> Any:
    wide = (one - other) % (2.0 * math.pi)
    return min(wide, 2.0 * math.pi - wide)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _straight(g: Any, e: int, here: float, there: float) -> float:
    """Give the way along one edge; against its direction only what a fix may be off."""
    ahead = there - here
    if g.oneway[e] * ahead < -30.0:
        return -1.0
    return abs(ahead)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _ends(  # noqa: PLR0917 - compiled
    g: Any, edge: Any, place: Any, count: int, kind: int, bound: float, run: int, far_at: Any,
    turn_at: Any, via_at: Any, mark: Any, out: Any,
) -> None:  # fmt: skip
    """Go on from the nodes of each wanted edge to the place on it."""
    for j in range(count):
        e = edge[j]
        if g.kind[e] != kind:
            continue
        best = out[j] if out[j] >= 0.0 else FAR
        for back in range(2):
            node = g.end[e] if back else g.start[e]
            if mark[node] != run or (back and g.oneway[e] > 0) or (not back and g.oneway[e] < 0):
                continue
            if via_at[node] == e and g.heads[node + 1] - g.heads[node] > 1:
                continue
            leaves = g.arrives[e] + math.pi if back else g.leaves[e]
            more = g.length[e] - place[j] if back else place[j]
            cut = rounding(_angle(leaves, turn_at[node]), g.length[via_at[node]], 2.0 * more)
            best = min(best, far_at[node] + more - cut)
        out[j] = best if best <= bound else -1.0
