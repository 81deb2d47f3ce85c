"""Programs of an organisation."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import clients
from tests.serving import HERE, browser, program

KEY = {"name": "till", "role": "viewer", "kind": "key"}


def _me(secret):
    return {"authorization": f"Bearer {secret}"}


def test_a_key_is_shown_once_used_renewed_and_ended(app):
    sitting, outside = browser(app), TestClient(app, base_url=HERE)
    told = sitting.post("/v1/clients", json={**KEY, "scopes": ["b:read", "a:read"], "days": 5})
    assert (told.status_code, told.headers["cache-control"]) == (201, "no-store")
    made = told.json()
    assert made["secret"].startswith("tlk_")
    (row,) = sitting.get("/v1/clients").json()
    assert (row["client"], row["scopes"]) == (made["client"], ["a:read", "b:read"])
    assert made["secret"] not in sitting.get("/v1/clients").text
    assert not {"secret", "former"} & set(row)
    assert outside.get("/v1/me", headers=_me(made["secret"])).json()["role"] == "viewer"
    fresh = sitting.post(f"/v1/clients/{made['client']}/secret").json()["secret"]
    for secret in (made["secret"], fresh):
        assert outside.get("/v1/me", headers=_me(secret)).status_code == 200
    assert sitting.delete(f"/v1/clients/{made['client']}").status_code == 204
    for secret in (made["secret"], fresh):
        assert outside.get("/v1/me", headers=_me(secret)).json()["code"] == "TL472"
    assert sitting.post(f"/v1/clients/{made['client']}/secret").status_code == 404


def test_a_key_is_never_taken_from_an_address(app):
    sitting, outside = browser(app), TestClient(app, base_url=HERE)
    secret = sitting.post("/v1/clients", json=KEY).json()["secret"]
    for name in ("access_token", "token", "key", "api_key"):
        assert outside.get(f"/v1/me?{name}={secret}").json()["code"] == "TL470"


def test_a_developer_gives_no_program_more_than_he_has(app):
    sitting, boss = browser(app, "developer"), browser(app)
    strong = boss.post("/v1/clients", json={**KEY, "role": "manager"}).json()["client"]
    for told in (
        sitting.post("/v1/clients", json={**KEY, "role": "manager"}),
        sitting.post("/v1/clients", json={**KEY, "role": "operator"}),
        sitting.post(f"/v1/clients/{strong}/secret"), sitting.delete(f"/v1/clients/{strong}"),
    ):  # fmt: skip
        assert (told.status_code, told.json()["code"]) == (403, "TL473")
    assert sitting.post("/v1/clients", json={**KEY, "role": "developer"}).status_code == 201


@pytest.mark.parametrize("role", ["operator", "verifier", "supplier", "viewer"])
def test_others_make_no_programs(app, role):
    sitting = browser(app, role)
    assert sitting.get("/v1/clients").status_code == 403
    assert sitting.post("/v1/clients", json=KEY).status_code == 403


def test_a_narrowed_key_reads_no_programs(app):
    made = program(app, "manager", scopes=("shipments:read",))
    assert made.get("/v1/clients").json()["code"] == "TL474"


def test_programs_of_another_organisation_are_not_there(app, home):
    with home.state.of("other") as state:
        theirs = clients.new(state, "x", "viewer", by="x").client
    sitting = browser(app)
    assert sitting.get("/v1/clients").json() == []
    assert sitting.post(f"/v1/clients/{theirs}/secret").status_code == 404
    assert sitting.delete(f"/v1/clients/{theirs}").status_code == 404


def test_fields_that_are_not_his_to_write_are_refused(app):
    sitting = browser(app)
    for more in ({"tenant": "other"}, {"secret": "mine"}, {"client": "c_x"}, {"role": "device"},
                 {"kind": "person"}, {"scopes": ["A B"]}, {"scopes": ["a"] * 41}, {"days": 0},
                 {"name": "a\x1b[2J"}, {"by": "p_x"}):  # fmt: skip
        assert sitting.post("/v1/clients", json={**KEY, **more}).status_code == 422, more
