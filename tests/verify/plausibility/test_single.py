"""Loads, speeds, great circles and idling, one ride at a time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.verify.plausibility.asked import HOUR_US, NOON_US, only, reasons, rows, subjects
from tests.verify.plausibility.faults import measured, of

from tanlu.factors import classes

TRUCK = "truck.rigid.7t5"
BEIJING = {"origin_lat_e7": 399_000_000, "origin_lon_e7": 1_164_000_000}
SHANGHAI = {"destination_lat_e7": 312_300_000, "destination_lon_e7": 1_214_700_000}


def capacity_mg() -> int:
    row = next(row for row in classes().iter_rows(named=True) if row["class"] == TRUCK)
    return round(float(row["capacity_t"]) * 10**9)


@pytest.mark.parametrize("fault", of("capacity", "speed", "circle", "lane", "idle"))
def test_a_planted_fault_is_found_and_no_clean_row_is_accused(fault: str) -> None:
    share, innocent, _ = measured(fault)

    assert share == 1.0
    assert innocent == set()


def test_the_load_of_a_ride_is_that_of_all_that_rides_along() -> None:
    part = {"vehicle_class": TRUCK, "mass_mg": capacity_mg() * 6 // 10, "vehicle": "v"}

    assert subjects(only("capacity", rows(part, part))) == ["activity:a0"]
    assert subjects(only("capacity", rows(part, {**part, "vehicle": "w"}))) == []
    assert subjects(only("capacity", rows(*[{**part, "vehicle": None}] * 2))) == []


def test_a_full_vehicle_is_not_overloaded_and_scales_may_round() -> None:
    full = {"vehicle_class": TRUCK, "mass_mg": capacity_mg() * 101 // 100}

    assert subjects(only("capacity", rows(full))) == []
    assert subjects(only("capacity", rows({"load_ppm": 1_100_000}))) == ["activity:a0"]


def test_a_class_without_a_capacity_is_said_and_not_passed() -> None:
    made = only("capacity", rows({"vehicle_class": "no.such", "mass_mg": 10**15}))

    assert reasons(made, "capacity") == {"class": 1}
    assert made.checked == []


@pytest.mark.parametrize(
    ("kind", "km", "fast"),
    [("road", 250, False), ("road", 270, True), ("sea", 120, False), ("sea", 140, True),
     ("air", 2_000, False), ("air", 2_300, True), ("rail", 690, False), ("rail", 720, True)],
)  # fmt: skip
def test_each_mode_has_its_own_speed(kind: str, km: int, fast: bool) -> None:
    told = rows({"kind": f"transport.{kind}", "distance_m": km * 1000})

    assert subjects(only("speed", told)) == (["activity:a0"] if fast else [])


def test_a_day_or_an_instant_is_no_duration() -> None:
    told = rows({"distance_m": 9_000_000, "precision": "day"},
                {"distance_m": 9_000_000, "end": NOON_US + 1})  # fmt: skip
    made = only("speed", told)

    assert subjects(made) == []
    assert reasons(made, "speed") == {"instant": 2}


def test_no_road_is_shorter_than_the_great_circle() -> None:
    # Beijing to Shanghai: 1 067 km on the great circle
    def found(km: int) -> list[str]:
        return subjects(only("circle", rows({"distance_m": km * 1000, **BEIJING, **SHANGHAI})))

    assert found(1_050) == ["activity:a0"]
    assert found(1_070) == []


def test_codes_of_towns_have_room_for_the_town() -> None:
    def found(km: int, **more: Any) -> list[str]:
        told = {"distance_m": km * 1000, "origin": "CNSHA", "destination": "CNNGB", **more}
        return subjects(only("circle", rows(told)))

    # Shanghai to Ningbo: 150 km or so, less twice 25 km
    assert found(60) == ["activity:a0"]
    assert found(130) == []


def test_provinces_are_too_wide_to_measure_from() -> None:
    made = only("circle", rows({"distance_m": 1, "origin": "CN-BJ", "destination": "CN-SH"}))

    assert reasons(made, "circle") == {"wide": 1}
    assert made.checked == []


def test_a_vehicle_that_stands_running_all_night_is_found() -> None:
    midnight = NOON_US + 12 * HOUR_US
    night = {"start": midnight, "end": midnight + 4 * HOUR_US, "vehicle": "v"}
    long = [{**night, "idle_us": 3 * HOUR_US}] * 2
    noon = [{**each, "start": NOON_US, "end": NOON_US + 4 * HOUR_US} for each in long]

    assert subjects(only("idle", rows(*long))) == ["vehicle:v"]
    assert subjects(only("idle", rows(*noon))) == []
    assert subjects(only("idle", rows(long[0]))) == []


def ride(k: int, way: int, **more: Any) -> dict[str, Any]:
    return {"vehicle": f"v{k}", "start": NOON_US + k, "distance_m": way, "origin": "SITE-1",
            "destination": "SITE-2", **more}  # fmt: skip


def test_goods_of_one_ride_are_one_way() -> None:
    usual = [ride(k, 100_000 + 100 * k) for k in range(12)]
    # 30 parcels in one lorry that went another way are one ride, not a lane of their own
    other = [ride(99, 160_000)] * 30
    made = only("lane", rows(*usual, *other))

    assert subjects(made) == ["activity:a12"]
    assert made.findings["count"].item() == 30


def test_few_rides_and_wide_places_make_no_lane() -> None:
    few = only("lane", rows(*(ride(k, 100_000) for k in range(5)), ride(9, 900_000)))
    wide = only("lane", rows(*(ride(k, 100_000, origin="CN-SH") for k in range(20))))

    assert (subjects(few), reasons(few, "lane")) == ([], {"few": 1})
    assert (subjects(wide), reasons(wide, "lane")) == ([], {"wide": 20})
    assert few.checked == wide.checked == []


def test_great_circles_and_roads_are_lanes_of_their_own() -> None:
    roads = [ride(k, 125_000 + k, distance_type="actual") for k in range(12)]
    circles = [ride(k + 50, 100_000, distance_type="gcd") for k in range(12)]

    assert subjects(only("lane", rows(*roads, *circles))) == []
