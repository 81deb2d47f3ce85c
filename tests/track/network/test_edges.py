"""Lines become nodes and edges, whatever their order and direction."""

import numpy as np
import polars as pl

from tanlu.track.network import graph
from tests.track.network.made import line, net, table, town


def test_lines_meet_where_they_share_a_vertex() -> None:
    crossing = net(
        line([(0, 100), (100, 100), (200, 100)]), line([(100, 0), (100, 100), (100, 200)])
    )
    bridge = net(line([(0, 100), (200, 100)]), line([(100, 0), (100, 200)]))

    assert (crossing.edges, crossing.nodes) == (4, 5)
    assert (bridge.edges, bridge.nodes) == (2, 4)
    assert np.allclose(crossing.length, 100, rtol=1e-4)


def test_a_bridge_meets_no_road_below_but_a_ramp_does() -> None:
    low = line([(0, 100), (100, 100), (200, 100)])
    high = line([(100, 0), (100, 100), (100, 200)], level=1)
    ramp = line([(100, 100), (150, 150)], level=1)

    assert net(low, high).edges == 2
    assert net(low, high, ramp).edges == 5


def test_ways_of_another_kind_do_not_meet() -> None:
    road = line([(0, 0), (100, 0), (200, 0)])
    rail = line([(100, -100), (100, 0), (100, 100)], kind="rail")
    path = line([(100, -100), (100, 0), (100, 100)], kind="path")

    assert net(road, rail).edges == 2
    assert net(road, path).edges == 4


def test_order_and_direction_of_lines_change_nothing() -> None:
    rows = [*town(4), line([(0, 0), (70, 90), (200, 200)]), line([(0, 0), (200, 0)], kind="rail")]
    lines = table(*rows)
    turned = lines.with_columns(pl.col("lat_e7", "lon_e7").list.reverse()).reverse()

    assert all(np.array_equal(a, b) for a, b in zip(graph(lines), graph(turned), strict=True))


def test_a_line_of_one_direction_keeps_it_when_told_backwards() -> None:
    ahead = net(line([(0, 0), (100, 0)], oneway=1))
    back = net(line([(100, 0), (0, 0)], oneway=-1))

    assert (
        ahead.oneway.tolist()
        == back.oneway.tolist()
        != net(line([(100, 0), (0, 0)], oneway=1)).oneway.tolist()
    )


def test_a_network_of_nothing_has_no_edges() -> None:
    none = graph(table(line([(0, 0), (1, 1)])).clear())

    assert (none.edges, none.nodes) == (0, 0)
