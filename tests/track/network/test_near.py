"""What lies near a fix, nearest first, an edge once."""

import numpy as np
import pytest

from tanlu.track.network.near import MOST, near
from tests.track.network.made import e7, line, net, town


def found(graph, east: float, north: float, reach: float) -> list[tuple[int, float, float]]:
    edge, place, away = np.empty(MOST, np.int64), np.empty(MOST), np.empty(MOST)
    count = near(*e7(east, north), reach, graph, edge, place, away)
    return list(
        zip(edge[:count].tolist(), place[:count].tolist(), away[:count].tolist(), strict=True)
    )


def test_the_nearest_point_of_each_edge_is_told() -> None:
    graph = net(line([(0, 0), (400, 0), (900, 0)]), line([(0, 30), (900, 30)]))

    first, second = found(graph, 500, 5, 40)

    assert first[1:] == pytest.approx((500, 5), abs=1)
    assert second[1:] == pytest.approx((500, 25), abs=1)


def test_what_is_out_of_reach_is_not_told() -> None:
    assert found(net(line([(0, 0), (900, 0)])), 500, 60, 40) == []


def test_of_many_edges_the_nearest_are_told() -> None:
    names = found(net(*town(5, 20.0)), 31, 22, 100)

    assert len(names) == MOST
    assert [away for _, _, away in names] == sorted(away for _, _, away in names)
    assert len({edge for edge, _, _ in names}) == MOST
