"""What may change something is written down, whatever becomes of it."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from tanlu.serve.access import acts, clients
from tanlu.serve.access.around.recording import Recorder, Recording
from tanlu.serve.api import Asked, allow
from tanlu.serve.application import application
from tests.serving import HERE, PASSWORD, browser, person, program


@pytest.fixture
def app(home):
    room = APIRouter()

    @room.post("/v1/thing/{thing}")
    def act(thing: str, asked: Asked = allow("operator")):
        if thing == "broken":
            raise RuntimeError
        return thing

    return application(home, more=[room])


def _acts(home, tenant="home"):
    with home.state.of(tenant) as state:
        return acts.page(state)


def test_an_act_is_written_with_who_what_and_result_before_it_is_answered(app, home):
    made = program(app, "operator")
    told = made.post("/v1/thing/a?lang=zh", json={"password": "never"})
    (row,) = _acts(home)
    assert (row["kind"], row["role"], row["status"]) == ("client", "operator", 200)
    assert (row["what"], row["object"]) == ("POST /v1/thing/a", "a")
    assert row["request"] == told.headers["x-request-id"]
    assert len(row["address"]) == 16
    made.get("/v1/me")
    assert len(_acts(home)) == 1


def test_what_was_refused_and_what_broke_is_written_too(app, home):
    program(app, "viewer").post("/v1/thing/a")
    program(app, "operator").post("/v1/thing/broken")
    sitting = browser(app, "operator")
    sitting.headers.pop("x-csrf-token")
    sitting.post("/v1/thing/a")
    found = [(row["status"], row["code"]) for row in _acts(home)]
    assert found == [(403, "TL476"), (200, ""), (500, "TL489"), (403, "TL473")]


def test_what_nobody_known_tries_stands_apart(app, home):
    outside = TestClient(app, base_url=HERE, raise_server_exceptions=False)
    outside.post("/v1/thing/a")
    outside.post("/nowhere")
    outside.delete("/v1/me")
    assert _acts(home) == []
    found = [(row["what"], row["status"], row["kind"]) for row in _acts(home, acts.NOWHERE)]
    assert found == [
        ("DELETE /v1/me", 405, "nobody"), ("POST /nowhere", 404, "nobody"),
        ("POST /v1/thing/a", 401, "nobody"),
    ]  # fmt: skip


def test_who_came_in_and_who_was_tried_stands_in_the_record_of_his_organisation(app, home):
    made = person(home, "verifier", "other", name="ann")
    outside = TestClient(app, base_url=HERE)
    outside.post("/auth/login", json={"name": "ann", "password": "wrong"})
    outside.post("/auth/login", json={"name": "ann", "password": PASSWORD})
    with home.state.of("other") as state:
        program_ = clients.new(state, "p", "viewer", by="x")
    outside.post("/auth/token", data={"grant_type": "client_credentials"}, auth=tuple(program_))
    found = [(row["what"], row["who"], row["status"]) for row in _acts(home, "other")]
    assert found == [
        ("POST /auth/token", program_.client, 200), ("POST /auth/login", made, 200),
        ("POST /auth/login", made, 401),
    ]  # fmt: skip


def test_no_secret_stands_in_the_record(app, home):
    sitting = browser(app, "manager")
    invited = sitting.post("/v1/invitations", json={"role": "viewer"}).json()["secret"]
    sent = {"invitation": invited, "name": "bob", "password": "a sentence of my own"}
    outside = TestClient(app, base_url=HERE)
    assert outside.post("/auth/join", json=sent).status_code == 200
    key = sitting.post("/v1/clients", json={"name": "k", "role": "viewer", "kind": "key"}).json()
    outside.post("/v1/thing/a", headers={"authorization": f"Bearer {key['secret']}"})
    with home.state.everywhere() as state:
        told = str(state.rows(acts.ACTS))
    secrets = (invited, sent["password"], PASSWORD, key["secret"], sitting.headers["x-csrf-token"])
    assert not any(each in told for each in secrets)
    assert not any(value in told for value in sitting.cookies.values())


def test_who_hangs_up_is_written_too(home):
    async def slow(scope, receive, send):
        await asyncio.sleep(60)

    async def left():
        scope = {"type": "http", "method": "POST", "path": "/v1/slow", "headers": [],
                 "client": ("192.0.2.1", 1), "app": application(home)}  # fmt: skip
        work = asyncio.create_task(Recording(slow, Recorder(home.state))(scope, None, None))
        await asyncio.sleep(0.05)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(left())
    assert [row["what"] for row in _acts(home, acts.NOWHERE)] == ["POST /v1/slow"]


def test_when_the_record_cannot_be_written_there_is_no_answer_that_all_went_well(app, home):
    made = program(app, "operator")
    with home.state.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE act RENAME TO gone")
    assert made.post("/v1/thing/a").status_code == 500
