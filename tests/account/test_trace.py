"""What enters the formulas is what was quantified."""

from __future__ import annotations

from tests.report.workspace import activities

from tanlu.account import quantify, trace


def test_the_trace_of_a_leg_holds_the_micrograms_of_its_emission() -> None:
    batch = activities()
    traced = {row["activity_id"]: row for row in trace(batch).iter_rows(named=True)}
    recorded = quantify(batch).emissions.filter(activity_id="a1", boundary="ttw")

    assert traced["a1"]["ttw_co2e_ug"] == recorded["co2e_ug"][0]


def test_a_measured_total_is_traced_as_one_row() -> None:
    traced = trace(activities())

    assert traced.filter(activity_id="e1").height == 1
    assert traced.filter(activity_id="b1").is_empty()
