"""Where one more or one less, or nothing told, must not matter or must be told."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.golden.packs import START, book, by_activity, fuel, pair, shelf

from tanlu.account import quantify
from tanlu.account.uncertainty import spread

YEAR = 365 * 86_400 * 10**6


def test_a_share_of_biofuel_on_one_leg_parts_no_years_of_the_others(tmp_path: Path) -> None:
    # 2024: 90 g, from 2025: 80 g; the leg with a share keeps the main fuel aloud
    old = pair("transport.road", "truck", 90, valid_from="2024-01-01", valid_to="2025-01-01")
    kept = shelf(tmp_path, [*old, *pair("transport.road", "truck", 80, valid_from="2025-01-01")])
    leg = {"t": 1, "km": 1}
    rows = [{**leg, "start": START - YEAR}, leg, {**leg, "bio_ppm": 70_000}]
    made = quantify(book(*rows), library=kept).emissions

    assert by_activity(made) == {"a0": 90 * 10**6, "a1": 80 * 10**6, "a2": 80 * 10**6}
    said = dict(made.select("activity_id", "assumptions").iter_rows())
    assert ["A-BIO-MAIN" in (said[f"a{n}"] or "") for n in range(3)] == [False, False, True]


@pytest.mark.parametrize("quality", [1, 5])
def test_the_quality_of_one_leg_is_not_that_of_the_next(tmp_path: Path, quality: int) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, place="GB"))
    rows = [{"t": 1, "km": 1}, {"t": 1, "km": 1, "quality": quality}, {"t": 1, "km": 1}]
    sigma = quantify(book(*rows), library=kept).emissions.filter(boundary="ttw")["sigma_ln_ppm"]

    assert sigma[0] == sigma[2] != sigma[1]


@pytest.mark.parametrize("unit", ["t.km", "TEU.km", "km"])
def test_a_rate_by_distance_asks_for_the_distance(tmp_path: Path, unit: str) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, denominator=unit))
    made = quantify(book({"t": 1, "teu_milli": 1000}), library=kept)

    assert (made.emissions.height, made.findings["code"].to_list()) == (0, ["TL504"])


@pytest.mark.parametrize("unit", ["t.km", "t", "TEU.km"])
def test_a_rate_by_mass_asks_for_the_mass(tmp_path: Path, unit: str) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, denominator=unit))
    made = quantify(book({"km": 1}), library=kept)

    assert (made.emissions.height, made.findings["code"].to_list()) == (0, ["TL503"])


def test_a_rate_by_kilometre_asks_for_no_mass(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, 20, denominator="km"))

    assert quantify(book({"km": 3}), library=kept).emissions["co2e_ug"].sum() == 300 * 10**6


@pytest.mark.parametrize("amount", [1000, -1000, 7])
def test_the_interval_of_one_amount_lies_around_it(amount: int) -> None:
    found = spread(amount, 0.1)
    ends = sorted((amount / math.exp(0.196), amount * math.exp(0.196)))

    assert (found.amount, found.sigma) == (amount, 0.1)
    assert [found.lower, found.upper] == [round(end) for end in ends]


def test_a_road_of_a_few_hundred_metres_is_a_road() -> None:
    # 0.005 degrees of latitude are 556 m: a truck goes there, only a hub would be at home
    near = {"origin_lat_e7": 312_000_000, "origin_lon_e7": 1_214_000_000, "t": 10,
            "destination_lat_e7": 312_050_000, "destination_lon_e7": 1_214_000_000,
            "place": "CN-SH", "vehicle_class": "truck.artic.44t", "energy_carrier": "diesel",
            "distance_type": None}  # fmt: skip
    made = quantify(book(near))

    assert made.findings.height == 0
    # the great circle times the circuity of roads in China
    assert 556 < made.emissions["distance_m"][0] < 556 * 1.6


def test_measured_legs_keep_their_own_distance_and_work(tmp_path: Path) -> None:
    kept = shelf(tmp_path, fuel("fuel", 80))
    burnt: dict[str, Any] = {"kind": "energy.fuel", "vehicle_class": None, "round": "r",
                             "energy_j": 10**9, "distance_type": None}  # fmt: skip
    legs = [
        {"t": t, "km": km, "round": "r", "distance_type": "sfd"} for t, km in ((2, 30), (1, 40))
    ]
    rows = quantify(book(burnt, *legs), library=kept).emissions.filter(boundary="ttw")

    assert rows["transport_kgm"].to_list() == [60 * 10**6, 40 * 10**6]
    assert rows["distance_m"].to_list() == [30_000, 40_000]
    assert rows.select(pl.col("energy_j").sum()).item() == 10**9
