"""A network as arrays: nodes where lines meet, edges between them, a grid that finds what is near.

Nothing here depends on the order of the lines: nodes are in the order of their places, edges in
that of their nodes. Memory is linear in the vertices.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from tanlu.track.network.cells import cells, keyed
from tanlu.track.network.shape import shaped

__all__ = ["KINDS", "Graph", "graph"]

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

# on a path one may go on from a road and back: they are one network
KINDS = {"road": 0, "path": 0, "rail": 1, "water": 2}
# a level is less than half of this
MANY = 1_000_000
_TURN, _POLE = 3_600_000_000, 900_000_000


class Graph(NamedTuple):
    """A network of ways.

    Of each vertex ``lat``, ``lon`` [1e-7 deg] and ``at``, the way from the start of its edge [m];
    of each edge its first vertex ``first`` (one more at the end), nodes ``start`` and ``end``,
    ``length`` [m], ``kind`` and ``oneway``, and the directions in which it leaves its start and
    reaches its end; ``heads`` and ``out`` list the edges at each node (edge times two, plus one
    where it is its end); ``keys``, ``spans`` and ``held`` list the steps in each cell.
    """

    lat: Ints
    lon: Ints
    at: Floats
    edge_of: Ints
    first: Ints
    start: Ints
    end: Ints
    length: Floats
    kind: Ints
    oneway: Ints
    leaves: Floats
    arrives: Floats
    heads: Ints
    out: Ints
    keys: Ints
    spans: Ints
    held: Ints

    @property
    def edges(self) -> int:
        """How many edges."""
        return self.length.size

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return self.heads.size - 1


class _Vertices(NamedTuple):
    """Vertices of all lines: places, the line of each, the place as one number from 0 on."""

    lat: Ints
    lon: Ints
    line: Ints
    node: Ints


def graph(lines: pl.DataFrame) -> Graph:
    """Give the graph of lines.

    Parameters
    ----------
    lines
        ``kind``, ``lat_e7`` and ``lon_e7`` lists, ``oneway``, ``level``, each sound.

    Notes
    -----
    Lines meet where they share a vertex. Where neither ends there, they must be of one level too:
    a bridge does not meet the road below.
    """
    counts = lines["lat_e7"].list.len().to_numpy().astype(np.int64)
    lat = lines["lat_e7"].explode(empty_as_null=True).to_numpy()
    lon = lines["lon_e7"].explode(empty_as_null=True).to_numpy()
    line = np.repeat(np.arange(counts.size), counts)
    new = np.ones(lat.size, np.bool_)
    # a vertex that repeats the one before it is none
    new[1:] = (line[1:] != line[:-1]) | (lat[1:] != lat[:-1]) | (lon[1:] != lon[:-1])
    lat, lon, line = lat[new], lon[new], line[new]
    kind = lines["kind"].replace_strict(KINDS, return_dtype=pl.Int64).to_numpy()
    node, cut = _nodes(lat, lon, line, kind[line] * MANY + lines["level"].to_numpy()[line])
    return _cut(_Vertices(lat, lon, line, node), cut, kind, lines["oneway"].to_numpy())


def _nodes(lat: Ints, lon: Ints, line: Ints, storey: Ints) -> tuple[Ints, Mask]:
    """Give of each vertex which place it is, in order of places, and whether it is a node."""
    edge = np.ones(line.size, np.bool_)
    edge[1:-1] = (line[1:-1] != line[:-2]) | (line[1:-1] != line[2:])
    # what ends at a place of its kind meets all levels there
    place, kind = (lat + _POLE) * _TURN + (lon + _TURN // 2), (storey + MANY // 2) // MANY
    order = np.lexsort((kind, place))
    group = _ranks(order, place, kind)
    ends = np.zeros(group.max(initial=-1) + 1, np.bool_)
    ends[group[edge]] = True
    level = np.where(ends[group], 0, storey - kind * MANY)
    found = _ranks(np.lexsort((level, group)), group, level)
    return found, edge | (np.bincount(found)[found] > 1)


def _ranks(order: Ints, *parts: Ints) -> Ints:
    """Give what is alike in all parts one number, in an order that has like things together."""
    fresh = np.zeros(order.size, np.bool_)
    for part in parts:
        fresh[1:] |= part[order[1:]] != part[order[:-1]]
    found = np.empty(order.size, np.int64)
    found[order] = np.cumsum(fresh)
    return found


def _cut(v: _Vertices, cut: Mask, kind: Ints, oneway: Ints) -> Graph:
    """Cut lines at nodes and put the edges into the order of their nodes."""
    stop = np.flatnonzero(cut)
    able = v.line[stop[1:]] == v.line[stop[:-1]]
    begin, end = stop[:-1][able], stop[1:][able]
    # an edge begins at its lesser node, so that the direction of a line changes nothing but oneway
    step = v.lat[begin + 1] - v.lat[end - 1]
    step = np.where(step == 0, v.lon[begin + 1] - v.lon[end - 1], step)
    step = np.where(v.node[begin] == v.node[end], step, v.node[begin] - v.node[end])
    sign = np.where(step > 0, -1, 1)
    first, last = np.where(step > 0, end, begin), np.where(step > 0, begin, end)
    counts, way = end - begin + 1, oneway[v.line[begin]] * sign
    second = first + sign
    order = np.lexsort((
        way, v.lon[second], v.lat[second], counts, v.node[last], v.node[first],
        kind[v.line[first]],
    ))  # fmt: skip
    counts, first, last, sign, way = (each[order] for each in (counts, first, last, sign, way))
    heads = np.concatenate([[0], np.cumsum(counts)])
    edge_of = np.repeat(np.arange(counts.size), counts)
    rows = first[edge_of] + sign[edge_of] * (np.arange(heads[-1]) - heads[edge_of])
    lat, lon = v.lat[rows], v.lon[rows]
    start, there = _numbered(v.node[first], v.node[last])
    at, length, leaves, arrives = shaped(lat, lon, heads)
    lists, out = _lists(start, there)
    keys, spans, held = keyed(*cells(lat, lon, edge_of))
    return Graph(
        lat, lon, at, edge_of, heads, start, there, length, kind[v.line[first]], way, leaves,
        arrives, lists, out, keys, spans, held,
    )  # fmt: skip


def _numbered(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Give the nodes that have edges a number each, in their order."""
    _, both = np.unique(np.concatenate([start, end]), return_inverse=True)
    return both[: start.size].astype(np.int64), both[start.size :].astype(np.int64)


def _lists(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """List the edges at each node."""
    both = np.concatenate([start, end])
    mark = np.concatenate([2 * np.arange(start.size), 2 * np.arange(start.size) + 1])
    order = np.lexsort((mark, both))
    heads = np.concatenate([[0], np.cumsum(np.bincount(both))])
    return heads.astype(np.int64), mark[order].astype(np.int64)
