"""Measurement and calculation stand beside each other, each with its interval."""

from __future__ import annotations

import polars as pl
from tests.account.measured.stacks import HOUR, START, stack

from tanlu.account import quantify
from tanlu.account.measured import corroborate, counted_twice, record
from tanlu.terms import schema

KG = 10**9


def gas(kg: float) -> pl.DataFrame:
    """Natural gas that gives so much CO2, by the library."""
    row = {
        "activity_id": "g", "start": START, "end": START + 24 * HOUR, "zone": "Asia/Shanghai",
        "precision": "day", "kind": "energy.fuel", "energy_carrier": "natural_gas",
        "place": "CN", "energy_j": 10**12, "quality": 1,
    }  # fmt: skip
    types = schema("activity").dtypes()
    frame = pl.DataFrame([row], schema={name: types[name] for name in row})
    one = quantify(frame, profile="ghg_protocol").emissions.filter(boundary="ttw")["co2e_ug"].sum()
    return frame.with_columns(energy_j=pl.lit(round(10**12 * kg * KG / one)))


def test_a_boiler_that_is_measured_as_it_is_calculated_is_corroborated() -> None:
    found = corroborate(record(stack(*[{}] * 24), place="CN").activities, gas(2400))

    assert found.measured_ug == 2400 * KG
    assert abs(found.difference_ppm or 0) <= 1
    assert (found.agrees, found.findings.height) == (True, 0)


def test_twice_as_much_in_the_stack_as_in_the_fuel_is_a_finding() -> None:
    found = corroborate(record(stack(*[{}] * 24), place="CN").activities, gas(1200))

    assert found.difference_ug == found.measured_ug - found.calculated_ug
    assert abs((found.difference_ppm or 0) - 10**6) <= 2
    assert (found.agrees, found.findings["code"].to_list()) == (False, ["TL564"])


def test_upstream_of_the_fuel_is_not_compared_with_the_stack() -> None:
    fuel = gas(2400)
    whole = quantify(fuel, profile="ghg_protocol").emissions["co2e_ug"].sum()
    found = corroborate(record(stack(*[{}] * 24)).activities, fuel)

    assert found.calculated_ug <= whole
    assert abs(found.calculated_ug - 2400 * KG) < KG


def test_nothing_calculated_has_no_ratio() -> None:
    found = corroborate(record(stack({})).activities, gas(0))

    assert (found.difference_ug, found.difference_ppm) == (100 * KG, None)


def test_a_stack_and_its_fuel_in_one_ledger_are_counted_twice() -> None:
    stack_ = record(stack(*[{}] * 24), every="day").activities
    fuel = schema("activity").fit(gas(2400).with_columns(subject=pl.lit("stack:K1")))
    later = fuel.with_columns(pl.col("start", "end") + 24 * HOUR)
    other = fuel.with_columns(subject=pl.lit("stack:K2"))

    found = counted_twice(pl.concat([stack_, fuel, later, other]))
    assert found.select("finding_id", "count").rows() == [("TL564|stack:K1", 1)]
    assert counted_twice(pl.concat([stack_, later, other])).height == 0
