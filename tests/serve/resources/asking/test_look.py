"""A look: at one version, and a tag that is the same exactly while the answer is."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.serve.resources import ROOMS
from tests.serve.resources.walking import activities, walk
from tests.serving import client

URLS = (
    "/v1/emissions?limit=3", "/v1/emissions?limit=4", "/v1/emissions?limit=3&columns=kind",
    "/v1/activities?limit=3", "/v1/shipments?limit=2", "/v1/totals", "/v1/totals?by=tier",
    "/v1/factors?limit=2", "/v1/schemas", "/v1/findings", "/v1/originals", "/v1/streams",
)  # fmt: skip
BOUNDARY = """name = "{name}"
approach = "operational_control"

[[entity]]
id = "parks"
operators = ["TANLU-PARKS"]
"""


def test_what_held_at_a_version_or_in_an_edition_can_be_read_again(asked, home):
    workspace = home.workspace("home")
    before = workspace.version
    workspace.publish_edition(
        "first", profile="iso14083", gwp_set="AR6", spec_hash="0", factors_hash="0",
        code_version="0", co2e_ug="0",
    )  # fmt: skip
    workspace.append("activity", activities(1, 3))
    count = workspace.scan("activity", as_of=before).collect().height
    for asked_for in (before, "first"):
        assert len(walk(asked, f"/v1/activities?limit=1000&as_of={asked_for}")) == count
    assert len(walk(asked, "/v1/activities?limit=1000")) == count + 3
    for nothing in ("999999", "99999999999999999999", "nobody"):
        assert asked.get(f"/v1/activities?as_of={nothing}").status_code == 404


@pytest.mark.parametrize("url", URLS)
def test_who_has_it_already_gets_nothing_until_the_ledger_changes(asked, home, url):
    first = asked.get(url)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for said in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = asked.get(url, headers={"if-none-match": said})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert asked.get(url, headers={"if-none-match": '"other"'}).status_code == 200
    workspace = home.workspace("home")
    workspace.retract("finding", pl.Series(["nothing"]))
    changed = asked.get(url, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(URLS), st.sampled_from(["en", "zh"])), min_size=2))
def test_one_tag_is_one_answer(read_only, asks):
    told = {}
    for url, language in asks:
        answer = read_only.get(url, headers={"accept-language": language})
        assert told.setdefault(answer.headers["etag"], answer.content) == answer.content
    assert len(told) == len(set(asks))


def test_two_organisations_never_share_a_tag(home):
    ours, theirs = (client(home, rooms=ROOMS, tenant=name) for name in ("home", "other"))
    tag = ours.get("/v1/schemas").headers["etag"]
    assert theirs.get("/v1/schemas", headers={"if-none-match": tag}).status_code == 200


def test_another_boundary_of_the_inventory_is_another_answer(asked, home):
    file = home.workspace("home").path / "organisation.toml"
    assert asked.get("/v1/inventory").status_code == 404
    tags = set()
    for name in ("One", "Two"):
        file.write_text(BOUNDARY.format(name=name), encoding="utf-8")
        answer = asked.get("/v1/inventory?period=2026")
        assert answer.status_code == 200, answer.text
        tags.add(answer.headers["etag"])
    assert len(tags) == 2
