"""The sea network and its shortest ways."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from tanlu.terms.place.ways import UNREACHED, _tree, network, passages, roots, way
from tanlu.terms.place.ways import nodes as passed

NONE: frozenset[str] = frozenset()


def nodes(count: int, seed: int) -> list[tuple[int, int]]:
    chance = random.Random(seed)
    most = len(network()) - 1
    return [(chance.randint(0, most), chance.randint(0, most)) for _ in range(count)]


def test_the_sea_is_one() -> None:
    assert UNREACHED not in _tree(0, NONE).metres


def test_every_edge_goes_both_ways() -> None:
    there = {
        (node, edge.node, edge.distance_m) for node, edges in enumerate(network()) for edge in edges
    }

    assert {(end, start, metres) for start, end, metres in there} == there


def test_the_passages_of_the_world_are_known() -> None:
    assert passages() >= {
        "suez", "panama", "malacca", "gibraltar", "bosporus", "dardanelles", "ormuz",
        "babalmandab", "sunda", "south_africa", "northwest", "bering",
    }  # fmt: skip


@pytest.mark.parametrize("pair", nodes(8, seed=3))
def test_a_way_is_as_long_from_either_end(pair: tuple[int, int]) -> None:
    there, back = way(*pair, NONE), way(*reversed(pair), NONE)

    assert there is not None
    assert back is not None
    assert there.distance_m == back.distance_m
    assert there.passages == back.passages[::-1]


@pytest.mark.parametrize("pair", nodes(4, seed=4))
def test_closing_a_passage_never_shortens_a_way(pair: tuple[int, int]) -> None:
    open_ = way(*pair, NONE)
    for passage in ("suez", "panama", "northwest"):
        shut = way(*pair, frozenset([passage]))
        assert open_ is not None
        assert shut is None or shut.distance_m >= open_.distance_m
        assert shut is None or passage not in shut.passages


@pytest.mark.parametrize("pair", nodes(4, seed=5))
def test_a_way_through_a_passage_takes_it_and_is_never_shorter(pair: tuple[int, int]) -> None:
    free, through = way(*pair, NONE), way(*pair, NONE, ("panama",))

    assert free is not None
    assert through is not None
    assert "panama" in through.passages
    assert through.distance_m >= free.distance_m


def test_the_shortest_way_by_a_passage_is_the_way_through_it() -> None:
    for pair in nodes(60, seed=6):
        free = way(*pair, NONE)
        if free and "suez" in free.passages:
            assert way(*pair, NONE, ("suez",)) == free


def test_few_nodes_are_roots_of_many_pairs() -> None:
    pairs = [(9, 1), (9, 2), (3, 9), (4, 5)]

    assert roots(pairs) == [(9, 1), (9, 2), (9, 3), (4, 5)]


def test_a_way_to_itself_is_nothing() -> None:
    found = way(7, 7, NONE)

    assert found is not None
    assert found == (0, ())


def test_the_nodes_of_a_way_are_joined_by_edges_that_sum_to_it() -> None:
    for start, end in nodes(20, 5):
        found = passed(start, end, NONE)
        assert found is not None
        far = 0
        for one, other in pairwise(found):
            far += min(edge.distance_m for edge in network()[one] if edge.node == other)
        whole = way(start, end, NONE)
        assert whole is not None
        assert (found[0], found[-1], far) == (start, end, whole.distance_m)
