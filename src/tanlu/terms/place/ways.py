"""Shortest ways over the sea network: Dijkstra's algorithm, in whole metres."""

from __future__ import annotations

from array import array
from collections import Counter
from functools import cache, lru_cache
from heapq import heappop, heappush
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, NamedTuple

from tanlu.terms.place.tables import packed

if TYPE_CHECKING:
    from collections.abc import Iterable

UNREACHED = -1
KEPT_TREES = 1024  # 60 kB each


class Way(NamedTuple):
    """A way from node to node: its length [m] and the passages in the order of travel."""

    distance_m: int
    passages: tuple[str, ...]


class Edge(NamedTuple):
    """One step of the network."""

    node: int
    distance_m: int
    passage: str | None


class _Tree(NamedTuple):
    """Of each node the distance from the start and the node before it on the shortest way."""

    metres: array[int]
    before: array[int]


@cache
def network() -> list[list[Edge]]:
    """Give for each node of the sea network the edges that leave it."""
    edges = packed("sea_edges.parquet")
    found: list[list[Edge]] = [[] for _ in range(len(packed("sea_nodes.parquet")))]
    for low, high, metres, passage in edges.iter_rows():
        found[low].append(Edge(high, metres, passage))
        found[high].append(Edge(low, metres, passage))
    return found


@cache
def passages() -> frozenset[str]:
    """Give the names of the passages that can be closed or asked for."""
    return frozenset(packed("sea_edges.parquet")["passage"].drop_nulls().unique())


@cache
def _named() -> dict[tuple[int, int], str]:
    """Give the passage of each edge that has one, from both sides."""
    return {
        (node, edge.node): edge.passage
        for node, edges in enumerate(network())
        for edge in edges
        if edge.passage
    }


@cache
def _mouths(passage: str) -> tuple[int, ...]:
    """Give the nodes at which a passage opens to the sea."""
    held = {node for (node, _), named in _named().items() if named == passage}
    open_ = {node for node in held if any(edge.passage != passage for edge in network()[node])}
    return tuple(sorted(open_))


def roots(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give each pair as (root, other end), so that few nodes are roots of searches."""
    kept = list(pairs)
    often = Counter(node for pair in kept for node in pair)
    return [
        (origin, destination)
        if (often[origin], -origin) >= (often[destination], -destination)
        else (destination, origin)
        for origin, destination in kept
    ]


def way(root: int, other: int, closed: frozenset[str], through: tuple[str, ...] = ()) -> Way | None:
    """Give the shortest way between two nodes, or None.

    Parameters
    ----------
    root, other
        Nodes; the search from the root is kept. The length does not depend on which is which.
    closed
        Passages that the way does not use.
    through
        Passages that it must use from end to end, in whichever order is the shortest.
    """
    if not through:
        return _plain(root, other, closed)
    found = [_through(root, other, closed, order) for order in permutations(through)]
    return min((each for each in found if each), key=lambda each: each.distance_m, default=None)


def nodes(start: int, end: int, closed: frozenset[str]) -> list[int] | None:
    """Give the nodes of the shortest way between two of them, or None."""
    tree = _tree(start, closed)
    if tree.metres[end] == UNREACHED:
        return None
    found = [end]
    while found[-1] != start:
        found.append(tree.before[found[-1]])
    return found[::-1]


def _plain(root: int, other: int, closed: frozenset[str]) -> Way | None:
    tree = _tree(root, closed)
    metres = tree.metres[other]
    return None if metres == UNREACHED else Way(metres, _on_the_way(tree, other))


def _through(root: int, other: int, closed: frozenset[str], order: tuple[str, ...]) -> Way | None:
    """Give the shortest way that takes the passages in this order.

    Between them every passage asked for is closed, so that none is entered and left again by the
    same mouth.
    """
    between = closed | frozenset(order)
    reached = {root: Way(0, ())}
    for passage in order:
        at_mouth = _on(reached, _mouths(passage), between)
        inside = closed | (passages() - {passage})
        reached = {}
        for start, so_far in at_mouth.items():
            for end in _mouths(passage):
                step = _plain(start, end, inside) if end != start else None
                if step and passage in step.passages:
                    _keep(reached, end, so_far, step)
    return _on(reached, (other,), between).get(other)


def _on(reached: dict[int, Way], ends: tuple[int, ...], closed: frozenset[str]) -> dict[int, Way]:
    found: dict[int, Way] = {}
    for start, so_far in reached.items():
        for end in ends:
            step = _plain(start, end, closed)
            if step:
                _keep(found, end, so_far, step)
    return found


def _keep(found: dict[int, Way], end: int, so_far: Way, step: Way) -> None:
    metres = so_far.distance_m + step.distance_m
    if end not in found or metres < found[end].distance_m:
        named = dict.fromkeys((*so_far.passages, *step.passages))
        found[end] = Way(metres, tuple(named))


@lru_cache(maxsize=KEPT_TREES)
def _tree(start: int, closed: frozenset[str]) -> _Tree:
    """Give the shortest distance of every node from one, and the node before it."""
    steps = network()
    metres = array("q", [UNREACHED]) * len(steps)
    before = array("q", [UNREACHED]) * len(steps)
    waiting: list[tuple[int, int, int]] = [(0, start, UNREACHED)]
    while waiting:
        travelled, node, previous = heappop(waiting)
        if metres[node] != UNREACHED:
            continue
        metres[node] = travelled
        before[node] = previous
        for there, length, named in steps[node]:
            if metres[there] == UNREACHED and (named is None or named not in closed):
                heappush(waiting, (travelled + length, there, node))
    return _Tree(metres, before)


def _on_the_way(tree: _Tree, node: int) -> tuple[str, ...]:
    """Give the passages on the way to a node, each once, in order from the start of the tree."""
    nodes = [node]
    while tree.before[nodes[-1]] != UNREACHED:
        nodes.append(tree.before[nodes[-1]])
    named = (_named().get(edge) for edge in pairwise(reversed(nodes)))
    return tuple(dict.fromkeys(each for each in named if each))
