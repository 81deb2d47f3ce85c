"""Findings on what cannot be so."""

import polars as pl
import pytest

from tanlu.track.legs import legs
from tests.track.legs.made import HOUR, START, events, leg, moves, node, scan

A, B, C, D = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0), (52.0, 16.0)
T = [START + k * HOUR for k in range(12)]


def codes(moved, fixes, **more) -> list[str]:
    return legs(moved, fixes, **more).findings["code"].to_list()


def test_a_way_without_doubt_has_no_finding():
    assert codes(*moves([leg("d", 1, "truck", (A, B), (T[0], T[2]))])) == []


def test_a_missing_leg_is_told():
    moved, fixes = moves(
        [leg("d", 1, "truck", (A, B), (T[0], T[2])), leg("d", 3, "train", (C, D), (T[5], T[7]))],
        [node("d", 1, (T[2], T[5]), B)],
    )

    assert codes(moved, fixes) == ["TL412"]


@pytest.mark.parametrize("others", [[], [leg("e", 1, "truck", (A, B), (T[0], T[2]))]])
def test_what_nothing_could_have_gone_in_its_time_is_told_and_is_no_activity(others):
    moved, fixes = moves([leg("d", 1, "air", ((21.0, -101.0), A), (T[0], T[1])), *others])
    table = events(scan("waybill:1", "d", T[0], "add", mass_mg=1))

    found = legs(moved, fixes, events=table)

    assert found.findings["code"].to_list() == ["TL403"]
    assert found.findings["subject"].to_list() == ["d"]
    assert found.activities["source_device"].to_list() == ["e"] * len(others)


def test_a_flight_with_the_wind_has_no_finding():
    moved, fixes = moves([leg("d", 1, "air", ((30.0, 110.0), (30.0, 120.0)), (T[0], T[1]))])

    assert "TL403" not in codes(moved, fixes)


@pytest.mark.parametrize(("way", "code"), [((C, D), "TL414"), ((A, B), "TL447")])
def test_a_thing_on_two_devices_is_told(way, code):
    moved, fixes = moves(
        [leg("a", 1, "truck", (A, B), (T[0], T[4])), leg("b", 1, "truck", way, (T[0], T[4]))]
    )
    table = events(
        scan("waybill:1", "a", T[0], "add", mass_mg=1),
        scan("waybill:1", "b", T[0], "add", mass_mg=1),
    )

    assert codes(moved, fixes, events=table) == [code]


def test_a_way_below_the_great_circle_is_told():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (T[0], T[2]), winding=0.8)])

    assert codes(moved, fixes) == ["TL416"]


def test_loads_that_cannot_be_so_are_told():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (T[0], T[2]))])
    table = events(
        scan("waybill:1", "vehicle:x", T[0], "add"), scan("waybill:2", "d", T[0], "delete"),
        scan("box:1", "box:2", T[0], "add"), scan("box:2", "box:1", T[0], "add"),
        scan("box:1", "d", T[0], "add"),
    )  # fmt: skip

    found = codes(moved, fixes, events=table)

    assert set(found) == {"TL413", "TL417", "TL418"}


def test_a_counter_that_began_anew_is_told():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (T[0], T[2]))])
    readings = pl.DataFrame({"device": ["d"] * 3, "at": T[:3], "energy_j": [0.0, 1e6, 10.0]})

    assert codes(moved, fixes, energy=readings) == ["TL419"]
