"""A map beside journeys: the true ways and others, and nothing else changed by it."""

import numpy as np
import polars as pl

from tanlu.simulate.journeys import journeys
from tanlu.simulate.journeys.mapped import NETWORK
from tanlu.track.network import graph
from tanlu.track.network.near import MOST, near

ROADS = ("parcel",)


def test_a_map_changes_nothing_else_and_is_the_same_again() -> None:
    bare = journeys(2, 5, region="fit", templates=ROADS)
    one, two = (journeys(2, 5, region="fit", templates=ROADS, network=True) for _ in range(2))

    assert bare.network is None
    assert one.network is not None
    assert one.network.equals(two.network)
    assert one.network.schema == NETWORK
    for name in ("positions", "truth", "legs", "nodes", "readings", "events", "sections"):
        assert getattr(bare, name).equals(getattr(one, name))


def test_true_ways_lie_on_the_map_but_for_a_few_pieces() -> None:
    made = journeys(3, 7, region="fit", templates=ROADS, network=True)
    assert made.network is not None
    lines = graph(made.network)
    edge, place, away = np.empty(MOST, np.int64), np.empty(MOST), np.empty(MOST)
    truth = made.truth.filter(pl.col("leg_no").is_not_null() & (pl.col("mode") != "still"))
    rows = truth.gather_every(17).select("lat_e7", "lon_e7").iter_rows()
    found = [bool(near(lat, lon, 25.0, lines, edge, place, away)) for lat, lon in rows]

    assert len(found) > 300
    assert 0.9 < np.mean(found) < 1.0


def test_a_map_has_ways_that_nobody_took_and_only_kinds_that_are() -> None:
    made = journeys(2, 5, region="fit", templates=("rail",), network=True)
    assert made.network is not None
    kinds = made.network.group_by("kind").len()
    metres = made.legs.filter(pl.col("mode").is_in(["train", "truck"]))["distance_m"].sum()

    assert set(kinds["kind"]) == {"rail", "road"}
    assert graph(made.network).length.sum() > 1.3 * metres
    assert made.network["line_id"].n_unique() == made.network.height


def test_ships_and_aircraft_need_no_map() -> None:
    made = journeys(2, 5, region="fit", templates=("air",), network=True)
    assert made.network is not None
    far = made.legs.filter(mode="air")["distance_m"].sum()

    assert graph(made.network).length.sum() < far / 2
