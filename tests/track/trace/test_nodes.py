"""Nodes: where one leg ends and the next begins is one place."""

from __future__ import annotations

import polars as pl
from examples.trace import order

from tanlu.store import open_workspace
from tanlu.track.trace import trace


def test_places_follow_each_other_with_their_dwell(ledger) -> None:
    found = trace(ledger, order.ORDER).nodes.filter(told_by="legs")

    assert found.select("place", "kind").rows() == [
        ("plant-suzhou", "origin"), ("PVG", "hub"), ("CTU", "transfer"), ("hub-chengdu", "hub"),
        ("door", "destination"),
    ]  # fmt: skip
    assert found["arrival"].null_count() == 1
    assert (found["departure"] >= found["arrival"]).drop_nulls().all()


def test_events_show_where_it_was_seen(ledger) -> None:
    seen = trace(ledger, order.ORDER).nodes.filter(told_by="event")

    assert seen["step"].to_list() == ["commissioning", "packing", "recycling"]


def test_nodes_of_the_tracks_are_shown_where_they_are_kept(tmp_path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", order.activities())
    at = order.BEGIN + 22 * order.DAY
    node = pl.DataFrame({
        "node_id": ["n"], "device": ["gnss-1"], "number": [1], "arrival": [at],
        "departure": [at + 1], "arrival_sigma_us": [0], "departure_sigma_us": [0], "lat_e7": [1],
        "lon_e7": [2], "sigma_mm": [5], "kind": ["transfer"], "probability_ppm": [990_000],
    })  # fmt: skip
    workspace.append("node", node)
    found = trace(workspace, order.ORDER).nodes.filter(told_by="track")

    assert found.select("kind", "lat_e7", "lon_e7").rows() == [("transfer", 1, 2)]
