"""Shortest ways over the sea network: Dijkstra's algorithm, in whole metres."""

from __future__ import annotations

from functools import cache, lru_cache
from heapq import heappop, heappush
from typing import NamedTuple

from tanlu.terms.place.tables import packed

UNREACHED = -1


class Way(NamedTuple):
    """A way from node to node: its length [m] and the passages in the order of travel."""

    distance_m: int
    passages: tuple[str, ...]


class Edge(NamedTuple):
    """One step of the network."""

    node: int
    distance_m: int
    passage: str | None


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
    """Give the names of the passages that can be closed."""
    return frozenset(packed("sea_edges.parquet")["passage"].drop_nulls().unique())


def way(origin: int, destination: int, closed: frozenset[str]) -> Way | None:
    """Give the shortest way between two nodes without the closed passages, or None.

    Both directions are one search from the lower node, so a way back is as long as the way there.
    """
    low, high = sorted((origin, destination))
    tree = _tree(low, closed)
    if tree.metres[high] == UNREACHED:
        return None
    named = _named(tree, high)
    return Way(tree.metres[high], named if origin == low else named[::-1])


class _Tree(NamedTuple):
    metres: list[int]
    before: list[Edge | None]


@lru_cache(maxsize=128)
def _tree(start: int, closed: frozenset[str]) -> _Tree:
    """Give the shortest distance of every node from one, and the last edge of each way."""
    steps = network()
    metres = [UNREACHED] * len(steps)
    before: list[Edge | None] = [None] * len(steps)
    waiting: list[tuple[int, int, int, str | None]] = [(0, start, start, None)]
    while waiting:
        travelled, node, previous, passage = heappop(waiting)
        if metres[node] != UNREACHED:
            continue
        metres[node] = travelled
        before[node] = Edge(previous, travelled, passage) if node != start else None
        for there, length, named in steps[node]:
            if metres[there] == UNREACHED and named not in closed:
                heappush(waiting, (travelled + length, there, node, named))
    return _Tree(metres, before)


def _named(tree: _Tree, node: int) -> tuple[str, ...]:
    """Give the passages on the way to a node, each once, in order from the start of the tree."""
    found: list[str] = []
    step = tree.before[node]
    while step is not None:
        if step.passage and step.passage not in found:
            found.append(step.passage)
        step = tree.before[step.node]
    return tuple(reversed(found))
