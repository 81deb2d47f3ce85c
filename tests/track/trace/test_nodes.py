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


def test_a_device_between_two_legs_was_with_others(tmp_path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    legs = order.activities().with_columns(source_device=pl.lit("gnss"))
    workspace.append("activity", legs)
    last = legs.filter(subject=order.ORDER).sort("start")[-2:]
    gap = last["end"][0] + (last["start"][1] - last["end"][0]) // 2
    ends = [last["start"][1], gap]
    node = pl.DataFrame({
        "node_id": ["ours", "theirs"], "device": ["gnss"] * 2, "number": [1, 2], "arrival": ends,
        "departure": [at + 1 for at in ends], "arrival_sigma_us": [0] * 2,
        "departure_sigma_us": [0] * 2, "lat_e7": [1, 2], "lon_e7": [2, 2], "sigma_mm": [5] * 2,
        "kind": ["transfer"] * 2, "probability_ppm": [990_000] * 2,
    })  # fmt: skip
    workspace.append("node", node)

    assert trace(workspace, order.ORDER).nodes.filter(told_by="track")["lat_e7"].to_list() == [1]


def test_a_node_of_a_track_says_how_sure_it_is_and_how_far_off(tmp_path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", order.activities())
    at = order.BEGIN + 22 * order.DAY
    node = pl.DataFrame({
        "node_id": ["n", "o"], "device": ["gnss-1", "other"], "number": [1, 1],
        "arrival": [at] * 2, "departure": [at + 1] * 2, "arrival_sigma_us": [7] * 2,
        "departure_sigma_us": [8] * 2, "lat_e7": [1] * 2, "lon_e7": [2] * 2,
        "sigma_mm": [5] * 2, "kind": ["transfer"] * 2, "probability_ppm": [990_000] * 2,
    })  # fmt: skip
    workspace.append("node", node)
    found = trace(workspace, order.ORDER).nodes
    errors = found.select("probability_ppm", "arrival_sigma_us", "departure_sigma_us", "sigma_mm")

    assert errors.filter(found["told_by"] == "track").rows() == [(990_000, 7, 8, 5)]
    # a waybill claims no error
    assert set(errors.filter(found["told_by"] == "legs").rows()) == {(None,) * 4}


def test_places_without_codes_are_told_apart_by_their_coordinates(tmp_path) -> None:
    bare = order.activities().with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("origin", "destination", "place")
    )
    # half of a place is none: it is not the same as the next half
    half = bare.with_columns(
        origin_lon_e7=pl.when(pl.col("leg_no") == 4).then(None).otherwise("origin_lon_e7")
    )
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", half)
    found = trace(workspace, order.ORDER).nodes

    assert found["lat_e7"].to_list() == [
        313_000_000, 311_400_000, 305_800_000, 305_800_000, 306_600_000, 307_000_000,
    ]  # fmt: skip
    assert found["kind"].to_list() == [
        "origin", "hub", "transfer", "transfer", "hub", "destination",
    ]  # fmt: skip
