"""The doubt of a ledger as a document."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.report.workspace import made

from tanlu.errors import TanluError
from tanlu.report import text, transport
from tanlu.report.doubt import sheet
from tanlu.terms import Document


def document(workspace: Any, *words: Any, **options: Any) -> Document:
    *_, last = sheet(workspace, *words, **options)
    assert isinstance(last.result, Document)
    return last.result


def test_the_total_is_that_of_the_transport_report(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    facts = document(workspace).facts

    assert facts["co2e_kg"] == transport(workspace).facts["co2e_wtw_kg"]
    kinds = [Decimal(row["co2e_kg"]) for row in facts["by"]["kind"]]
    assert Decimal(facts["co2e_kg"]) == sum(kinds)


def test_quality_of_the_activities_is_told_as_own_error(tmp_path: Path) -> None:
    facts = document(made(tmp_path)).facts

    assert Decimal(facts["approach_1"]["shared_percent"]) < 100
    assert any(row["cause"] == "data" for row in facts["ranking"])


def test_another_period_is_empty(tmp_path: Path) -> None:
    assert document(made(tmp_path), "2019").facts["co2e_kg"] == "0"


def test_it_speaks_both_tongues(tmp_path: Path) -> None:
    workspace = made(tmp_path)

    assert "先测什么" in text(document(workspace, language="zh"))
    assert "What to measure first" in text(document(workspace, language="en"))


def test_an_inventory_is_cut_by_scope_and_category_of_what_it_counts(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    lines = workspace.scan("emission").collect().with_columns(
        pl.when(boundary="wtt").then(3).otherwise(1).cast(pl.Int64).alias("scope"),
        pl.when(boundary="wtt").then(4).cast(pl.Int64).alias("category"),
        (pl.col("co2e_ug") // 2).alias("counted_ug"),
    )  # fmt: skip
    found = document(workspace, by=("scope", "category"), inventory=lines, language="zh")

    assert Decimal(found.facts["co2e_kg"]) == Decimal(int(lines["counted_ug"].sum())).scaleb(-9)
    assert {row["scope"] for row in found.facts["by"]["scope"]} == {"1", "3"}
    shown = text(found)
    assert "范围三" in shown
    assert "上游运输" in shown


def test_a_column_that_no_emission_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TanluError) as raised:
        document(made(tmp_path), by=("colour",))

    assert raised.value.code == "TL803"


def test_an_inventory_on_both_bases_is_no_sum(tmp_path: Path) -> None:
    rows = pl.DataFrame({
        "activity_id": ["a", "a"], "share_key": [None, None], "boundary": ["generation"] * 2,
        "basis": ["location", "market"],
    }, schema_overrides={"share_key": pl.String})  # fmt: skip

    with pytest.raises(TanluError, match="TL801"):
        list(sheet(made(tmp_path), inventory=rows))
