"""The sums behind the first page."""

from __future__ import annotations

import shutil
from decimal import Decimal

import polars as pl
import pytest

from tanlu.account import quantify_all
from tanlu.report import transport
from tanlu.report.heat import heat
from tanlu.report.items import cubes
from tanlu.report.overview import carry, cut, overview, subjects, tiers
from tanlu.report.overview.sums import summed
from tanlu.store import open_workspace


def test_every_cut_sums_to_the_same_total(network_books):
    workspace = open_workspace(network_books)
    sums = summed(workspace, None, as_of=None, profile=None, basis=None)
    total = sums.co2e_ug
    assert total > 0
    for table in (sums.kinds, sums.flows, sums.days):
        assert table["co2e_ug"].sum() == total
        assert table["transport_kgm"].sum() == sums.transport_kgm
    assert sums.lanes["co2e_ug"].sum() <= total
    named = workspace.scan("emission").select(pl.coalesce("shipment", "consignment")).collect()
    assert sums.shipments == named.drop_nulls().to_series().n_unique() > 0


@pytest.fixture(scope="module")
def changed(network_books, tmp_path_factory):
    """A ledger of two profiles and both bases, some superseded, retracted, quantified anew."""
    path = tmp_path_factory.mktemp("changed") / "books"
    shutil.copytree(network_books, path)
    workspace = open_workspace(path)
    overview(workspace)
    list(carry(workspace))
    first = workspace.version
    list(quantify_all(workspace, profile="ghg_protocol"))
    rows = workspace.scan("activity").filter(pl.col("kind") == "transport.road").collect()
    again = (
        rows.sort("activity_id")
        .head(3)
        .with_columns(
            supersedes=pl.col("activity_id"),
            activity_id=pl.col("activity_id") + "/new",
            mass_mg=pl.Series([None, 5_000_000, 7_000_000], dtype=pl.Int64),
        )
    )
    workspace.append("activity", again)
    workspace.retract("activity", rows.sort("activity_id")["activity_id"].slice(5, 2))
    list(quantify_all(workspace))
    return workspace, first


@pytest.mark.parametrize(
    ("profile", "basis"),
    [("iso14083", "location"), ("ghg_protocol", "location"), ("ghg_protocol", "market")],
)
@pytest.mark.parametrize("kept", [True, False])
def test_every_view_says_one_total_whatever_was_corrected(
    changed, monkeypatch, profile, basis, kept
):
    workspace, _ = changed
    if kept:
        list(carry(workspace))
    else:
        monkeypatch.setattr(cubes, "cells", lambda *_, **__: None)
    by = {"profile": profile, "basis": basis}
    facts = overview(workspace, "2026-10", **by).facts
    report = transport(workspace, "2026-10", **by).facts
    total = int(Decimal(facts["co2e_kg"]) * 10**9)
    assert total > 0
    assert facts["co2e_kg"] == report["co2e_wtw_kg"]
    assert facts["transport_tkm"] == report["transport_tkm"]
    assert facts["unquantified"] == report["unquantified"]["activities"]
    assert heat(workspace, "2026-10", **by).co2e_ug == total
    assert int(tiers(workspace, **by)[0].filter(month="2026-10")["co2e_ug"].sum()) == total
    assert int(subjects(workspace, "2026-10", {}, **by)["co2e_ug"].sum()) == total
    for key in ("kind", "tier", "day", "lane", "boundary", "payer"):
        found = cut(workspace, "2026-10", key, {}, **by)
        assert int(found.rows["co2e_ug"].sum()) + found.rest_ug == found.total_ug == total


def test_what_stood_before_stands_at_its_version(changed):
    workspace, first = changed
    facts = overview(workspace, "2026-10", as_of=first, profile="iso14083").facts
    assert facts["co2e_kg"] == transport(workspace, "2026-10", as_of=first).facts["co2e_wtw_kg"]
    now = overview(workspace, "2026-10", profile="iso14083").facts
    assert facts["co2e_kg"] != now["co2e_kg"]
    assert facts["ledger_version"] == first
