"""Rows of tables, page by page: each row once, at one version, whoever writes meanwhile."""

from __future__ import annotations

from urllib.parse import quote

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.serve.api import Home
from tanlu.serve.resources import ROOMS
from tanlu.store import open_workspace
from tests.serve.resources.walking import activities, walk
from tests.serving import client


def test_a_walk_over_the_pages_gives_every_row_of_the_ledger_once(asked, home):
    rows = walk(asked, "/v1/emissions?limit=97&columns=co2e_ug")
    ledger = home.workspace("home").scan("emission").collect()
    assert [row["emission_id"] for row in rows] == ledger["emission_id"].to_list()
    assert sum(int(row["co2e_ug"]) for row in rows) == ledger["co2e_ug"].sum()
    assert set(rows[0]) == {"emission_id", "co2e_ug"}


def test_a_period_has_what_starts_in_it_and_a_kind_what_is_below_it(asked, home):
    rows = walk(asked, "/v1/activities?limit=50&period=2026-10-02&kind=transport")
    ledger = home.workspace("home").scan("activity").collect()
    start = 1_790_870_400_000_000  # 2026-10-02 in Asia/Shanghai
    wanted = ledger.filter(
        pl.col("start").is_between(start, start + 86_400_000_000, closed="left"),
        pl.col("kind").str.starts_with("transport"),
    )
    assert 0 < len(rows) < ledger.height
    assert [row["activity_id"] for row in rows] == wanted["activity_id"].to_list()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.integers(1, 17),
    st.lists(st.sampled_from(["append", "supersede", "retract", "nothing"]), max_size=6),
)
def test_pages_meet_each_row_once_while_others_append(tmp_path_factory, parts, limit, meanwhile):
    folder = tmp_path_factory.mktemp("pages")
    workspace = open_workspace(folder, create=True)
    first = 0
    for count in parts:
        workspace.append("activity", activities(first, count))
        first += count
    wanted = workspace.scan("activity").collect()["activity_id"].to_list()
    home = Home(folder)
    asked = client(home, rooms=ROOMS)
    found, url, steps = [], f"/v1/activities?limit={limit}", list(meanwhile)
    while url:
        told = asked.get(url).json()
        found += [row["activity_id"] for row in told["items"]]
        url = told["next"]
        step = steps.pop() if steps else "nothing"
        if step == "append":
            workspace.append("activity", activities(first, 5))
            first += 5
        elif step == "supersede":
            workspace.append("activity", activities(first, 1, supersedes=wanted[-1]))
            first += 1
        elif step == "retract":
            workspace.retract("activity", pl.Series([wanted[-1]]))
    home.close()
    assert found == wanted


def test_one_row_is_found_by_its_identity_whatever_signs_it_has(asked, home):
    workspace = home.workspace("home")
    row = activities(1, 1).with_columns(activity_id=pl.lit("a/b?c|d 单"))
    workspace.append("activity", row)
    told = asked.get(f"/v1/activities/{quote('a/b?c|d 单', safe='')}")
    assert told.json()["activity_id"] == "a/b?c|d 单"
    assert told.json()["start"] == 1
    before = asked.get(f"/v1/activities/{quote('a/b?c|d 单', safe='')}?as_of=1")
    assert (before.status_code, before.json()["code"]) == (404, "TL484")
    emission = workspace.scan("emission").head(1).collect().row(0, named=True)
    found = asked.get(f"/v1/emissions/{quote(emission['emission_id'], safe='')}").json()
    assert found["co2e_ug"] == str(emission["co2e_ug"])
    assert asked.get(f"/v1/emissions/{quote(emission['activity_id'], safe='')}").status_code == 404


def test_refused_rows_are_told_to_who_may_see_originals(home):
    """They stand there whole, as in their file: who only looks on sees them on no page either."""
    for role, status in (
        ("manager", 200), ("operator", 200), ("verifier", 200),
        ("viewer", 403), ("developer", 403), ("supplier", 403),
    ):  # fmt: skip
        assert client(home, role, rooms=ROOMS).get("/v1/quarantine").status_code == status, role
