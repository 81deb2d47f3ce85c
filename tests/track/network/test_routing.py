"""Shortest ways over streets whose lengths are known."""

import numpy as np
import pytest

from tanlu.track.network.near import MOST, near
from tanlu.track.network.routing import room, routed
from tanlu.track.network.shape import rounding
from tests.track.network.made import e7, line, net, town

CORNER = rounding(np.pi / 2, 200, 200)


def way(graph, start: tuple[float, float], end: tuple[float, float], bound: float = 1e5) -> float:
    """The way between the nearest places of the network, -1 where none."""
    edge, place, away = np.empty((2, MOST), np.int64), np.empty((2, MOST)), np.empty(MOST)
    for row, there in enumerate((start, end)):
        assert near(*e7(*there), 30.0, graph, edge[row], place[row], away)
    out = np.empty(MOST)
    routed(graph, edge[0, 0], place[0, 0], edge[1], place[1], 1, bound, 1, 1,
           *room(graph.nodes, graph.edges), out)  # fmt: skip
    return float(out[0])


def test_a_way_through_a_town_goes_round_its_blocks() -> None:
    # two to four corners, whichever of the ways is taken
    found = way(net(*town()), (50, 0), (750, 400))

    assert 1_100 - 4 * CORNER - 2 < found < 1_100 - 2 * CORNER + 2


def test_a_way_along_one_edge_is_straight() -> None:
    assert way(net(line([(0, 0), (900, 0)])), (100, 0), (450, 0)) == pytest.approx(350, abs=1)


def test_a_street_of_one_direction_is_gone_round() -> None:
    rows = town(2, 300.0)
    rows[0] = line([(300, 0), (0, 0)], oneway=1)

    graph = net(*rows)

    assert way(graph, (250, 0), (50, 0)) == pytest.approx(200, abs=1)
    assert way(graph, (50, 0), (250, 0)) == pytest.approx(
        1_000 - 4 * rounding(np.pi / 2, 300, 300), abs=2
    )


def test_nothing_is_found_beyond_the_bound_or_over_a_gap() -> None:
    apart = net(line([(0, 0), (300, 0)]), line([(350, 0), (900, 0)]))

    assert way(apart, (100, 0), (600, 0)) == -1
    assert way(net(*town()), (50, 0), (750, 400), bound=900) == -1


def test_a_railway_is_not_reached_from_a_road() -> None:
    both = net(line([(0, 0), (300, 0)]), line([(300, 0), (900, 0)], kind="rail"))

    assert way(both, (100, 0), (600, 0)) == -1


def test_one_turns_round_only_where_a_street_ends() -> None:
    oneway = line([(400, 0), (0, 0)], oneway=1)
    stub = line([(400, 0), (500, 0)])
    graph = net(oneway, stub, line([(0, 0), (0, 400), (400, 400), (400, 0)]))

    assert way(graph, (450, 0), (350, 0)) == pytest.approx(100, abs=1)
    assert way(graph, (350, 0), (450, 0)) > 1_500
