"""Measured hours become activities that quantify like any other, and replay."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from tests.account.measured.stacks import HOUR, START, stack

from tanlu.account import quantify
from tanlu.account.measured import record
from tanlu.errors import TanluError
from tanlu.terms import schema

KG = 10**9


def test_a_day_of_hours_is_one_activity_of_the_gas() -> None:
    found = record(stack(*[{}] * 24), every="day", place="CN")
    row = found.activities.row(0, named=True)

    assert found.activities.height == 1
    assert (row["kind"], row["material"], row["mass_mg"]) == (
        "process.measured", "gas.co2", 24 * 100 * 10**6,
    )  # fmt: skip
    assert (row["start"], row["end"]) == (START, START + 24 * HOUR)
    assert schema("activity").check(found.activities).height == 1


@pytest.mark.parametrize(
    ("gas", "kg"), [("co2", 1), ("n2o", 273), ("ch4", Fraction("29.8")), ("ch4_bio", 27)]
)
def test_what_is_measured_is_quantified_by_its_warming_alone(gas: str, kg: Fraction) -> None:
    # GWP 100 of AR6: N2O 273, CH4 29.8 fossil and 27.0 biogenic
    rows = quantify(record(stack({"gas": gas})).activities, profile="ghg_protocol").emissions

    assert rows["co2e_ug"].to_list() == [100 * kg * KG]
    assert (rows["tier"].item(), rows["method"].item()) == ("measured", "measurement")


def test_biogenic_carbon_dioxide_is_apart() -> None:
    rows = quantify(record(stack({"gas": "co2_bio"})).activities, profile="ghg_protocol").emissions

    assert rows.select("co2e_ug", "co2_bio_ug").rows() == [(0, 100 * KG)]


@pytest.mark.parametrize("profile", ["iso14083", "cn_inventory", "ghg_protocol", "iso14067"])
def test_every_profile_takes_a_measurement(profile: str) -> None:
    made = quantify(record(stack({})).activities, profile=profile)

    assert (made.emissions["co2e_ug"].sum(), made.findings.height) == (100 * KG, 0)


def test_filled_hours_are_an_assumption_with_a_code_and_widen_the_interval() -> None:
    whole = record(stack({}, {}), every="day").activities
    part = record(stack({}, {"conc_mg_m3": None}), every="day").activities
    rows = [quantify(each, profile="ghg_protocol").emissions for each in (whole, part)]

    assert part["assumptions"].to_list() == ["A-CEMS-GAP"]
    assert "A-CEMS-GAP" in rows[1]["assumptions"].item()
    assert rows[1]["sigma_ln_ppm"].item() > rows[0]["sigma_ln_ppm"].item()


def test_a_source_without_enough_valid_hours_is_a_finding_and_no_activity() -> None:
    gaps = [{"conc_mg_m3": None}] * 2
    found = record(stack({}, {}, *gaps, {"source": "K2"}), by="hj75")

    assert found.activities["subject"].to_list() == ["stack:K2"]
    assert found.findings.select("finding_id", "value").rows() == [
        ("TL563|stack:K1:co2", "500000 ppm")
    ]


def test_a_source_that_was_never_read_is_a_finding() -> None:
    found = record(stack({"conc_mg_m3": None}, {"flow_m3": None}))

    assert (found.activities.height, found.findings["code"].to_list()) == (0, ["TL563"])


def test_months_are_cut_in_the_zone_of_the_entity() -> None:
    last = {"start": START - HOUR}
    found = record(stack({}, {"start": START + HOUR}, last)).activities

    assert found["activity_id"].to_list() == ["cems:K1:co2:2025-12-01", "cems:K1:co2:2026-01-01"]
    assert found["mass_mg"].to_list() == [10**8, 2 * 10**8]


def test_no_mass_is_lost_between_months_and_year() -> None:
    rows = stack(*[{"conc_mg_m3": 100_000.0 + n} for n in range(2000)])
    by_month, by_year = (record(rows, every=every).activities for every in ("month", "year"))

    assert abs(by_month["mass_mg"].sum() - by_year["mass_mg"].sum()) <= by_month.height
    assert isinstance(by_year["mass_mg"].dtype, pl.Int64)


def test_hours_that_have_no_row_between_the_first_and_the_last_are_filled() -> None:
    # 24 hours of 100 kg of which only the first and the last were written down
    found = record(stack(*[{}] * 24).gather([0, 23]), every="day").activities

    assert found["mass_mg"].to_list() == [24 * 100 * 10**6]
    assert found["assumptions"].to_list() == ["A-CEMS-GAP"]


def test_an_hour_that_is_written_down_twice_counts_once_and_is_a_finding() -> None:
    twice = pl.concat([stack(*[{}] * 24), stack({}, {"conc_mg_m3": 900_000.0})])
    found = record(twice, every="day")

    assert found.activities["mass_mg"].to_list() == [24 * 100 * 10**6]
    assert found.findings.select("code", "subject", "count").rows() == [("TL555", "stack:K1", 2)]


def test_a_length_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TanluError, match="TL502"):
        record(stack({}), every="week")
