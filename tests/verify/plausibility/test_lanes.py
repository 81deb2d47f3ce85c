"""The way between two sites is that of the others who went there."""

from __future__ import annotations

from typing import Any

from tests.verify.plausibility.asked import NOON_US, only, reasons, rows, subjects
from tests.verify.plausibility.faults import measured, of


def ride(k: int, way: int, **more: Any) -> dict[str, Any]:
    return {"vehicle": f"v{k}", "start": NOON_US + k, "distance_m": way, "origin": "SITE-1",
            "destination": "SITE-2", **more}  # fmt: skip


def test_a_quarter_more_is_found_and_nobody_else_is_accused() -> None:
    (fault,) = of("lane")

    assert measured(fault)[:2] == (1.0, set())


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


def test_great_circles_and_roads_are_lanes_of_their_own() -> None:
    roads = [ride(k, 125_000 + k, distance_type="actual") for k in range(12)]
    circles = [ride(k + 50, 100_000, distance_type="gcd") for k in range(12)]

    assert subjects(only("lane", rows(*roads, *circles))) == []
