"""What cannot be right about loads and rounds is said, and nothing is dropped for it."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.account.allocation.goods import members

from tanlu.account.allocation import suspects
from tanlu.factors import classes

TRUCK = "truck.rigid.7t5"


def capacity_mg() -> int:
    known = classes().filter(pl.col("class") == TRUCK)["capacity_t"][0]
    return round(float(known) * 10**9)


def found(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    table = suspects(members(*rows))
    return table.select("code", "subject").rows()


def test_a_load_beyond_the_class_is_a_finding() -> None:
    most = capacity_mg()
    heavy = {"vehicle_class": TRUCK, "mass_mg": most * 2}
    full = {"vehicle_class": TRUCK, "mass_mg": most}

    assert found(heavy, full) == [("TL550", "leg:m0")]


def test_the_finding_says_both_tonnes() -> None:
    table = suspects(members({"vehicle_class": TRUCK, "mass_mg": 40 * 10**9}))

    assert table["value"].item().startswith("40.0 t > ")
    assert table["hint"].item()


def test_what_rides_together_is_weighed_together() -> None:
    half = {"vehicle_class": TRUCK, "mass_mg": capacity_mg() * 6 // 10, "vehicle": "v",
            "start": 0, "end": 9, "origin": "a", "destination": "b"}  # fmt: skip

    assert found(half, half) == [("TL550", "leg:m0"), ("TL550", "leg:m1")]
    assert found(half, {**half, "start": 9, "end": 20}) == []
    assert found(half, {**half, "vehicle": "w"}) == []


def test_a_load_factor_above_one_is_a_finding() -> None:
    assert found({"load_ppm": 1_300_000}, {"load_ppm": 1_000_000}) == [("TL550", "leg:m0")]


def test_a_class_without_a_capacity_is_not_judged() -> None:
    assert found({"vehicle_class": "no.such", "mass_mg": 10**15}) == []


@pytest.mark.parametrize("name", ["mass_mg", "distance_m", "count", "volume_ml", "teu_milli"])
def test_an_amount_below_nothing_is_a_finding(name: str) -> None:
    table = suspects(members({name: -5}, {name: 0}))

    assert table.select("code", "severity", "subject", "column", "value").rows() == [
        ("TL551", "warning", "leg:m0", name, "-5")
    ]


def test_two_amounts_below_nothing_are_two_findings() -> None:
    assert len(found({"mass_mg": -1, "distance_m": -1})) == 2


def test_rounds_of_one_vehicle_do_not_overlap() -> None:
    def leg(name: str, start: int, end: int, vehicle: str = "v") -> dict[str, Any]:
        return {"vehicle": vehicle, "round": name, "start": start, "end": end}

    assert found(leg("a", 0, 10), leg("b", 10, 20)) == []
    assert found(leg("a", 0, 10), leg("a", 5, 15)) == []
    assert found(leg("a", 0, 10), leg("b", 9, 20)) == [("TL552", "vehicle:v")]
    assert found(leg("a", 0, 10), leg("b", 9, 20, vehicle="w")) == []
    # a long one around a short one before it
    assert len(found(leg("a", 0, 50), leg("b", 1, 2), leg("c", 40, 60))) == 2


def test_suspicions_are_no_unquantified_activities() -> None:
    subjects = suspects(members({"mass_mg": -1, "load_ppm": 9_000_000}))["subject"]

    assert not subjects.str.starts_with("activity:").any()


def test_nothing_told_is_nothing_suspected() -> None:
    assert found({}) == []
