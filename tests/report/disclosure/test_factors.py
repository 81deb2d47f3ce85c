"""Every factor behind an inventory names its document."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.report.disclosure.inventory import made

from tanlu.report.disclosure import factors
from tanlu.report.organisation import lines


def test_factors_are_told_with_their_documents_largest_first(tmp_path: Path) -> None:
    workspace, boundary = made(tmp_path)
    rows = lines(workspace, boundary)
    told = factors(workspace, rows)
    amounts = [Decimal(row["co2e_kg"]) for row in told["factors"]]

    assert amounts == sorted(amounts, reverse=True)
    assert sum(amounts).scaleb(9) == rows["counted_ug"].sum()
    assert [row for row in told["factors"] if not row["sources"]] == []
    assert len(told["factors_hash"]) == 64


def test_an_inventory_without_lines_has_no_factors(tmp_path: Path) -> None:
    workspace, boundary = made(tmp_path)

    assert factors(workspace, lines(workspace, boundary).head(0))["factors"] == []
