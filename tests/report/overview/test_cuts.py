"""A total cut by any key."""

from __future__ import annotations

import pytest
from tests.report.ledger import kept, legs

from tanlu.errors import TanluError
from tanlu.report.items.totals import KEYS
from tanlu.report.overview import cut, cuts, subjects


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


def test_what_is_not_listed_is_summed_and_of_time_everything_is_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(cuts, "MOST", 2)
    days = [(f"2026-10-0{day}", day * 10**9) for day in range(1, 6)]
    books = kept(tmp_path, *legs(*days))
    found = cut(books, "2026-10", "shipment", {})
    assert (found.rows.height, found.more, found.rest_ug, found.rest_legs) == (2, 3, 6 * 10**9, 3)
    assert int(found.rows["co2e_ug"].sum()) + found.rest_ug == found.total_ug
    by_day = cut(books, "2026-10", "day", {})
    assert (by_day.rows.height, by_day.more, by_day.rest_ug) == (5, 0, 0)


def test_a_total_can_be_cut_by_every_key_that_is_named(home):
    workspace = home.workspace("home")
    for key in KEYS:
        assert int(cut(workspace, None, key, {}).rows["co2e_ug"].sum()) > 0
    with pytest.raises(TanluError, match="TL803"):
        cut(workspace, None, "operation", {})
