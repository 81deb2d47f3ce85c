"""No vehicle and no goods are in two places at once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.verify.plausibility.asked import HOUR_US, NOON_US, only, reasons, rows, subjects
from tests.verify.plausibility.faults import measured, of


def leg(start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"vehicle": "v", "start": NOON_US + round(start * HOUR_US),
            "end": NOON_US + round(end * HOUR_US), **more}  # fmt: skip


def test_a_vehicle_elsewhere_is_found_unless_it_could_have_got_there() -> None:
    (fault,) = of("overlap")
    share, innocent, _ = measured(fault)

    # some of the planted trips fit between two of the vehicle's own
    assert share > 0.85
    assert innocent == {"vehicle:V00"}


def test_a_leg_after_delivery_is_found() -> None:
    (fault,) = of("order")
    share, innocent, _ = measured(fault)

    assert (share, innocent) == (1.0, set())


@pytest.mark.parametrize(
    ("legs", "found"),
    [
        ([leg(0, 2, round="r"), leg(1, 3, round="s")], 1),
        ([leg(0, 2, round="r"), leg(2, 3, round="s")], 0),
        ([leg(0, 2, round="r"), leg(1, 3, round="r")], 0),
        ([leg(0, 2, round="r"), leg(1, 3, round="s", vehicle="w")], 0),
        # minutes of handing over
        ([leg(0, 2, round="r"), leg(1.95, 3, round="s")], 0),
        # a long round around two short ones
        ([leg(0, 9, round="r"), leg(1, 2, round="s"), leg(4, 5, round="t")], 2),
        # a drive with energy of its own is no goods that ride along
        ([leg(0, 2, energy_j=1), leg(1, 3, energy_j=1)], 1),
        ([leg(0, 2), leg(1, 3)], 0),
    ],
)
def test_rounds_and_drives_of_one_vehicle_do_not_overlap(
    legs: list[dict[str, Any]], found: int
) -> None:
    assert subjects(only("overlap", rows(*legs))) == ["vehicle:v"] * found


def test_the_finding_names_both_rounds_and_for_how_long() -> None:
    made = only("overlap", rows(leg(0, 2, round="r"), leg(1, 3, round="s")))

    assert made.findings["value"].item() == "r / s: 1.0 h"


def test_days_tell_no_overlap_and_are_said() -> None:
    days = [leg(0, 24, round=name, precision="day") for name in "rs"]
    made = only("overlap", rows(*days))

    assert subjects(made) == []
    assert reasons(made, "overlap") == {"instant": 2}


def test_a_vehicle_does_not_fly_from_place_to_place() -> None:
    def place(side: str, lat: float) -> dict[str, int]:
        return {f"{side}_lat_e7": round(lat * 1e7), f"{side}_lon_e7": 1_200_000_000}

    here = leg(0, 2, **place("origin", 30), **place("destination", 31))
    # one degree north is 111 km
    far = leg(2.5, 4, **place("origin", 33), **place("destination", 33.5))
    near = leg(4.5, 6, **place("origin", 33), **place("destination", 33.5))

    assert subjects(only("overlap", rows(here, far))) == ["vehicle:v"]
    assert subjects(only("overlap", rows(here, near))) == []


@pytest.mark.parametrize(
    ("second", "found"),
    [(leg(2, 4), 0), (leg(1, 4), 1), (leg(1.95, 4), 0), (leg(-9, -5), 1)],
)
def test_a_leg_begins_when_the_one_before_it_is_over(second: dict[str, Any], found: int) -> None:
    one = {**leg(0, 2), "shipment": "S", "leg_no": 1}
    made = only("order", rows(one, {**second, "shipment": "S", "leg_no": 2}))

    assert subjects(made) == ["activity:a1"] * found


def test_days_tell_the_order_only_when_they_are_apart() -> None:
    def days(first: int, second: int) -> list[str]:
        told = [leg(24 * day, 24 * day + 24, shipment="S", leg_no=k + 1, precision="day")
                for k, day in enumerate((first, second))]  # fmt: skip
        return subjects(only("order", rows(*told)))

    assert days(0, 0) == []
    assert days(1, 0) == ["activity:a1"]


def test_legs_of_other_shipments_and_chains_are_apart() -> None:
    def found(**more: Any) -> list[str]:
        one = {**leg(0, 2), "shipment": "S", "leg_no": 1}
        return subjects(only("order", rows(one, {**leg(1, 3), "leg_no": 2, **more})))

    assert found(shipment="S") == ["activity:a1"]
    assert found(shipment="T") == []
    assert found(shipment="S", chain="c") == []
