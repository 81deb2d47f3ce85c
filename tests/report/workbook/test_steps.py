"""Every emission is either explained by its steps or said not to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from tests.report.workspace import activities, made

from tanlu.account import quantify
from tanlu.report.workbook.steps import Steps, steps
from tanlu.store import open_workspace


def of(workspace: Any) -> Steps:
    *_, found = steps(workspace, workspace.scan("emission").collect())
    assert isinstance(found, Steps)
    return found


def test_every_row_is_a_row_a_share_or_printed(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    found = of(workspace)
    parts = [found.rows.filter("counts"), found.shares.filter("counts"), found.kept]
    ids = pl.concat([part["emission_id"] for part in parts]).sort()

    assert ids.to_list() == workspace.scan("emission").collect()["emission_id"].sort().to_list()


def test_a_total_that_is_shared_is_a_row_that_does_not_count(tmp_path: Path) -> None:
    found = of(made(tmp_path))
    totals = found.rows.filter(~pl.col("counts"))

    assert totals["activity_id"].to_list() == ["e1", "e1"]
    assert totals["co2e_ug"].sum() == found.shares["co2e_ug"].sum()


def test_each_fuel_of_a_blend_has_a_total_of_its_own(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "ledger", create=True)
    fuel = pl.col("activity_id") == "e1"
    facts = activities().with_columns(
        bio_ppm=pl.when(fuel).then(70_000).otherwise("bio_ppm"),
        bio_basis=pl.when(fuel).then(pl.lit("volume")).otherwise("bio_basis"),
    )
    workspace.append("activity", facts)
    workspace.append("emission", quantify(facts).emissions)
    found = of(workspace)

    assert found.kept.height == 0
    assert found.rows.filter(~pl.col("counts")).height == 4
    assert found.shares["rest"].abs().max() < 1  # type: ignore[operator]


def test_a_share_by_a_rule_that_is_not_known_is_printed(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    moved = pl.when(pl.col("share_of").is_not_null()).then(1_000_000).otherwise(0)
    sign = pl.when(pl.col("activity_id") == "b1").then(1).otherwise(-1)
    lines = workspace.scan("emission").collect().with_columns(pl.col("co2e_ug") + moved * sign)

    class Other:
        zone, version, path = workspace.zone, workspace.version, workspace.path

        def __getattr__(self, name: str) -> Any:
            return getattr(workspace, name)

        def scan(self, table: str, **options: Any) -> pl.LazyFrame:
            return lines.lazy() if table == "emission" else workspace.scan(table, **options)

    *_, found = steps(Other(), lines)
    assert isinstance(found, Steps)

    assert found.shares.height == 0
    assert found.kept["method"].unique().to_list() == ["allocation"]
