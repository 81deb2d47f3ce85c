"""The ledger itself: editions, log, proofs, originals."""

from __future__ import annotations

import hashlib

import pytest

from tanlu.serve.resources import ROOMS
from tanlu.store.log import begin_log, log_of
from tanlu.verify.pack import check_proof
from tests.serve.resources.walking import walk
from tests.serving import client, last


@pytest.fixture
def logged(home):
    workspace = home.workspace("home")
    last(begin_log(workspace).catch_up())
    log_of(workspace).checkpoint()
    return client(home, rooms=ROOMS)


def test_the_log_is_told_entry_by_entry_under_its_checkpoint(logged):
    told = logged.get("/v1/log").json()
    rows = walk(logged, "/v1/log/entries?limit=7")
    assert [row["index"] for row in rows] == list(range(told["size"]))
    assert logged.get("/v1/log/entries/0").json() == rows[0]
    note = logged.get("/v1/log/checkpoint")
    assert note.text.startswith(told["origin"])
    assert f"\n{told['checkpoint_size']}\n" in note.text
    assert logged.get(f"/v1/log/entries/{told['size']}").status_code == 404


def test_a_proof_over_http_is_one_that_the_offline_check_takes(logged):
    name = logged.get("/v1/shipments?limit=1").json()["items"][0]["shipment"]
    activity = logged.get(f"/v1/activities?shipment={name}").json()["items"][0]["activity_id"]
    proofs = logged.post("/v1/proofs", json={"subject": activity}).json()
    assert proofs
    policy = logged.get("/v1/log").json()["policy"]
    for each in proofs:
        shown = check_proof(each["proof"].encode(), policy)
        assert (shown["index"], shown["table"]) == (each["index"], each["table"])
        found = logged.get(f"/v1/log/proofs/{each['index']}").text
        assert found.startswith("c2sp.org/tlog-proof@v1")
    assert logged.post("/v1/proofs", json={"subject": "nobody"}).status_code == 404


def test_a_ledger_without_a_log_says_so_without_its_path(asked, home):
    told = asked.get("/v1/log")
    assert (told.status_code, told.json()["code"]) == (404, "TL615")
    assert str(home.workspace("home").path) not in told.text


def test_an_original_comes_as_it_came_in_and_its_tag_is_its_hash(asked):
    for each in walk(asked, "/v1/originals?limit=3"):
        told = asked.get(f"/v1/originals/{each['sha256']}")
        assert hashlib.sha256(told.content).hexdigest() == each["sha256"]
        assert told.headers["etag"] == f'"{each["sha256"]}"'
        assert len(told.content) == each["bytes"]
        again = asked.get(
            f"/v1/originals/{each['sha256']}", headers={"if-none-match": told.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    assert asked.get(f"/v1/originals/{'0' * 64}").status_code == 404


def test_editions_are_told_as_they_were_at_a_version(asked, home):
    workspace = home.workspace("home")
    before = workspace.version
    for name in ("one", "two", "three"):
        workspace.publish_edition(
            name, profile="iso14083", gwp_set="AR6", spec_hash="0", factors_hash="0",
            code_version="0", co2e_ug="7",
        )  # fmt: skip
    rows = walk(asked, "/v1/editions?limit=2")
    assert [row["edition"] for row in rows] == ["one", "two", "three"]
    assert rows[0]["co2e_ug"] == "7"
    assert walk(asked, f"/v1/editions?as_of={before}") == []
