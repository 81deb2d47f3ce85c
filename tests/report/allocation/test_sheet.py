"""Who bears what of the totals of a ledger, and what another key would have given."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.report.workspace import made

from tanlu.errors import TanluError
from tanlu.report import text
from tanlu.report.allocation import allocation


def test_the_keys_in_use_hold_every_share(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    rows = workspace.scan("emission").filter(pl.col("share_of").is_not_null()).collect()
    facts = allocation(workspace).facts

    assert [row["code"] for row in facts["keys"]] == [None]
    assert facts["keys"][0]["legs"] == rows["activity_id"].n_unique()
    assert Decimal(facts["keys"][0]["co2e_kg"]) == Decimal(int(rows["co2e_ug"].sum())).scaleb(-9)


def test_what_is_suspect_is_told(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    more = workspace.scan("activity").filter(activity_id="a1").collect()
    heavy = more.with_columns(
        pl.lit("heavy").alias("activity_id"), pl.lit(90 * 10**9, pl.Int64).alias("mass_mg")
    )
    workspace.append("activity", heavy)
    document = allocation(workspace)

    assert document.facts["findings"] == 1
    assert document.facts["suspects"][0]["code"] == "TL550"
    assert "90.0 t" in text(document)


def test_every_key_shares_the_same_total(tmp_path: Path) -> None:
    facts = allocation(made(tmp_path), "round:r1").facts
    total = Decimal(facts["co2e_kg"])

    assert facts["keys"] == ["mass_distance", "mass", "even"]
    for name in ("borne", *facts["keys"]):
        assert total == sum(Decimal(row[f"{name}_kg"]) for row in facts["shares"])


def test_the_ledger_bears_by_the_usual_key(tmp_path: Path) -> None:
    for row in allocation(made(tmp_path), "round:r1").facts["shares"]:
        # boundaries are rounded apart
        assert abs(Decimal(row["borne_kg"]) - Decimal(row["mass_distance_kg"])) <= Decimal("2e-9")


def test_it_speaks_both_tongues(tmp_path: Path) -> None:
    workspace = made(tmp_path)

    assert "质量乘直达距离" in text(allocation(workspace, "round:r1", language="zh"))
    assert "mass times direct" in text(allocation(workspace, language="en"))


@pytest.mark.parametrize(
    ("group", "code"),
    [("r1", "TL553"), ("round:", "TL806"), ("round:nobody", "TL806"), ("vehicle:v", "TL553"),
     ("", "TL553")],
)  # fmt: skip
def test_a_group_without_a_shared_total_is_refused(tmp_path: Path, group: str, code: str) -> None:
    with pytest.raises(TanluError) as raised:
        allocation(made(tmp_path), group)

    assert code == raised.value.code
