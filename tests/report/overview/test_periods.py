"""Periods that hold something, and the one before."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.report.overview import before, months
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
