"""Findings of a comparison say their code, stage and how many rows."""

from __future__ import annotations

from tests.account.shift.rows import emissions

from tanlu.account.shift import compare


def test_a_comparison_without_a_doubt_has_no_finding() -> None:
    rows = emissions(("trunk", 1, 10))

    assert compare(rows, rows, known=()).findings.height == 0


def test_what_disappears_counts_its_rows() -> None:
    before = emissions(("trunk", 1, 10), ("trunk", 1, 10), ("delivery", 1, 10))
    found = compare(before, emissions(("delivery", 1, 10)), known=()).findings

    assert found.select("code", "subject", "count").rows() == [("TL557", "stage:trunk", 2)]


def test_a_rise_everywhere_is_no_shift() -> None:
    found = compare(emissions(("trunk", 1, 10)), emissions(("trunk", 1, 20)), known=())

    assert found.findings.height == 0
