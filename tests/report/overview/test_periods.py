"""Periods that hold something, and the one before."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.report.overview import before, grounds, months
from tanlu.store import open_workspace

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        ("2026", "2025"),
        ("2026-Q1", "2025-Q4"),
        ("2026-Q3", "2026-Q2"),
        ("2026-01", "2025-12"),
        ("2024-03", "2024-02"),
        ("2024-03-01", "2024-02-29"),
        ("2026-01/2026-03", None),
    ],
)
def test_the_period_before_is_of_the_same_kind(period, earlier):
    assert before(period, ZONE) == earlier


def test_what_is_no_period_is_refused():
    with pytest.raises(TanluError, match="TL112"):
        before("soon", ZONE)


def test_months_are_those_that_hold_rows_newest_first(network_books):
    workspace = open_workspace(network_books)
    found = months(workspace)
    assert [name for name, _ in found] == sorted((name for name, _ in found), reverse=True)
    assert sum(rows for _, rows in found) == workspace.scan("emission").collect().height


def test_the_grounds_of_a_ledger_are_those_of_its_rows(network_books):
    workspace = open_workspace(network_books)
    rows = workspace.scan("emission", columns=["profile", "basis"]).unique().collect()
    assert grounds(workspace) == tuple(rows.sort("profile", "basis").rows())


def test_a_ledger_without_emissions_has_no_grounds(tmp_path):
    assert grounds(open_workspace(tmp_path / "books", create=True)) == ()
