"""The same thing twice: to the letter, under other numbers, by another party."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.verify.plausibility.asked import HOUR_US, NOON_US, only, rows, subjects
from tests.verify.plausibility.faults import measured, of
from tests.verify.plausibility.fleet import clean

GOODS: dict[str, Any] = {
    "mass_mg": 812_345_000, "distance_m": 123_456, "vehicle": "v", "shipment": "S1",
    "origin": "SITE-01", "destination": "SITE-02", "operator": "C",
}  # fmt: skip


@pytest.mark.parametrize("fault", of("duplicate", "near"))
def test_every_planted_copy_is_found_beside_its_original_alone(fault: str) -> None:
    share, innocent, made = measured(fault)

    assert share == 1.0
    # a finding is a pair: it names the original too, and cannot tell which is the innocent twin
    assert {f"{name}-again" for name in innocent} | innocent >= innocent
    assert made.findings["count"].unique().to_list() == [2]
    assert made.findings.height == 120


def test_a_doubled_file_is_found_whole() -> None:
    once = clean().activities
    twice = pl.concat([once, once.with_columns(pl.col("activity_id") + "#2")])
    found = only("duplicate", twice).findings

    assert found.height == once.height
    assert found["count"].unique().to_list() == [2]


def test_a_doubled_file_under_other_waybills_is_found_whole() -> None:
    once = clean().trips
    other = {name: pl.col(name) + "#2" for name in ("activity_id", "shipment", "consignment",
                                                    "subject")}  # fmt: skip
    found = only("duplicate", pl.concat([once, once.with_columns(**other)])).findings

    assert found.height == once.height


def test_another_source_makes_no_other_record_and_another_litre_does() -> None:
    told = rows({**GOODS, "source_line": 1}, {**GOODS, "source_line": 9, "quality": 2})

    assert subjects(only("duplicate", told)) == ["activity:a0"]
    assert subjects(only("duplicate", rows(GOODS, {**GOODS, "volume_ml": 1}))) == []


def test_parcels_of_a_ride_may_weigh_the_same() -> None:
    light = {**GOODS, "mass_mg": 1_200_000}
    # of ten parcels two pairs weigh the same
    ride = [{**light, "shipment": f"S{k}", "mass_mg": 1_200_000 + k % 8} for k in range(10)]

    assert subjects(only("duplicate", rows(*ride))) == []
    pair = [light, {**light, "shipment": "S2"}]
    assert subjects(only("duplicate", rows(*pair))) == []
    heavy = [GOODS, {**GOODS, "shipment": "S2"}]
    assert subjects(only("duplicate", rows(*heavy))) == ["activity:a0"]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"mass_mg": 812_000_000, "operator": "D"}, True),
        ({"mass_mg": 800_000_000, "operator": "D"}, True),
        ({"mass_mg": 700_000_000, "operator": "D"}, False),
        ({"distance_m": 125_000}, True),
        ({"distance_m": 150_000}, False),
        ({"start": NOON_US + 5 * HOUR_US, "end": NOON_US + 7 * HOUR_US}, True),
        ({"start": NOON_US + 30 * HOUR_US, "end": NOON_US + 33 * HOUR_US}, False),
        ({"shipment": "S2", "mass_mg": 812_000_000}, False),
        ({"leg_no": 2, "mass_mg": 812_000_000}, False),
        ({"distance_m": None}, True),
    ],
)
def test_what_two_parties_tell_of_one_transport_is_alike(
    other: dict[str, Any], found: bool
) -> None:
    told = rows({**GOODS, "leg_no": 1}, {**GOODS, "leg_no": 1, **other})

    assert subjects(only("near", told)) == (["activity:a0"] if found else [])


def test_tonnes_and_kilograms_of_one_load_are_alike() -> None:
    told = rows({**GOODS, "mass_mg": 12_340_000_000}, {**GOODS, "mass_mg": 12_000_000_000})

    assert subjects(only("near", told)) == ["activity:a0"]


def test_lines_of_one_file_are_the_items_of_a_consignment() -> None:
    item = {**GOODS, "source_sha256": "f" * 64}
    told = rows(item, {**item, "mass_mg": 812_000_000})

    assert subjects(only("near", told)) == []
    numbered = told.with_columns(leg_no=pl.lit(1, pl.Int64))
    assert subjects(only("near", numbered)) == ["activity:a0"]


def test_without_a_number_the_vehicle_and_the_hour_tell() -> None:
    bare = {**GOODS, "shipment": None}
    near, late = ({**bare, "mass_mg": 812_000_000, "start": NOON_US + k * HOUR_US} for k in (0, 1))

    assert subjects(only("near", rows(bare, near))) == ["activity:a0"]
    assert subjects(only("near", rows(bare, late))) == []
