"""Against forgery."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import APIRouter, Form
from fastapi.testclient import TestClient

from tanlu.serve.api import PUBLIC, Asked, Principal, allow, shell

SITTING = Principal("ann", "home", "manager", session="s", forgery="the token")
HERE = "http://127.0.0.1:7391"


@pytest.fixture
def client(home):
    room = APIRouter()

    @room.api_route("/act", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    def act(asked: Asked = allow("manager")):
        return asked.principal.identity

    @room.post("/form")
    def form(word: Annotated[str, Form()], asked: Asked = allow("manager")):
        return word

    @room.post("/open")
    def open_(asked: Asked = allow(PUBLIC)):
        return asked.principal.identity if asked.principal else "nobody"

    app = shell(home, identify=lambda request: SITTING, rooms=[room])
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_who_sits_before_a_browser_changes_nothing_without_the_token(client, method):
    assert client.request(method, "/act").json()["code"] == "TL476"
    wrong = {"x-csrf-token": "wrong"}
    assert client.request(method, "/act", headers=wrong).json()["code"] == "TL476"
    right = {"x-csrf-token": "the token"}
    assert client.request(method, "/act", headers=right).status_code == 200
    assert client.request(method, "/act", headers={**right, "origin": HERE}).status_code == 200


def test_the_token_from_another_sites_page_is_refused(client):
    for said in ({"origin": "https://evil.example"}, {"origin": "null"},
                 {"sec-fetch-site": "cross-site"}):  # fmt: skip
        told = client.post("/act", headers={"x-csrf-token": "the token", **said})
        assert told.json()["code"] == "TL476"


def test_a_form_without_a_script_carries_it_in_a_field(client):
    assert client.post("/form", data={"word": "x", "csrf_token": "the token"}).json() == "x"
    assert client.post("/form", data={"word": "x"}).json()["code"] == "TL476"
    sent = {"word": (None, "x"), "csrf_token": (None, "the token")}
    assert client.post("/form", files=sent).json() == "x"
    sent["csrf_token"] = ("file.txt", "the token")
    assert client.post("/form", files=sent).json()["code"] == "TL476"
    assert client.post("/form?csrf_token=the+token", data={"word": "x"}).status_code == 403
    assert client.post("/act", json={"csrf_token": "the token"}).status_code == 403


def test_looking_needs_no_token_and_no_method_is_smuggled_into_it(client):
    assert client.get("/act").status_code == 200
    told = client.post("/act", headers={"x-http-method-override": "GET"})
    assert told.json()["code"] == "TL476"


def test_what_is_forged_on_a_public_route_is_done_in_nobodys_name(client):
    assert client.post("/open").json() == "nobody"
    assert client.post("/open", headers={"x-csrf-token": "the token"}).json() == "ann"


def test_a_token_that_is_no_text_of_ours_is_refused(client):
    told = client.post("/act", headers={"x-csrf-token": "é".encode()})
    assert told.json()["code"] == "TL476"
