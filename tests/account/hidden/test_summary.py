"""Waste is priced once, by cause, brand and lane, at dated prices."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl
from tests.account.hidden.rows import activities, emissions

from tanlu.account.hidden import USEFUL, attribute, evidence, worth

ON = dt.date(2026, 1, 1)
T = 10**12
EVIDENCE = {"activity_id": pl.String, "cause": pl.String, "wasted_ppm": pl.Int64}


def table(*rows: dict[str, object], share: int = 500_000) -> pl.DataFrame:
    made = emissions(*({"origin": "CN-SH", "destination": "CN-ZJ", **row} for row in rows))
    told = [(f"a{n}", "empty", share) for n in range(len(rows))]
    shown = pl.DataFrame(told, schema=EVIDENCE, orient="row")
    return worth(attribute(made, shown), made, ON)


def test_half_a_tonne_of_waste_costs_half_the_price_of_a_tonne() -> None:
    row = table({"co2e_ug": T}).filter(cause="empty").row(0, named=True)

    assert (row["co2e_ug"], row["carbon_fen"], row["energy_fen"]) == (T // 2, 4875, None)
    assert "97.49 yuan/t, 2024-12-31" in row["carbon_price"]


def test_energy_is_counted_once_for_both_boundaries() -> None:
    # 100 kWh of electricity at 0.65, half wasted: 32.50 yuan, though two rows carry the 100 kWh
    power = {"energy_carrier": "electricity", "energy_j": 360_000_000, "activity_id": "a0"}
    rows = table({**power, "co2e_ug": 3 * T}, {**power, "co2e_ug": T})
    row = rows.filter(cause="empty").row(0, named=True)

    assert (row["energy_j"], row["energy_fen"], row["activities"]) == (180_000_000, 3250, 1)


def test_what_is_of_use_has_no_cost() -> None:
    row = table({"co2e_ug": T, "energy_j": 5}).filter(cause=USEFUL).row(0, named=True)

    assert (row["carbon_fen"], row["energy_fen"]) == (None, None)


def test_brand_and_lane_part_the_waste_and_their_sum_is_the_total() -> None:
    brands = [{"co2e_ug": T, "labels": json.dumps({"brand": "A"})},
              {"co2e_ug": T, "consignor": "B", "payer": "P"}, {"co2e_ug": T, "payer": "P"},
              {"co2e_ug": T, "destination": None}]  # fmt: skip
    rows = table(*brands)
    wasted = rows.filter(cause="empty")

    assert set(wasted["brand"]) == {"A", "B", "P", None}
    assert "CN-SH → ?" in wasted["lane"].to_list()
    assert rows["co2e_ug"].sum() == 4 * T


def test_many_small_lanes_cost_what_one_large_one_does() -> None:
    # 1,000 x 1 kg, half wasted: 500 kg at 97.49 are 48.75 yuan, though each is 5 fen at most
    rows = [{"co2e_ug": 10**9, "destination": f"CN-{n:03d}", "energy_j": 3_600_000,
             "energy_carrier": "electricity"} for n in range(1000)]  # fmt: skip
    wasted = table(*rows).filter(cause="empty")

    assert wasted["carbon_fen"].sum() == 4875
    assert wasted["energy_fen"].sum() == 32_500


def test_an_emission_of_nothing_wastes_nothing() -> None:
    rows = table({"co2e_ug": 0, "energy_j": 100})

    assert rows.select("cause", "co2e_ug").rows() == [(USEFUL, 0)]


def test_names_that_are_empty_absent_or_hold_signs_keep_their_rows_apart() -> None:
    lanes = [("", "x|y", "z"), (None, "x|y", "z"), ("|x", "y", "z"), ("a", "b → c", "d")]
    rows = [
        {"co2e_ug": T, "energy_j": 10**9, "consignor": name, "origin": one, "destination": two}
        for name, one, two in lanes
    ]
    told = activities(*[{"labels": '{"idle": 0.5}'}] * 4)
    made = emissions(*rows)
    found = worth(attribute(made, evidence(told).rows), made, dt.date(2024, 12, 31))

    assert found.height == 8
    assert found["co2e_ug"].sum() == 4 * T
    assert found["carbon_fen"].sum() == 2 * 9749


def test_before_the_first_price_waste_has_no_cost_and_is_still_found() -> None:
    told, made = activities({"labels": '{"idle": 0.5}'}), emissions({"co2e_ug": T})
    found = worth(attribute(made, evidence(told).rows), made, dt.date(2020, 12, 31))

    assert found.filter(cause="idling")["co2e_ug"].to_list() == [T // 2]
    assert found["carbon_fen"].to_list() == found["energy_fen"].to_list() == [None, None]
    assert found["carbon_price"].to_list() == [None, None]
