"""Rounds and what was aboard."""

import polars as pl

from tanlu.track.legs.loads import carried
from tanlu.track.legs.rounds import aboard, toured
from tanlu.track.legs.way.chain import along, chained
from tanlu.track.legs.way.parts import elements
from tests.track.legs.made import HOUR, START, events, leg, moves, scan

A, B = (52.0, 13.0), (52.0, 14.0)
KG = 1_000_000


def way():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (START, START + 4 * HOUR), fixes=401)])
    return elements(moved, fixes), along(chained(moved), fixes)


def test_what_came_aboard_halfway_was_carried_half_the_way():
    parts, fixes = way()
    table = events(scan("waybill:1", "d", START + 2 * HOUR, "add", mass_mg=KG))

    found = aboard(parts, carried(table, ["d"]).rows, fixes).row(0, named=True)

    assert abs(found["carried_m"] * 2 - parts["distance_m"][0]) <= 2
    assert not found["whole"]


def test_a_scan_some_minutes_off_is_the_whole_way():
    parts, fixes = way()
    table = events(
        scan("waybill:1", "d", START + 60_000_000, "add", mass_mg=KG),
        scan("waybill:1", "d", START + 4 * HOUR - 60_000_000, "delete"),
    )

    found = aboard(parts, carried(table, ["d"]).rows, fixes).row(0, named=True)

    assert found["whole"]
    assert found["carried_m"] == parts["distance_m"][0]


def test_what_was_unloaded_before_the_leg_was_not_on_it():
    parts, fixes = way()
    table = events(
        scan("waybill:1", "d", START - 2 * HOUR, "add", mass_mg=KG),
        scan("waybill:1", "d", START + 30_000_000, "delete"),
    )

    assert aboard(parts, carried(table, ["d"]).rows, fixes).height == 0


def test_the_mean_load_is_over_the_way():
    parts, fixes = way()
    table = events(
        scan("waybill:1", "d", START - HOUR, "add", mass_mg=10 * KG),
        scan("waybill:2", "d", START + 2 * HOUR, "add", mass_mg=10 * KG),
    )
    loads = carried(table, ["d"]).rows

    found, things = toured(parts, loads, aboard(parts, loads, fixes))

    assert abs(found["load_mg"][0] - 15 * KG) < KG // 100
    assert things["_tour"].n_unique() == 1
    assert found.select(pl.col("round").str.starts_with("TRK").all()).item()
