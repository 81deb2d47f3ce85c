"""A total cut by any key."""

from __future__ import annotations

from tanlu.report.overview import cut, subjects


def test_a_row_of_one_kind_has_the_interval_that_the_ledger_gives(home):
    found = cut(home.workspace("home"), None, "kind", {})
    for row in found.rows.iter_rows(named=True):
        assert row["lower_ug"] <= row["co2e_ug"] <= row["upper_ug"]
    assert found.rows["co2e_ug"].sum() == found.total_ug


def test_the_shipments_of_a_cut_sum_to_it(home):
    workspace = home.workspace("home")
    road = next(
        row for row in cut(workspace, None, "kind", {}).rows.iter_rows(named=True)
        if row["key"] == "transport.road"
    )  # fmt: skip
    found = subjects(workspace, None, {"kind": "transport.road"})
    assert found["co2e_ug"].sum() == int(road["co2e_ug"])
