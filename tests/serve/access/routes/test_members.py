"""Persons of an organisation, and attempts to be more in it than one is."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access.persons import people
from tests.serving import HERE, browser, person, program


def test_a_manager_sees_who_is_in_and_lets_him_out_and_back(app, home):
    made, sitting = person(home, "viewer"), browser(app)
    bob = browser(app, "viewer")
    names = {each["name"]: each["role"] for each in sitting.get("/v1/people").json()}
    assert names == {"viewer.home": "viewer", "manager.home": "manager"}
    told = sitting.patch(f"/v1/people/{made}", json={"ended": True})
    assert told.json()["ended"] is not None
    assert bob.get("/v1/me").status_code == 401
    told = sitting.patch(f"/v1/people/{made}", json={"ended": False, "role": "operator"})
    assert (told.json()["ended"], told.json()["role"]) == (None, "operator")
    assert "password" not in sitting.get("/v1/people").text


def test_a_manager_invites_lists_and_takes_back(app):
    sitting = browser(app)
    told = sitting.post("/v1/invitations", json={"role": "verifier", "shown": "Eve", "days": 1})
    assert (told.status_code, told.headers["cache-control"]) == (201, "no-store")
    made = told.json()
    # behind the # it is sent to no server and stands in no log
    assert made["path"] == f"/join#{made['secret']}"
    (row,) = sitting.get("/v1/invitations").json()
    assert (row["invitation"], row["role"], row["used"]) == (made["invitation"], "verifier", None)
    assert made["secret"] not in sitting.get("/v1/invitations").text
    assert sitting.delete(f"/v1/invitations/{made['invitation']}").status_code == 204
    assert sitting.delete(f"/v1/invitations/{made['invitation']}").status_code == 404


@pytest.mark.parametrize("role", ["operator", "verifier", "supplier", "viewer", "developer"])
def test_nobody_else_makes_himself_or_another_more(app, home, role):
    sitting, mine = browser(app, role), person(home, role)
    for told in (
        sitting.patch(f"/v1/people/{mine}", json={"role": "manager"}),
        sitting.post("/v1/invitations", json={"role": "manager"}),
        sitting.get("/v1/people"), sitting.get("/v1/invitations"),
        sitting.delete("/v1/invitations/i_x"),
    ):  # fmt: skip
        assert (told.status_code, told.json()["code"]) == (403, "TL473")


def test_a_key_of_a_manager_lets_nobody_in(app, home):
    made, key = person(home, "viewer"), program(app)
    for told in (
        key.patch(f"/v1/people/{made}", json={"role": "manager"}),
        key.post("/v1/invitations", json={"role": "manager"}),
        key.delete("/v1/invitations/i_x"),
        key.post("/v1/clients", json={"name": "k", "role": "manager", "kind": "key"}),
    ):
        assert (told.status_code, told.json()["code"]) == (403, "TL964")


def test_a_manager_of_one_organisation_is_nobody_in_another(app, home):
    theirs, sitting = person(home, "viewer", "other"), browser(app)
    for sent in ({"role": "manager"}, {"ended": True}, {}):
        assert sitting.patch(f"/v1/people/{theirs}", json=sent).status_code == 404
    mine = person(home, "manager")
    with home.state.of("other") as state:
        people.join(state, mine, "viewer")
    # what he is here he is not there
    token = sitting.post("/v1/me/organisation", json={"organisation": "other"}).json()["csrf_token"]
    sitting.headers["x-csrf-token"] = token
    assert sitting.get("/v1/people").json()["code"] == "TL473"
    assert sitting.patch(f"/v1/people/{mine}", json={"role": "manager"}).status_code == 403


def test_fields_that_are_not_his_to_write_are_refused(app, home):
    made, sitting = person(home, "viewer"), browser(app)
    for sent in (
        {"role": "viewer", "tenant": "other"}, {"password": "x"}, {"person": "p_y"},
        {"role": "device"}, {"role": "public"}, {"role": "Manager"}, {"disabled_us": 1},
    ):  # fmt: skip
        assert sitting.patch(f"/v1/people/{made}", json=sent).status_code == 422, sent
    for sent in ({"role": "viewer", "by": "p_y"}, {"role": "viewer", "tenant": "other"},
                 {"role": "viewer", "days": 9999}):  # fmt: skip
        assert sitting.post("/v1/invitations", json=sent).status_code == 422, sent


@pytest.mark.parametrize("wild", ["%", "_", "p_%", "' OR '1'='1", "*", "p_x;--"])
def test_signs_that_databases_read_otherwise_find_nobody(app, home, wild):
    person(home, "viewer")
    told = browser(app).request("PATCH", f"/v1/people/{wild}", json={"ended": True})
    assert told.status_code == 404


def test_the_last_manager_stays(app, home):
    mine, sitting = person(home, "manager"), browser(app)
    for sent in ({"role": "viewer"}, {"ended": True}):
        told = sitting.patch(f"/v1/people/{mine}", json=sent)
        assert (told.status_code, told.json()["code"]) == (409, "TL965")


def test_nobody_reads_who_is_in_without_a_login(app):
    assert TestClient(app, base_url=HERE).get("/v1/people").status_code == 401
