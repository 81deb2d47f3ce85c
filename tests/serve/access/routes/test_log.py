"""The record of acts over HTTP."""

from __future__ import annotations

import pytest

from tests.serving import browser, program


def test_a_manager_and_a_verifier_read_it_page_by_page(app):
    boss = browser(app)
    for number in range(5):
        boss.post("/v1/invitations", json={"role": "viewer", "shown": str(number)})
    reader = program(app, "verifier")
    first = reader.get("/v1/audit?limit=4").json()
    assert [row["seq"] for row in first["items"]] == [6, 5, 4, 3]
    assert first["next"].endswith("/v1/audit?limit=4&before=3")
    second = reader.get(first["next"]).json()
    assert ([row["seq"] for row in second["items"]], second["next"]) == ([2, 1], None)
    assert first["items"][0]["what"] == "POST /v1/invitations"
    assert first["items"][0]["object"].startswith("i_")
    assert first["items"][0]["at"].endswith("Z")
    assert (first["head"]["seq"], first["head"]["hash"]) == (6, first["items"][0]["hash"])


@pytest.mark.parametrize("role", ["operator", "supplier", "viewer", "developer"])
def test_others_do_not_read_it(app, role):
    for path in ("/v1/audit", "/v1/audit/check"):
        assert program(app, role).get(path).status_code == 403


def test_an_organisation_reads_its_own_alone(app):
    browser(app).post("/v1/invitations", json={"role": "viewer"})
    told = program(app, "manager", "other").get("/v1/audit").json()
    assert (told["items"], told["head"]["seq"]) == ([], 0)


def test_a_line_that_was_kept_is_looked_for(app):
    boss = browser(app)
    boss.post("/v1/invitations", json={"role": "viewer"})
    head = boss.get("/v1/audit").json()["head"]
    boss.post("/v1/invitations", json={"role": "viewer"})
    told = boss.get("/v1/audit/check", params={"seq": head["seq"], "hash": head["hash"]})
    assert (told.json()["seq"], told.json()["sound"]) == (head["seq"] + 1, True)
    told = boss.get("/v1/audit/check", params={"seq": head["seq"], "hash": "0" * 64})
    assert (told.status_code, told.json()["code"]) == (409, "TL967")


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "before=0", "before=x", "limit=1e3"])
def test_a_page_that_cannot_be_is_refused(app, query):
    assert browser(app).get(f"/v1/audit?{query}").status_code == 422
