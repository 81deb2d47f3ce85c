"""Emissions by one profile and one basis; what has none is told."""

from __future__ import annotations

import polars as pl
from examples.trace import order

from tanlu.store import open_workspace
from tanlu.track.trace import trace


def test_one_profile_and_basis_at_a_time_and_the_others_are_named(tmp_path) -> None:
    rows = order.emissions()
    other = rows.with_columns(
        profile=pl.lit("cn_road"), emission_id=pl.col("emission_id") + "|cn_road"
    )
    market = rows.with_columns(
        basis=pl.lit("market"), emission_id=pl.col("emission_id") + "|market", co2e_ug=pl.lit(1)
    )
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", order.activities())
    workspace.append("emission", pl.concat([rows, other, market], how="vertical_relaxed"))
    usual, asked = trace(workspace, order.ORDER), trace(workspace, order.ORDER, profile="cn_road")

    assert (usual.profile, asked.profile) == ("iso14083", "cn_road")
    assert usual.emissions["co2e_ug"].sum() == 10_640_000_000 == asked.emissions["co2e_ug"].sum()
    assert usual.available.rows() == [
        ("cn_road", "none", 10), ("iso14083", "market", 10), ("iso14083", "none", 10),
    ]  # fmt: skip


def test_a_leg_without_an_emission_is_told_and_not_nothing(ledger) -> None:
    found = trace(ledger, order.ORDER)
    last = found.legs.filter(relation="self")[-1]

    assert last["quantified"].to_list() == ["no"]
    assert found.findings.filter(code="TL434")["value"].to_list() == [f"{order.ORDER}/6"]


def test_why_it_has_none_is_told_where_the_ledger_knows(tmp_path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", order.activities())
    finding = pl.DataFrame({"finding_id": ["1"], "code": ["TL501"], "severity": ["warning"],
                            "subject": [f"activity:{order.ORDER}/6"], "count": [1]})  # fmt: skip
    workspace.append("finding", finding)
    values = trace(workspace, order.ORDER).findings.filter(code="TL434")["value"]

    assert f"{order.ORDER}/6 (TL501)" in values


def test_a_total_that_was_shared_out_is_no_gap(tmp_path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", order.activities())
    shared = order.emissions().with_columns(share_of=pl.lit(f"{order.ORDER}/6"))
    workspace.append("emission", shared)
    found = trace(workspace, order.ORDER)

    assert found.legs.filter(relation="self")["quantified"].to_list() == ["yes"] * 5 + ["shared"]
    assert found.findings.is_empty()


def test_stages_come_in_the_order_of_life(ledger) -> None:
    found = trace(ledger, order.ORDER).stages.filter(relation="self", boundary="ttw")

    assert found.select("stage", "co2e_ug").rows() == [
        ("warehousing", 64_000_000), ("trunk", 8_448_000_000),
    ]  # fmt: skip


def test_sums_of_stages_are_wide(tmp_path) -> None:
    most = (1 << 63) - 1
    rows = order.emissions().with_columns(co2e_ug=pl.lit(most), stage=pl.lit("trunk"))
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", order.activities())
    workspace.append("emission", rows)
    found = trace(workspace, order.ORDER).stages.filter(relation="self", boundary="ttw")

    assert found.select("rows", "co2e_ug").rows() == [(5, 5 * most)]
