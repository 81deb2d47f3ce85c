"""Rounds and operations with measured energy."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.account.conftest import NOON

from tanlu.account import quantify
from tanlu.account.chains.decided import parse

FUEL = {
    "activity_id": "fuel", "kind": "energy.fuel", "vehicle_class": None, "volume_ml": 4800,
    "mass_mg": None, "distance_m": None, "distance_type": None, "round": "r",
}  # fmt: skip
STOPS = [
    {"activity_id": f"s{n}", "round": "r", "mass_mg": mass, "distance_m": metres}
    for n, (mass, metres) in enumerate([(4_000_000, 7000), (1_000_000, 7200), (250_000, 9000)])
]


def total(activities: Any) -> int:
    rows = quantify(activities({**FUEL, "round": None})).emissions
    return int(rows["co2e_ug"].sum())


def test_a_round_shares_its_measured_total_exactly(activities: Any) -> None:
    rows = quantify(activities(FUEL, *STOPS)).emissions

    assert total(activities) == rows["co2e_ug"].sum()
    assert set(rows["share_of"]) == {"fuel"}
    assert set(rows["tier"]) == {"measured"}
    assert "fuel" not in rows["activity_id"].to_list()


def test_weights_are_kilogram_metres_on_the_direct_distance(activities: Any) -> None:
    rows = quantify(activities(FUEL, *STOPS)).emissions.filter(pl.col("boundary") == "ttw")
    by = dict(zip(rows["activity_id"], rows["co2e_ug"], strict=True))

    assert abs(by["s0"] / by["s1"] - (4 * 7000) / (1 * 7200)) < 1e-8


def test_the_order_of_stops_does_not_count(activities: Any) -> None:
    there = quantify(activities(FUEL, *STOPS)).emissions

    assert there.equals(quantify(activities(*reversed(STOPS), FUEL)).emissions)


def test_an_unknown_distance_makes_the_whole_round_share_by_items(activities: Any) -> None:
    stops = [{**stop, "count": 1} for stop in STOPS]
    stops[1] |= {"distance_m": None}
    rows = quantify(activities(FUEL, *stops)).emissions

    assert set(rows["assumptions"].str.contains("A-ROUND-ITEMS")) == {True}
    assert total(activities) == rows["co2e_ug"].sum()


def test_an_operation_shares_what_no_round_does(activities: Any) -> None:
    fuel = {**FUEL, "round": None, "operation": "toc"}
    ballast = {"activity_id": "ballast", "operation": "toc", "mass_mg": 0}
    legs = [{**stop, "operation": "toc", "round": None} for stop in STOPS]
    rows = quantify(activities(fuel, ballast, *legs)).emissions
    empty = rows.filter(pl.col("activity_id") == "ballast")

    assert total(activities) == rows["co2e_ug"].sum()
    assert empty["co2e_ug"].to_list() == [0, 0]
    assert empty["transport_kgm"].to_list() == [0, 0]


def test_an_operation_of_more_than_a_year_is_refused(activities: Any) -> None:
    late = {**STOPS[1], "start": NOON + 2 * 366 * 86_400_000_000}
    late["end"] = late["start"] + 1
    made = quantify(activities(FUEL, STOPS[0], late))

    assert made.findings["code"].to_list() == ["TL509"]
    assert set(made.emissions["method"]) == {"intensity"}


def test_energy_without_legs_stands_alone(activities: Any) -> None:
    rows = quantify(activities(FUEL)).emissions

    assert rows["activity_id"].unique().to_list() == ["fuel"]
    assert rows["share_of"].null_count() == rows.height


def test_hubs_share_by_outbound_mass(activities: Any) -> None:
    power = {
        **FUEL, "activity_id": "power", "kind": "energy.electricity", "energy_carrier": None,
        "volume_ml": None, "energy_j": 3_600_000_000, "round": None, "operation": "hub",
    }  # fmt: skip
    goods = {"kind": "hub.warehouse", "vehicle_class": None, "energy_carrier": None}
    goods |= {"distance_m": None, "operation": "hub"}
    rows = quantify(activities(power, {**goods, "mass_mg": 10**9}, {**goods, "mass_mg": 3 * 10**9}))
    wtt = rows.emissions.filter(pl.col("boundary") == "wtt").sort("activity_id")["co2e_ug"]

    assert abs(wtt[1] - 3 * wtt[0]) <= 4


def test_a_blend_is_shared_fuel_by_fuel(activities: Any) -> None:
    blend = {**FUEL, "bio_ppm": 50_000, "bio_basis": "volume"}
    alone = quantify(activities({**blend, "round": None})).emissions
    rows = quantify(activities(blend, *STOPS)).emissions

    assert set(alone["energy_carrier"]) == {"diesel", "biodiesel"}
    assert alone["co2e_ug"].sum() == rows["co2e_ug"].sum()
    assert rows["emission_id"].n_unique() == rows.height == 12
    assert set(rows["share_of"]) == {"fuel"}


def test_a_round_may_be_shared_by_another_key_and_says_so(activities: Any) -> None:
    stops = [{**stop, "volume_ml": litres} for stop, litres in zip(STOPS, (1, 2, 7), strict=True)]
    decided = parse(b'[allocation.round]\nr = "volume"\n')
    rows = quantify(activities(FUEL, *stops), chains=decided).emissions
    by = dict(rows.group_by("activity_id").agg(pl.col("co2e_ug").sum()).iter_rows())

    assert total(activities) == rows["co2e_ug"].sum()
    assert by["s2"] / total(activities) == pytest.approx(0.7, rel=1e-8)
    assert set(rows["assumptions"].str.contains("A-KEY-VOLUME")) == {True}


def test_a_key_that_one_stop_does_not_know_falls_back_for_all(activities: Any) -> None:
    decided = parse(b'[allocation]\nkey = "volume"\n')
    usual = quantify(activities(FUEL, *STOPS)).emissions
    rows = quantify(activities(FUEL, *STOPS), chains=decided).emissions

    assert rows["co2e_ug"].to_list() == usual["co2e_ug"].to_list()
    assert set(rows["assumptions"].str.contains("A-KEY-FELL")) == {True}


def test_a_stop_below_nothing_makes_its_round_a_finding_and_stops_nothing(activities: Any) -> None:
    stops = [{**STOPS[0], "mass_mg": -1}, *STOPS[1:]]
    other = [{**FUEL, "activity_id": "g", "round": "q"},
             {**STOPS[0], "activity_id": "t", "round": "q"}]  # fmt: skip
    made = quantify(activities(FUEL, *stops, *other))

    assert ("TL548", "activity:fuel") in made.findings.select("code", "subject").rows()
    assert "t" in made.emissions["activity_id"].to_list()


COLD_HUB = [
    {"activity_id": name, "kind": "hub.transshipment", "vehicle_class": None, "operation": "hub",
     "mass_mg": mass, "distance_m": None, "distance_type": None, "temperature_class": cold}
    for name, mass, cold in (("dry", 80 * 10**9, None), ("cold", 20 * 10**9, "chilled"))
]  # fmt: skip
POWER = {
    "kind": "energy.electricity", "vehicle_class": None, "energy_carrier": "electricity",
    "mass_mg": None, "distance_m": None, "distance_type": None, "operation": "hub",
}  # fmt: skip


def test_cold_is_borne_by_cold_goods_and_the_rest_by_all(activities: Any) -> None:
    # 3.6 MJ for all and 3.6 MJ of cooling: 80 % of the first; 20 % of it and all of the second
    bills = [
        {**POWER, "activity_id": name, "energy_j": 3_600_000, "temperature_class": cold}
        for name, cold in (("light", None), ("cooling", "chilled"))
    ]
    rows = quantify(activities(*bills, *COLD_HUB)).emissions
    by = dict(rows.group_by("activity_id").agg(pl.col("co2e_ug").sum()).iter_rows())
    one = quantify(activities({**bills[0], "operation": None})).emissions["co2e_ug"].sum()

    assert abs(by["dry"] - 0.8 * one) <= 1
    assert by["dry"] + by["cold"] == rows["co2e_ug"].sum()
    assert abs(by["cold"] - 1.2 * one) <= 2


def test_cold_of_which_no_goods_tell_is_borne_by_all(activities: Any) -> None:
    bill = {**POWER, "activity_id": "b", "energy_j": 3_600_000, "temperature_class": "frozen"}
    rows = quantify(activities(bill, *COLD_HUB)).emissions

    assert set(rows["activity_id"]) == {"dry", "cold"}
