"""What enters the formulas can be read."""

from __future__ import annotations

from typing import Any

from tests.account.test_rounds import FUEL, STOPS

from tanlu.account import quantify, trace
from tanlu.account.chains import Overrides


def test_a_traced_leg_has_inputs_and_results(activities: Any) -> None:
    row = trace(activities({})).row(0, named=True)
    made = quantify(activities({})).emissions.row(0, named=True)

    assert row["ttw_co2e_ug"] == made["co2e_ug"]
    assert row["rate"] > 0
    assert row["quantity"] == 10 * 250 * 1.05


def test_a_shared_total_is_traced_once(activities: Any) -> None:
    assert trace(activities(FUEL, *STOPS))["activity_id"].to_list() == ["fuel"]


def test_a_trace_takes_what_the_workspace_decided(activities: Any) -> None:
    order = activities({"origin": "Berlin", "destination": "Paris", "distance_m": None})
    decided = Overrides({"circuity": {"road": {"DE": 2.0}}})
    plain, chosen = trace(order), trace(order, chains=decided)

    assert chosen["distance_m"][0] > 1.4 * plain["distance_m"][0]
    assert chosen["ttw_co2e_ug"].to_list() == (
        quantify(order, chains=decided).emissions.filter(boundary="ttw")["co2e_ug"].to_list()
    )
