"""Sums over HTTP are those of the reports, and never across rules."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.report import transport
from tests.serve.resources.walking import activities


def test_totals_are_the_facts_of_the_report(asked, home):
    workspace = home.workspace("home")
    told = asked.get("/v1/totals?period=2026-10&by=month,tier&lang=en").json()
    wanted = transport(
        workspace, "2026-10", by=("month", "tier"), profile="iso14083", basis="location",
        as_of=workspace.version,
    ).facts  # fmt: skip
    assert told["co2e_wtw_kg"] == wanted["co2e_wtw_kg"]
    assert set(told["by"]) == {"month", "tier"}
    assert told["lower_kg"] == wanted["lower_kg"]


def test_bases_are_told_apart_and_never_summed(asked):
    location = asked.get("/v1/totals").json()
    market = asked.get("/v1/totals?basis=market").json()
    assert (location["basis"], market["basis"]) == ("location", "market")


def test_where_several_rules_hold_and_none_is_the_usual_one_is_asked_for(asked, home):
    workspace = home.workspace("home")
    rows = workspace.scan("emission").collect()
    ids = rows["emission_id"].unique()
    workspace.retract("emission", ids)
    for name in ("iso14064", "iso14067"):
        workspace.append(
            "emission",
            rows.with_columns(
                profile=pl.lit(name),
                emission_id=pl.col("emission_id").str.replace("iso14083", name),
            ),
        )
    told = asked.get("/v1/totals")
    assert (told.status_code, told.json()["code"]) == (409, "TL801")
    assert asked.get("/v1/shipments").status_code == 409


@pytest.mark.parametrize(
    ("query", "code"),
    [("by=nothing", "TL803"), ("period=2026-13", "TL486"), ("profile=nothing", "TL206")],
)
def test_what_cannot_be_summed_is_refused(read_only, query, code):
    told = read_only.get(f"/v1/totals?{query}")
    assert 400 <= told.status_code < 500
    assert told.json()["code"].startswith("TL")
    assert told.json()["code"] == code or query.startswith("profile")


def test_why_tells_what_it_is_asked_and_nothing_of_nobody(asked, home):
    home.workspace("home").append("activity", activities(1, 2))
    told = asked.get("/v1/why?subject=activity_id:A1").json()
    assert told["activities"]["count"] == 1
    assert told["unquantified"][0]["activity_id"] == "A1"
    assert asked.get("/v1/why?subject=nobody").status_code == 404
    assert asked.get("/v1/why").status_code == 422
