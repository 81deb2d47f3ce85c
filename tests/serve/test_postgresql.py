"""The whole server over PostgreSQL: who comes in, jobs, webhooks, exchange and search."""

from __future__ import annotations

import secrets
import shutil
import time

import psycopg
import pytest

from tanlu.errors import TanluError
from tanlu.serve.access import acts
from tanlu.serve.api import Home
from tanlu.serve.exchange import answers, shelf
from tanlu.serve.hooks.shelf import Shelf
from tanlu.share.exchange.pact import Partner
from tanlu.store.relational.tables import access
from tests.serving import HOOK, browser, program, whole
from tests.share.exchange.pact.told import shelf as footprints

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(postgres_server):
    """The URL of a new, empty database."""
    name = f"t{secrets.token_hex(4)}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"create database {name}")
    return postgres_server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="module")
def served(database, network_books, tmp_path_factory):
    """The whole application, as it is served."""
    folder = tmp_path_factory.mktemp("postgresql")
    shutil.copytree(network_books, folder / "books")
    home = Home(folder / "books", database=database)
    home.found("other", "Other", "他方")
    app = whole(home)
    list(app.state.searching.update("home"))
    yield app
    home.close()


@pytest.fixture(scope="module")
def boss(served):
    """The browser of a manager."""
    return browser(served)


def test_a_second_start_finds_the_tables_and_what_is_in_them(served, database):
    again = Home(served.state.home.workspace("home").path, database=database)
    assert [row["slug"] for row in again.organisations()] == ["home", "other"]
    again.close()


def test_persons_and_programs_come_in_and_all_is_written_down(served, boss):
    assert boss.get("/v1/me").json()["role"] == "manager"
    invited = boss.post("/v1/invitations", json={"role": "viewer", "shown": "Bo"})
    assert invited.status_code == 201, invited.text
    key = program(served, "operator")
    assert key.get("/v1/shipments?limit=1").status_code == 200
    assert program(served, "viewer").get("/v1/people").status_code == 403
    assert boss.get("/v1/audit/check").status_code == 200


def test_what_was_done_is_only_added(served):
    home = served.state.home
    for statement in ("update act set who = 'x'", "delete from act", "truncate act"):
        with pytest.raises(Exception, match="only added"), home.state.engine.begin() as raw:
            raw.exec_driver_sql(statement)
    with home.state.of("home") as state:
        assert acts.checked(state) == acts.head(state)
        assert state.count(access.ACTS)


def test_a_job_is_run_once_and_its_end_is_told(served, boss):
    jobs = served.state.jobs
    jobs.start()
    try:
        asked = boss.post("/v1/jobs", json={"kind": "quantify"})
        assert asked.status_code == 202, asked.text
        done = jobs.wait("home", asked.json()["id"], 60)
    finally:
        jobs.close()
    assert done["state"] == "done", done
    assert boss.get(asked.headers["location"]).json()["state"] == "done"
    assert boss.get("/v1/jobs?limit=1").json()["jobs"][0]["id"] == asked.json()["id"]
    assert boss.delete(asked.headers["location"]).status_code < 500


def test_a_webhook_keeps_its_secret_sealed_and_its_messages_wait(served, boss, database):
    made = boss.post("/v1/hooks", json=HOOK).json()
    assert boss.post(f"/v1/hooks/{made['id']}/test").status_code == 202
    assert boss.post(f"/v1/hooks/{made['id']}/secret").status_code == 200
    with psycopg.connect(database) as raw:
        kept = raw.execute("select secret, secret_before from hook").fetchall()
    assert all(text.startswith("sealed:") for row in kept for text in row)
    due = Shelf(served.state.home.state).due(set(), 5)
    assert [row["hook"] for row in due] == [made["id"]]
    hook, _ = Shelf(served.state.home.state).message(due[0])
    assert hook["secret_before"] == made["secret"]
    assert served.state.home.state.rekey()
    hook, _ = Shelf(served.state.home.state).message(due[0])
    assert hook["secret_before"] == made["secret"]


def test_footprints_are_published_found_and_for_whom_they_are(served, boss):
    home = served.state.home
    with home.state.of("home") as state:
        told = shelf.publish(state, footprints())
        answers.befriend(state, Partner("https://a.example", "us", "sesame"), reader="them")
        assert answers.friend_of(state, "https://a.example/")[0].secret == "sesame"
    url, found = "/3/footprints?limit=1", []
    while url:
        page = boss.get(url)
        found += [each["id"] for each in page.json()["data"]]
        url = page.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert sorted(found) == sorted(told)
    asked = {"productId": footprints()[0].content["productIds"][0], "validOn": "2026-06-01"}
    assert boss.get("/3/footprints", params=asked).json()["data"]
    theirs = browser(served, "manager", "other")
    assert theirs.get("/3/footprints").json()["data"] == []
    assert theirs.get(f"/3/footprints/{told[0]}").status_code == 404


def test_queries_and_subscriptions_of_events_are_kept(boss):
    assert boss.post("/epcis/queries", json={"name": "q", "query": {}}).status_code == 201
    again = boss.post("/epcis/queries", json={"name": "q", "query": {}})
    assert again.status_code == 409
    wish = {"dest": HOOK["url"], "stream": True, "signatureToken": "t"}
    made = boss.post("/epcis/queries/q/subscriptions", json=wish)
    assert made.status_code == 201, made.text
    assert boss.get(made.headers["location"]).status_code == 200
    assert boss.delete("/epcis/queries/q").status_code == 204


def test_shipments_are_found_by_a_part_of_their_name(boss):
    until = time.monotonic() + 90
    while boss.get("/v1/search").status_code == 503 and time.monotonic() < until:
        time.sleep(0.1)
    name = boss.get("/v1/search?limit=5").json()["shipments"][0]["name"]
    found = boss.get("/v1/search", params={"q": name[1:]}).json()["shipments"]
    assert name in {each["name"] for each in found}


def test_two_that_write_the_same_are_one(served):
    home = served.state.home
    with pytest.raises(TanluError, match="TL671"):
        home.found("other", "Other")
    assert len(home.organisations()) == 2
