"""The application around all routes."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from tanlu.errors import TanluError
from tanlu.serve.api import Asked, Home, Principal, Refused, allow, shell
from tanlu.store import open_workspace


@pytest.fixture
def home(tmp_path):
    open_workspace(tmp_path / "books", create=True)
    made = Home(tmp_path / "books")
    yield made
    made.close()


def _room():
    room = APIRouter()

    @room.get("/v1/own")
    def own(asked: Asked = allow("manager", scope="own:read")):
        return {"tenant": asked.tenant, "ledger": asked.workspace.path.name}

    @room.get("/v1/broken")
    def broken(asked: Asked = allow()):
        raise RuntimeError("secret inside")

    @room.get("/v1/number/{which}")
    def number(which: int, asked: Asked = allow()):
        return which

    return room


def _client(home, found):
    app = shell(home, identify=lambda request: found, rooms=[_room()])
    return TestClient(app, raise_server_exceptions=False)


def test_what_is_public_needs_nobody_and_the_rest_says_why_not(home):
    client = _client(home, Refused("absent"))
    assert client.get("/healthz").json()["status"] == "ok"
    answer = client.get("/v1/own", headers={"accept-language": "zh-CN"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "TL470"
    assert "无法识别" in answer.json()["title"]
    assert _client(home, Refused("expired")).get("/v1/own").json()["code"] == "TL472"


def test_a_role_and_a_scope_open_exactly_their_routes(home):
    manager = Principal("ann", "home", "manager")
    assert _client(home, manager).get("/v1/own").json() == {"tenant": "home", "ledger": "books"}
    viewer = Principal("bob", "home", "viewer")
    assert _client(home, viewer).get("/v1/own").json()["code"] == "TL473"
    narrow = Principal("key", "home", "manager", scopes=("factors:read",))
    assert _client(home, narrow).get("/v1/own").json()["code"] == "TL474"


def test_a_fault_is_told_by_a_number_and_keeps_its_words_to_the_log(home, capsys):
    answer = _client(home, Principal("ann", "home", "manager")).get("/v1/broken")
    assert answer.status_code == 500
    assert answer.json()["code"] == "TL489"
    assert "secret" not in answer.text
    assert "secret inside" in capsys.readouterr().err
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_cannot_be_read_names_the_place(home):
    answer = _client(home, Principal("ann", "home", "manager")).get("/v1/number/three")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "path/which"
    assert _client(home, Refused("absent")).get("/nowhere").json()["code"] == "TL484"


def test_a_route_without_a_permission_is_not_served(home):
    room = APIRouter()

    @room.get("/open")
    def forgotten():
        return 1

    with pytest.raises(TanluError, match="TL480"):
        shell(home, rooms=[room])


def test_each_organisation_has_its_own_ledger(home):
    home.found("acme", "Acme")
    assert home.workspace("acme").path != home.workspace("home").path
    with pytest.raises(TanluError, match="TL671"):
        home.found("acme", "Acme again")
    for wrong in ("../etc", "A", "", "a b"):
        with pytest.raises(TanluError, match="TL482"):
            home.found(wrong, wrong)
    with pytest.raises(TanluError, match="TL483"):
        home.workspace("nobody")


def test_every_answer_has_the_headers_that_keep_it_in_its_place(home):
    answer = _client(home, Refused("absent")).get("/healthz")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/healthz", "/v1/own", "/v1/broken", "/v1/number/x", "/nothing"])
def test_the_head_of_an_answer_is_that_of_the_whole(home, path):
    client = _client(home, Principal("m", "home", "manager"))
    whole, head = client.get(path), client.head(path)

    assert head.status_code == whole.status_code
    assert head.content == b""
    # a fault has a name of its own each time
    assert set(head.headers) == set(whole.headers)
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_who_came_over_tls_comes_over_tls_again_save_on_loopback(home):
    app = shell(home)

    def told(url, **headers):
        asked = TestClient(app, base_url=url).get("/healthz", headers=headers).headers
        return asked.get("strict-transport-security")

    assert told("https://carbon.example") == "max-age=31536000"
    assert told("http://carbon.example") is None
    assert told("http://carbon.example", **{"x-forwarded-proto": "https"}) is None
    assert told("https://localhost:7391") is None
    app.state.public = "https://carbon.example"
    assert told("http://inside:7391") == "max-age=31536000"
