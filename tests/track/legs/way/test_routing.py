"""Shortest feasible distances, and legs that no position tells of."""

import polars as pl

from tanlu.track.legs import elements, legs
from tests.track.legs.made import HOUR, START, events, leg, metres, moves, node, scan

A, B, C, D = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0), (52.0, 16.0)
SHANGHAI, ROTTERDAM = (31.2, 122.0), (51.95, 3.9)
T = [START + k * HOUR for k in range(12)]


def test_the_three_distances_are_in_order():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (T[0], T[2]), winding=1.5)])

    found = elements(moved, fixes).row(0, named=True)

    assert found["gcd_m"] == round(metres(A, B))
    assert found["sfd_m"] == round(metres(A, B) * 1.3)
    assert found["daf_ppm"] == round(found["distance_m"] / found["sfd_m"] * 1e6)


def test_a_way_that_was_driven_is_feasible():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (T[0], T[2]), winding=1.1)])

    assert elements(moved, fixes).select(pl.col("sfd_m") == pl.col("distance_m")).item()


def test_at_sea_the_network_tells_the_shortest_way():
    span = (START, START + 30 * 24 * HOUR)
    moved, fixes = moves([leg("d", 1, "sea", (SHANGHAI, ROTTERDAM), span, winding=2.5)])

    # Shanghai to Rotterdam by Suez: about 10,500 nm = 19,400 km
    assert 18_500_000 < elements(moved, fixes)["sfd_m"][0] < 20_500_000


def missing(mode: str, hours: int):
    moved, fixes = moves(
        [leg("d", 1, "truck", (A, B), (T[0], T[2])),
         leg("d", 3, mode, (C, D), (T[2 + hours], T[4 + hours]))],
        [node("d", 1, (T[2], T[2 + hours]), B)],
    )  # fmt: skip
    table = events(scan("waybill:1", "d", T[0] - HOUR, "add", mass_mg=10**9))
    return legs(moved, fixes, events=table)


def test_a_missing_leg_of_one_mode_is_routed_and_marked():
    found = missing("truck", 3)

    way = found.elements.filter(fixes=0).row(0, named=True)
    assert way["distance_m"] == round(metres(B, C) * 1.3)
    assert way["lower_m"] < way["distance_m"] < way["upper_m"]
    assert found.elements["leg_no"].to_list() == [1, 2, 3]
    row = found.activities.filter(start=T[2]).row(0, named=True)
    assert "A-TRACK-FILLED" in row["assumptions"]
    assert row["quality"] == 4
    assert found.findings["code"].to_list() == ["TL412"]


def test_a_missing_leg_of_two_modes_or_too_fast_is_only_told():
    assert missing("train", 3).elements.height == 2
    moved, fixes = moves(
        [leg("d", 1, "truck", (A, B), (T[0], T[2])),
         leg("d", 3, "truck", (C, D), (T[2] + HOUR // 4, T[5]))],
        [node("d", 1, (T[2], T[2] + HOUR // 4), B)],
    )  # fmt: skip
    assert elements(moved, fixes).height == 2
