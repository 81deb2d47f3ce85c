"""OAuth2 for programs."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import clients
from tests.serving import HERE

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def made(home):
    with home.state.of("home") as state:
        return clients.new(state, "p", "operator", by="x", scopes=("a:read", "b:read"))


@pytest.fixture
def outside(app):
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def _basic(made):
    return tuple(made)


def test_a_program_gets_a_token_by_basic_or_in_the_form(outside, made):
    told = outside.post("/auth/token", data=GRANT, auth=_basic(made))
    assert told.status_code == 200
    assert told.headers["cache-control"] == "no-store"
    body = told.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == (
        "bearer", 3600, "a:read b:read",
    )  # fmt: skip
    form = {**GRANT, "client_id": made.client, "client_secret": made.secret, "scope": "a:read"}
    assert outside.post("/auth/token", data=form).json()["scope"] == "a:read"


def test_id_and_secret_may_be_encoded_as_in_a_form(outside, made):
    word = b64encode(f"{quote(made.client)}:{quote(made.secret)}".encode()).decode()
    told = outside.post("/auth/token", data=GRANT, headers={"authorization": f"basic {word}"})
    assert told.status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "word"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({**GRANT, "scope": "c:read"}, 400, "invalid_scope"),
        ({**GRANT, "scope": 'a"'}, 400, "invalid_request"),
        ({**GRANT, "grant_type": ["client_credentials", "client_credentials"]}, 400,
         "invalid_request"),
        ({**GRANT, "client_secret": "twice"}, 401, "invalid_client"),
        ({**GRANT, "client_id": "another"}, 401, "invalid_client"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_the_words_of_oauth(outside, made, form, status, word):
    told = outside.post("/auth/token", data=form, auth=_basic(made))
    assert (told.status_code, told.json()["error"]) == (status, word)
    assert told.json()["error_description"]


@pytest.mark.parametrize(
    "said", ["Basic !", "Basic /w==", "Basic eDp5", "Bearer x", "Basic", "basic eDp5OmEK"]
)
def test_a_wrong_client_is_told_how_to_say_who_it_is(outside, made, said):
    told = outside.post("/auth/token", data=GRANT, headers={"authorization": said})
    assert (told.status_code, told.json()["error"]) == (401, "invalid_client")
    assert told.headers["www-authenticate"].startswith("Basic")


def test_a_token_is_never_taken_from_an_address(outside, made):
    told = outside.post(f"/auth/token?grant_type=client_credentials&client_id={made.client}"
                        f"&client_secret={made.secret}")  # fmt: skip
    assert told.status_code == 401
    assert outside.get("/auth/token").status_code == 405


def test_a_program_ends_its_token_and_asks_what_is_known_of_it(outside, made, home):
    with home.state.of("other") as state:
        stranger = clients.new(state, "s", "operator", by="x")
    token = outside.post("/auth/token", data=GRANT, auth=_basic(made)).json()["access_token"]

    def known(by):
        return outside.post("/auth/introspect", data={"token": token}, auth=_basic(by)).json()

    told = known(made)
    assert told["active"]
    assert (told["client_id"], told["scope"]) == (made.client, "a:read b:read")
    assert known(stranger) == {"active": False}
    ended = outside.post("/auth/revoke", data={"token": token}, auth=_basic(stranger))
    assert (ended.status_code, known(made)["active"]) == (200, True)
    ended = outside.post("/auth/revoke", data={"token": token}, auth=_basic(made))
    assert (ended.status_code, known(made)) == (200, {"active": False})
    nobody = outside.post("/auth/introspect", data={"token": token})
    assert (nobody.status_code, nobody.json()["error"]) == (401, "invalid_client")


def test_who_guesses_at_a_secret_must_wait(outside, made):
    wrong = (made.client, "wrong")
    for _ in range(5):
        assert outside.post("/auth/token", data=GRANT, auth=wrong).status_code == 401
    told = outside.post("/auth/token", data=GRANT, auth=_basic(made))
    assert (told.status_code, told.json()["error"]) == (429, "temporarily_unavailable")
    assert int(told.headers["retry-after"]) >= 1
