"""What enters the formulas can be read."""

from __future__ import annotations

from typing import Any

from tests.account.test_rounds import FUEL, STOPS

from tanlu.account import quantify, trace


def test_a_traced_leg_has_inputs_and_results(activities: Any) -> None:
    row = trace(activities({})).row(0, named=True)
    made = quantify(activities({})).emissions.row(0, named=True)

    assert row["ttw_co2e_ug"] == made["co2e_ug"]
    assert row["rate"] > 0
    assert row["quantity"] == 10 * 250 * 1.05


def test_a_shared_total_is_traced_once(activities: Any) -> None:
    assert trace(activities(FUEL, *STOPS))["activity_id"].to_list() == ["fuel"]
