"""Legs are runs of one mode between transfers."""

import polars as pl

from tanlu.track.legs.way.chain import along, chained
from tests.track.legs.made import HOUR, START, leg, moves, node

A, B, C = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0)


def two(mode: str, other: str, kind: str):
    between = (START + HOUR, START + 2 * HOUR)
    first = leg("d", 1, mode, (A, B), (START, START + HOUR))
    second = leg("d", 3, other, (B, C), (START + 2 * HOUR, START + 3 * HOUR))
    return moves([first, second], [node("d", 1, between, B, kind=kind)])


def test_a_stop_does_not_end_a_leg_and_a_transfer_does():
    kinds = ("stop", "border", "transfer", "gauge", "end")

    found = [chained(two("train", "train", kind)[0])["leg_no"].to_list() for kind in kinds]

    assert found == [[1, 1], [1, 1], [1, 2], [1, 2], [1, 2]]


def test_another_mode_is_another_leg_without_any_node():
    moved, _ = moves(
        [
            leg("d", 1, "truck", (A, B), (START, START + HOUR)),
            leg("d", 2, "train", (B, C), (START + HOUR, START + 2 * HOUR)),
        ]
    )

    assert chained(moved)["leg_no"].to_list() == [1, 2]


def test_the_way_along_a_leg_grows_to_the_sum_of_its_segments():
    moved, fixes = two("train", "train", "stop")
    segments = chained(moved)

    way = along(segments, fixes)["way_m"]

    assert way[0] == 0.0
    assert way.diff().drop_nulls().min() >= 0
    assert round(way[-1]) == segments["distance_m"].sum()


def test_the_order_of_rows_changes_nothing():
    moved, fixes = two("truck", "train", "transfer")
    mixed = moved._replace(segments=moved.segments.reverse(), nodes=moved.nodes.reverse())

    first = along(chained(moved), fixes)
    second = along(chained(mixed), fixes.sample(fraction=1.0, shuffle=True, seed=3))

    assert first.equals(second)
    assert first.select(pl.col("leg_no").n_unique()).item() == 2
