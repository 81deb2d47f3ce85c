"""Pages: each row once, at one version, whoever writes meanwhile."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.serve.api import Home
from tanlu.serve.resources import ROOMS
from tanlu.store import open_workspace, page
from tanlu.terms import schema
from tests.serving import client


@pytest.fixture
def asked(home):
    return client(home, rooms=ROOMS)


def _activities(first, count, supersedes=None):
    rows = [
        {
            "activity_id": f"A{number}", "start": number, "end": number + 1, "zone": "UTC",
            "precision": "instant", "kind": "transport.road", "subject": f"waybill:{number % 3}",
            "supersedes": supersedes,
        }
        for number in range(first, first + count)
    ]  # fmt: skip
    return schema("activity").fit(pl.DataFrame(rows, schema_overrides={"supersedes": pl.String}))


def _walk(asked, url):
    found, versions = [], set()
    while url:
        answer = asked.get(url)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert (f'<{told["next"]}>; rel="next"' == answer.headers.get("link")) or not told["next"]
        versions.add((told["ledger_version"], answer.headers["tanlu-ledger-version"]))
        found += told["items"]
        url = told["next"]
    assert len(versions) == 1
    return found


def test_a_walk_over_the_pages_gives_every_row_of_the_ledger_once(asked, home):
    rows = _walk(asked, "/v1/emissions?limit=97&columns=co2e_ug")
    ledger = home.workspace("home").scan("emission").collect()
    assert [row["emission_id"] for row in rows] == ledger["emission_id"].to_list()
    assert sum(int(row["co2e_ug"]) for row in rows) == ledger["co2e_ug"].sum()
    assert set(rows[0]) == {"emission_id", "co2e_ug"}


def test_a_period_has_what_starts_in_it_and_a_kind_what_is_below_it(asked, home):
    rows = _walk(asked, "/v1/activities?limit=50&period=2026-10-02&kind=transport")
    ledger = home.workspace("home").scan("activity").collect()
    start = 1_790_870_400_000_000  # 2026-10-02 in Asia/Shanghai
    wanted = ledger.filter(
        pl.col("start").is_between(start, start + 86_400_000_000, closed="left"),
        pl.col("kind").str.starts_with("transport"),
    )
    assert 0 < len(rows) < ledger.height
    assert [row["activity_id"] for row in rows] == wanted["activity_id"].to_list()


def test_a_cursor_is_good_for_its_own_query_and_ledger_only(asked, home):
    first = asked.get("/v1/emissions?limit=5&profile=iso14083").json()["next"]
    assert asked.get(first).status_code == 200
    assert asked.get(first.replace("limit=5", "limit=9")).status_code == 200
    for other in (
        first.replace("iso14083", "iso14064"),
        first.replace("/emissions", "/activities"),
        first[:-1] + ("A" if first[-1] != "A" else "B"),
        first.split("after=")[0] + "after=%E4%BD%A0",
        first.split("after=")[0] + "after=",
    ):
        answer = asked.get(other)
        assert answer.status_code in {400, 422}, other
        assert answer.json()["code"] in {"TL481", "TL486"}
    path = "/v1/emissions?" + first.partition("?")[2]
    assert client(home, rooms=ROOMS, tenant="other").get(path).json()["code"] == "TL481"


def test_a_slip_in_a_parameter_is_told_and_not_passed_over(asked):
    assert asked.get("/v1/emissions?profil=iso14083").json()["code"] == "TL486"
    assert asked.get("/v1/emissions?limit=1&limit=2").status_code == 422
    assert asked.get("/v1/emissions?limit=1001").status_code == 422
    assert asked.get("/v1/emissions?columns=co2e").status_code == 422


def test_what_held_at_a_version_or_in_an_edition_can_be_read_again(asked, home):
    workspace = home.workspace("home")
    before = workspace.version
    workspace.publish_edition(
        "first", profile="iso14083", gwp_set="AR6", spec_hash="0", factors_hash="0",
        code_version="0", co2e_ug="0",
    )  # fmt: skip
    workspace.append("activity", _activities(1, 3))
    count = workspace.scan("activity", as_of=before).collect().height
    for asked_for in (before, "first"):
        assert len(_walk(asked, f"/v1/activities?limit=1000&as_of={asked_for}")) == count
    assert len(_walk(asked, "/v1/activities?limit=1000")) == count + 3
    for nothing in ("999999", "99999999999999999999", "nobody"):
        assert asked.get(f"/v1/activities?as_of={nothing}").status_code == 404


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
        workspace.append("activity", _activities(first, count))
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
            workspace.append("activity", _activities(first, 5))
            first += 5
        elif step == "supersede":
            workspace.append("activity", _activities(first, 1, supersedes=wanted[-1]))
            first += 1
        elif step == "retract":
            workspace.retract("activity", pl.Series([wanted[-1]]))
    home.close()
    assert found == wanted


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["append", "supersede", "retract"]), max_size=8), st.data())
def test_a_page_of_the_store_is_a_slice_of_its_scan(tmp_path_factory, steps, data):
    workspace = open_workspace(tmp_path_factory.mktemp("store"), create=True)
    workspace.append("activity", _activities(0, 20))
    first = 20
    for step in steps:
        some = f"A{data.draw(st.integers(0, first - 1))}"
        if step == "retract":
            workspace.retract("activity", pl.Series([some]))
        else:
            old = some if step == "supersede" else None
            workspace.append("activity", _activities(first, 4, supersedes=old))
            first += 4
    version = data.draw(st.integers(0, workspace.version))
    subject = data.draw(st.sampled_from([None, "waybill:0", "waybill:9"]))
    between = data.draw(st.sampled_from([None, (3, 30), (100, 200)]))
    limit, after, found = data.draw(st.integers(1, 30)), 0, []
    while after is not None:
        rows, after = page(
            workspace, "activity", version=version, after=after, limit=limit, subject=subject,
            between=between, columns=["activity_id"],
        )  # fmt: skip
        assert rows.height <= limit
        found += rows["activity_id"].to_list()
    scan = workspace.scan("activity", as_of=version, subject=subject, between=between)
    assert found == scan.collect()["activity_id"].to_list()
