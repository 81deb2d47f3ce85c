"""What goes wrong has a code, and every code a status."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from tanlu.errors import TanluError, catalogue
from tanlu.serve.api import PUBLIC, Asked, Home, allow, shell
from tanlu.serve.api.problems import STATUS
from tanlu.serve.application import application
from tanlu.store import open_workspace
from tests.serving import program

HAN = re.compile("[\u4e00-\u9fff]")


def test_every_code_with_a_status_is_in_the_catalogue():
    assert set(STATUS) - set(catalogue()) == set()


def test_a_standard_has_its_errors_in_its_own_form_below_its_path(tmp_path):
    room = APIRouter()

    @room.get("/3/thing")
    def thing(asked: Asked = allow(PUBLIC)):
        raise TanluError("TL483", value="x")

    @room.get("/4/thing")
    def other(asked: Asked = allow(PUBLIC)):
        raise TanluError("TL483", value="x")

    open_workspace(tmp_path / "books", create=True)
    home = Home(tmp_path / "books")
    form = lambda request, status, error: PlainTextResponse(error.code, status)  # noqa: E731
    client = TestClient(shell(home, rooms=[room], forms={"/3/": form}))
    assert (client.get("/3/thing").text, client.get("/3/thing").status_code) == ("TL483", 404)
    assert client.get("/4/thing").json()["code"] == "TL483"
    assert client.get("/3/nowhere").text == "TL484"
    assert client.post("/4/thing").json()["code"] == "TL485"
    home.close()


@pytest.mark.parametrize("path", ["/%00", "/\u202e", "/" + "a" * 4000])
def test_strange_paths_are_answered(tmp_path, path):
    open_workspace(tmp_path / "books", create=True)
    home = Home(tmp_path / "books")
    assert TestClient(shell(home)).get(path).status_code == 404
    home.close()


def test_a_refused_method_is_told_with_all_that_the_path_takes(home):
    manager = program(application(home), "manager")
    told = manager.put("/v1/activities")
    assert (told.status_code, told.headers["allow"]) == (405, "GET, HEAD, POST")
    assert manager.post("/v1/totals").headers["allow"] == "GET, HEAD"
    hook = manager.put("/v1/hooks/x").headers["allow"]
    assert hook == "DELETE, GET, HEAD, PATCH"


def test_a_body_that_nobody_called_json_is_a_media_type_that_is_not_taken(home):
    manager = program(application(home), "manager")
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        sent = manager.post(
            "/v1/jobs", content=b'{"kind": "verify"}', headers={"content-type": kind}
        )
        assert (sent.status_code, sent.json()["code"]) == (415, "TL468"), kind
        assert kind in sent.json()["title"]
    broken = manager.post("/v1/jobs", content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (422, "TL486")


def test_what_cannot_be_read_is_told_in_chinese_to_who_asks_in_chinese(home):
    manager = program(application(home), "manager")
    chinese = {"accept-language": "zh-CN"}
    said = [
        manager.get("/v1/activities?limit=0", headers=chinese),
        manager.get("/v1/activities?limit=x", headers=chinese),
        manager.get("/v1/search?sort=weird", headers=chinese),
        manager.post("/v1/jobs", json={}, headers=chinese),
    ]
    for answer in said:
        assert HAN.search(answer.json()["errors"][0]["what"]), answer.text


def test_a_fault_is_written_down_with_its_route_and_not_with_what_opens_a_link(tmp_path, capsys):
    """The path of a link for guests is its secret."""
    room = APIRouter()

    @room.get("/en/share/{token}")
    def guest(token: str, asked: Asked = allow(PUBLIC)):
        raise ArithmeticError("broken")

    open_workspace(tmp_path / "books", create=True)
    home = Home(tmp_path / "books")
    told = TestClient(shell(home, rooms=[room])).get("/en/share/sesame-1234")
    assert (told.status_code, told.json()["code"]) == (500, "TL489")
    said = capsys.readouterr().err
    assert "ArithmeticError: broken" in said
    assert "/en/share/{token}" in said
    assert "sesame-1234" not in said + told.text
    home.close()
