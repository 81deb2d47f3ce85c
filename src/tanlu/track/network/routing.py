"""The shortest ways over a network from one place to several, within a bound (Dijkstra 1959)."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.network.shape import rounding

__all__ = ["room", "routed", "wear"]

# so many places of a search are held at once; a search that would hold more has found enough
HELD = 1 << 16
# of each node: the shortest way to it, its length with rounded corners, its direction; then keys
# of the queue
FAR, REAL, TURN, QUEUE = range(4)
# of each node: the search that saw it, the one that wants it, the edge by which it was reached; of
# each edge: for whom it counts as longer
SEEN, WANTED, VIA, WORN = range(4)
# a way that was found counts as so much longer when another one is looked for
WEARS = 1.5
BACK_M = 30.0


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
    node: int, far: float, real: float, turn: float, via: int, run: int, w: Any, marks: Any,
    ids: Any, size: int,
) -> int:  # fmt: skip
    """Note a way to a node if none shorter is known; give how many wait."""
    if marks[SEEN, node] == run and w[FAR, node] <= far:
        return size
    marks[SEEN, node], marks[VIA, node] = run, via
    w[FAR, node], w[REAL, node], w[TURN, node] = far, real, turn
    if size < HELD:
        size = _put(w[QUEUE], ids, size, far, node)
    return size


@numba.njit(nogil=True, cache=True, error_model="numpy")
def routed(  # noqa: PLR0917 - compiled
    g: Any, from_edge: int, from_place: float, edge: Any, place: Any, count: int, bound: float,
    run: int, worn: int, w: Any, marks: Any, ids: Any, out: Any,
) -> None:  # fmt: skip
    """Put the length of the shortest way to each of ``count`` places, -1 where none is in bound.

    Shortest is what the map shows; the length is that with its corners rounded. Else the way with
    the most corners would win among those round the same blocks.

    Parameters
    ----------
    g
        The graph.
    from_edge, from_place, edge, place
        Where the ways begin and end: edges, and how far along each [m].
    bound
        Longest way that is looked for [m].
    run, worn
        A number that no search before had, and that of the edges that count as longer than they
        are: ``w``, ``marks`` and ``ids`` belong to the searches of a thread (``room``).
    out
        Filled [m].
    """
    size, kind, left = 0, g.kind[from_edge], 0
    for j in range(count):
        e = edge[j]
        if g.kind[e] != kind:
            continue
        for node in (g.start[e], g.end[e]):
            if marks[WANTED, node] != run:
                marks[WANTED, node] = run
                left += 1
    e = from_edge
    if g.oneway[e] <= 0:
        size = _reach(g.start[e], from_place, from_place, g.leaves[e] + math.pi, e, run, w, marks,
                      ids, size)  # fmt: skip
    if g.oneway[e] >= 0:
        rest = g.length[e] - from_place
        size = _reach(g.end[e], rest, rest, g.arrives[e], e, run, w, marks, ids, size)
    while size > 0 and left > 0:
        far, node = w[QUEUE, 0], ids[0]
        size = _drop(w[QUEUE], ids, size)
        if far > bound:
            break
        if far > w[FAR, node]:
            continue
        if marks[WANTED, node] == run:
            marks[WANTED, node] = -run
            left -= 1
        size = _spread(g, node, kind, run, worn, w, marks, ids, size)
    for j in range(count):
        out[j] = _end(g, from_edge, from_place, edge[j], place[j], bound, run, w, marks)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _spread(  # noqa: PLR0917 - compiled
    g: Any, node: int, kind: int, run: int, worn: int, w: Any, marks: Any, ids: Any, size: int
) -> int:
    """Go on from a node along each of its edges."""
    a, b, via = g.heads[node], g.heads[node + 1], marks[VIA, node]
    for n in range(a, b):
        e, back = g.out[n] >> 1, g.out[n] & 1
        # one turns round only where a way ends
        if (e == via and b - a > 1) or g.kind[e] != kind or _against(g, e, back):
            continue
        leaves = g.arrives[e] + math.pi if back else g.leaves[e]
        cut = rounding(_angle(leaves, w[TURN, node]), g.length[via], g.length[e])
        there = g.start[e] if back else g.end[e]
        turn = g.leaves[e] + math.pi if back else g.arrives[e]
        far = w[FAR, node] + g.length[e] * (WEARS if marks[WORN, e] == worn else 1.0)
        real = w[REAL, node] + g.length[e] - cut
        size = _reach(there, far, real, turn, e, run, w, marks, ids, size)
    return size


@numba.njit(inline="always")
def _against(g: Any, e: Any, back: Any) -> Any:
    return (back and g.oneway[e] > 0) or (not back and g.oneway[e] < 0)


@numba.njit(inline="always")
def _angle(one: Any, other: Any) -> Any:
    wide = (one - other) % (2.0 * math.pi)
    return min(wide, 2.0 * math.pi - wide)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _end(  # noqa: PLR0917 - compiled
    g: Any, from_edge: int, from_place: float, e: int, place: float, bound: float, run: int,
    w: Any, marks: Any,
) -> float:  # fmt: skip
    """Go on from the nodes of a wanted edge to the place on it; give the length."""
    best, found = bound, -1.0
    if e == from_edge:
        ahead = place - from_place
        # against the direction of a street only what fixes may be off
        if g.oneway[e] * ahead >= -BACK_M and abs(ahead) <= best:
            best = found = abs(ahead)
    if g.kind[e] != g.kind[from_edge]:
        return found
    for back in range(2):
        node = g.end[e] if back else g.start[e]
        if marks[SEEN, node] != run or _against(g, e, back):
            continue
        if marks[VIA, node] == e and g.heads[node + 1] - g.heads[node] > 1:
            continue
        more = g.length[e] - place if back else place
        if w[FAR, node] + more <= best:
            leaves = g.arrives[e] + math.pi if back else g.leaves[e]
            turn = _angle(leaves, w[TURN, node])
            cut = rounding(turn, g.length[marks[VIA, node]], 2.0 * more)
            best, found = w[FAR, node] + more, w[REAL, node] + more - cut
    return found


@numba.njit(nogil=True, cache=True, error_model="numpy")
def wear(  # noqa: PLR0917 - compiled
    g: Any, from_edge: int, e: int, place: float, run: int, worn: int, w: Any, marks: Any
) -> bool:
    """Mark the edges of the way that the last search found to a place; tell whether there are any.

    ``worn`` is the number by which the next search knows them.
    """
    best, node = 1e18, -1
    for back in range(2):
        there = g.end[e] if back else g.start[e]
        more = g.length[e] - place if back else place
        if marks[SEEN, there] == run and marks[VIA, there] != e and w[FAR, there] + more < best:
            best, node = w[FAR, there] + more, there
    found = False
    while node >= 0 and marks[VIA, node] != from_edge:
        via = marks[VIA, node]
        marks[WORN, via] = worn
        found = True
        node = g.start[via] if node == g.end[via] else g.end[via]
    return found


@numba.njit(nogil=True, cache=True)
def room(nodes: int, edges: int) -> Any:
    """Give what the searches of one thread write on, for a graph of so many nodes and edges."""
    size = max(nodes + 1, HELD)
    marks = np.zeros((4, max(nodes + 1, edges)), np.int64)
    return np.empty((4, size)), marks, np.empty(HELD, np.int64)
