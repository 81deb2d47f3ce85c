"""Attacks on the whole, each as somebody hostile would begin it; those on one part stand there."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import acts, people
from tanlu.store.relational.tables import METADATA
from tests.serve.access.matrix import Asking
from tests.serving import HERE, OBJECTS, PASSWORD, browser, person, program


def _state(home):
    """All that is kept, save when somebody was last seen."""
    with home.state.everywhere() as state:
        return {
            table.name: [
                {name: value for name, value in row.items() if name != "seen_us"}
                for row in state.rows(table)
            ]
            for table in METADATA.sorted_tables
        }


def test_looking_changes_nothing_so_that_a_link_or_a_picture_does_nothing(home):
    asking = Asking(home)
    for role in ("manager", "developer"):
        for method, path, _ in asking.routes():
            if method not in ("GET", "HEAD"):
                continue
            place = asking.place(path)
            before = _state(home)
            asking.status(method, place, role)
            assert _state(home) == before, place


@pytest.mark.parametrize(
    "header",
    ["x-forwarded-user", "x-remote-user", "x-tenant", "x-organisation", "x-role", "x-user-id",
     "x-original-url", "x-rewrite-url", "x-http-method-override"],
)  # fmt: skip
def test_no_header_makes_anybody_more_than_he_is(app, home, header):
    person(home, "manager")
    outside = TestClient(app, base_url=HERE)
    for value in ("manager.home", "other", "manager", "/healthz", "GET"):
        assert outside.get("/v1/people", headers={header: value}).status_code == 401
        viewer = program(app, "viewer")
        assert viewer.get("/v1/people", headers={header: value}).status_code == 403
        told = viewer.get("/v1/me", headers={header: value}).json()
        assert (told["organisation"], told["role"]) == ("home", "viewer")


def test_no_query_and_no_path_makes_anybody_more_than_he_is(app):
    viewer = program(app, "viewer")
    told = viewer.get("/v1/me?tenant=other&organisation=other&role=manager").json()
    assert (told["organisation"], told["role"]) == ("home", "viewer")
    for path in ("//v1/people", "/v1//people", "/v1/people/", "/V1/PEOPLE", "/v1/%70eople",
                 "/v1/me/../people", "/v1/people;x", "/v1/people%00", "/./v1/people"):  # fmt: skip
        assert viewer.get(path).status_code in (403, 404), path


def test_no_secret_stands_in_what_the_server_says_of_itself(app, home, capsys):
    sitting = browser(app)
    key = sitting.post("/v1/clients", json={"name": "k", "role": "viewer", "kind": "key"}).json()
    outside = TestClient(app, base_url=HERE, raise_server_exceptions=False)
    outside.get(f"/v1/me?access_token={key['secret']}")
    outside.post(f"/nowhere?token={key['secret']}", headers={"authorization": key["secret"]})
    with home.state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE session RENAME TO gone")
    told = outside.post("/auth/login", json={"name": "manager.home", "password": PASSWORD})
    assert told.status_code == 500
    said = capsys.readouterr()
    with home.state.everywhere() as state:
        kept = str(state.rows(acts.ACTS))
    for secret in (key["secret"], PASSWORD, *sitting.cookies.values()):
        assert secret not in said.err + said.out
        assert secret not in told.text
        assert secret not in kept


def test_a_role_that_was_taken_away_is_gone_in_the_same_moment(app, home):
    bob, boss = browser(app, "operator"), browser(app)
    mine = person(home, "operator")
    boss.patch(f"/v1/people/{mine}", json={"role": "viewer"})
    assert bob.get("/v1/me").status_code == 401
    again = browser(app, "operator", "other")
    with home.state.of("other") as state:
        people.end(state, person(home, "operator", "other"))
    assert again.get("/v1/me").status_code == 401


def test_a_manager_here_reaches_nothing_there_by_any_route(app, home):
    boss = browser(app, "manager", "other")
    theirs = {name: make(home, "home") for name, make in OBJECTS.items()}
    before = _state(home)
    for path, method, sent in (
        (f"/v1/people/{theirs['person']}", "PATCH", {"role": "manager"}),
        (f"/v1/people/{theirs['person']}", "PATCH", {"ended": True}),
        (f"/v1/invitations/{theirs['invitation']}", "DELETE", None),
        (f"/v1/clients/{theirs['client']}", "DELETE", None),
        (f"/v1/clients/{theirs['client']}/secret", "POST", None),
    ):
        assert boss.request(method, path, json=sent).status_code == 404
    after = _state(home)
    assert {name for name in before if before[name] != after[name]} == {"act", "act_head"}
    assert boss.post("/v1/me/organisation", json={"organisation": "home"}).status_code == 404


def test_an_answer_to_one_is_kept_for_nobody_else(app):
    sitting = browser(app)
    assert sitting.get("/v1/me").headers["cache-control"] == "private, no-cache"


def test_no_page_is_put_into_a_frame_of_another(app):
    told = browser(app).get("/v1/me").headers
    assert "frame-ancestors 'none'" in told["content-security-policy"]
