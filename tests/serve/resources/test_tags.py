"""Tags: the same tag means the same bytes, and a ledger that changed has another."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.serve.resources import ROOMS
from tanlu.serve.resources.asking.keeping import Kept
from tests.serving import client

URLS = (
    "/v1/emissions?limit=3", "/v1/emissions?limit=4", "/v1/emissions?limit=3&columns=kind",
    "/v1/activities?limit=3", "/v1/shipments?limit=2", "/v1/totals", "/v1/totals?by=tier",
    "/v1/factors?limit=2", "/v1/schemas", "/v1/findings", "/v1/originals", "/v1/streams",
)  # fmt: skip


@pytest.fixture
def asked(home):
    return client(home, rooms=ROOMS)


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


@pytest.fixture(scope="module")
def read_only(network_books, tmp_path_factory):
    from tests.serving import home

    made = home(network_books, tmp_path_factory.mktemp("tags"))
    yield client(made, rooms=ROOMS)
    made.close()


def test_two_organisations_never_share_a_tag(home):
    ours, theirs = (client(home, rooms=ROOMS, tenant=name) for name in ("home", "other"))
    tag = ours.get("/v1/schemas").headers["etag"]
    assert theirs.get("/v1/schemas", headers={"if-none-match": tag}).status_code == 200


def test_dear_answers_are_kept_within_their_room():
    kept = Kept(room=10, largest=6)
    kept.put("a", b"12345")
    kept.put("b", b"12345")
    assert kept.get("a") == b"12345"
    kept.put("c", b"1")
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (b"12345", None, b"1")
    kept.put("d", b"1234567")
    assert kept.get("d") is None
    kept.put("a", b"1")
    kept.put("e", b"123456")
    assert kept.get("c") == b"1"
