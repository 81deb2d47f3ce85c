"""What is recorded about a subject."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.report.trail.about import about, emitted, grouped, unquantified
from tanlu.store import open_workspace


@pytest.fixture(scope="module")
def workspace(network_books):
    return open_workspace(network_books)


@pytest.fixture(scope="module")
def subject(workspace):
    rows = workspace.scan("emission").filter(pl.col("leg_no") > 2)
    return rows.select("subject").head(1).collect().item()


def test_activities_emissions_and_total_are_those_of_a_look_at_all_rows(workspace, subject):
    activities, count, _ = about(workspace, subject, None)
    all_ = workspace.scan("activity").filter(pl.col("subject") == subject).collect()
    assert set(activities["activity_id"]) == set(all_["activity_id"])
    assert count == all_.height
    rows, market = emitted(workspace, activities, "iso14083", None)
    wanted = workspace.scan("emission").filter(
        pl.col("activity_id").is_in(all_["activity_id"].implode()), profile="iso14083"
    ).filter(pl.col("basis") != "market").collect()  # fmt: skip
    assert set(rows["emission_id"]) == set(wanted["emission_id"])
    assert market.is_empty()
    assert sum(len(each) for each in grouped(rows)) == rows.height
    assert unquantified(workspace, activities, rows, None) == []


def test_what_nobody_recorded_is_told(workspace):
    with pytest.raises(TanluError, match="TL806"):
        about(workspace, "waybill:none", None)


def test_the_total_is_the_sum_and_lies_within_its_interval(workspace, subject):
    from tanlu.report import why

    rows = workspace.scan("emission").filter(pl.col("subject") == subject).collect()
    told = why(workspace, subject).facts["total"]
    assert int(told["co2e_ug"]) == rows["co2e_ug"].sum()
    assert float(told["lower_kg"]) < float(told["co2e_kg"]) < float(told["upper_kg"])
