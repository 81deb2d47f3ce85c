"""Wall links over HTTP: made by managers, opened by displays, and nothing else is opened."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import Limits, Rate, acts
from tanlu.serve.walls import keeping, opening
from tests.serve.access.matrix import MANY, Asking, lines
from tests.serve.live import watching
from tests.serving import HERE, browser, whole

MADE = {"title": "hall", "parks": [], "network": True, "language": "en", "days": 3}
OF_WALLS = {f"/{tongue}{opening.PATH}{rest}" for tongue in ("en", "zh") for rest in ("", "/live")}


@pytest.fixture
def app(home):
    return whole(home)


@pytest.fixture
def link(app):
    made = browser(app).post("/v1/walls", json=MADE)
    assert made.status_code == 201, made.text
    return made.json()


def display(app, url=HERE):
    return TestClient(app, base_url=url, raise_server_exceptions=False, follow_redirects=False)


def entered(app, link, url=HERE):
    made = display(app, url)
    told = made.post("/auth/wall", json={"secret": secret_of(link)})
    assert told.status_code == 200, told.text
    return made, told


def secret_of(link):
    return urlsplit(link["address"]).fragment


def test_a_link_is_exchanged_for_a_cookie_of_the_wall_alone_at_a_clean_address(app, link):
    # what stands behind the # is sent by no browser
    assert urlsplit(link["address"])[2:4] == ("/en/display", "")
    asks, told = entered(app, link)
    assert told.json() == {"at": "/en/display"}
    assert told.headers["referrer-policy"] == "no-referrer"
    assert told.headers["cache-control"] == "no-store"
    said = told.headers["set-cookie"]
    assert secret_of(link) not in said
    assert "Path=/en/display;" in said + ";"
    assert "HttpOnly" in said
    assert 2 * 86_400 < int(re.search(r"Max-Age=(\d+)", said)[1]) <= 3 * 86_400
    page = asks.get("/en/display")
    assert page.status_code == 200
    assert secret_of(link) not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    # a picture of it is kept by nobody between either
    assert "public" not in asks.get("/en/display?chart=map").headers["cache-control"]


def test_another_sites_page_opens_no_wall_in_a_browser(app, link):
    sent = {"secret": secret_of(link)}
    told = display(app).post("/auth/wall", json=sent, headers={"origin": "https://evil.example"})
    assert (told.status_code, told.json()["code"]) == (403, "TL476")
    assert "set-cookie" not in told.headers


def test_a_link_that_holds_no_more_leads_to_a_page_that_says_so(app, link):
    asks, _ = entered(app, link)
    browser(app).delete(f"/v1/walls/{link['wall']}")
    assert asks.get("/en/display").status_code == 410
    assert asks.get("/en/display/live?t=kpi").status_code == 401
    for sent, code in ((secret_of(link), "TL472"), ("x", "TL470"), ("碳", "TL470")):
        again = display(app).post("/auth/wall", json={"secret": sent})
        assert (again.status_code, again.json()["code"]) == (401, code)
        assert "set-cookie" not in again.headers
    for nobody in (display(app), asks):
        assert nobody.get("/zh/display").status_code == 401


def test_each_act_is_in_the_record_and_the_secret_is_not(app, home, link):
    entered(app, link)
    browser(app).delete(f"/v1/walls/{link['wall']}")
    with home.state.of("home") as state:
        rows = acts.page(state)
        told = {(row["what"], row["object"], row["who"]) for row in rows}
    assert ("POST /auth/wall", link["wall"], link["wall"]) in told
    assert {
        ("POST /v1/walls", link["wall"]),
        (f"DELETE /v1/walls/{link['wall']}", link["wall"]),
    } <= {each[:2] for each in told}
    assert secret_of(link) not in str(rows)


def test_only_a_manager_of_the_organisation_sees_and_ends_its_links(app, home, link):
    for role in ("operator", "verifier", "viewer", "developer", "supplier"):
        asks = browser(app, role)
        assert asks.get("/v1/walls").status_code == 403
        assert asks.post("/v1/walls", json=MADE).status_code == 403
    stranger = browser(app, "manager", "other")
    assert stranger.get("/v1/walls").json() == []
    assert stranger.delete(f"/v1/walls/{link['wall']}").status_code == 404
    told = browser(app).get("/v1/walls").json()
    assert [row["wall"] for row in told] == [link["wall"]]
    assert secret_of(link) not in str(told)
    wrong = browser(app).post("/v1/walls", json=MADE | {"parks": ["there-is-none"]})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "TL936")


def test_who_asks_too_often_waits(home):
    app = whole(home, limits=Limits(entrance=Rate(20, 0.01), clock=lambda: 0.0))
    link = browser(app).post("/v1/walls", json=MADE).json()
    asks, _ = entered(app, link)
    # guessing at links is counted as all ways in are
    assert 429 in [
        display(app).post("/auth/wall", json={"secret": "x"}).status_code for _ in range(21)
    ]
    # and the displays of one link together
    found = [asks.get("/en/display/live?t=none").status_code for _ in range(opening.RATE.burst + 9)]
    assert found[0] == 403
    assert found[-1] == 429


def test_the_cookie_of_a_wall_opens_nothing_but_the_wall(network_books, tmp_path):
    """The matrix: each route answers the cookie as it answers nobody."""
    from tests.serving import home as founded

    at = founded(network_books, tmp_path)
    limits = Limits(known=MANY, unknown=MANY, entrance=MANY)
    app = whole(at, limits=limits)
    asking = Asking(at)
    with at.state.of("home") as scoped:
        _, secret = keeping.invited(
            scoped, (), known=(), title="", days=1, network=True, language="en", by="x"
        )
    plain = display(app)
    sent = {"cookie": f"tanlu-wall={keeping.exchanged(secret)}"}
    wrong, opened = [], set()
    for line in lines():
        place = asking.place(line["path"])
        # a GET of a stream that is let in does not end
        query = "?t=none" if place.endswith("/live") else ""
        found = str(plain.request(line["method"], place + query, headers=sent).status_code)
        bare = str(plain.request(line["method"], place + query).status_code)
        if line["path"] in OF_WALLS:
            opened |= {(line["path"], found)}
        elif found != bare:
            wrong.append((line["method"], line["path"], bare, found))
        # neither does it stand for a session, or a token
        if (
            line["path"] not in OF_WALLS
            and "20" in found[:2]
            and not line["nobody"].startswith("2")
        ):
            wrong.append((line["method"], line["path"], "opened", found))
    at.close()
    assert wrong == []
    assert opened == {
        ("/en/display", "200"), ("/en/display/live", "403"),
        ("/zh/display", "401"), ("/zh/display/live", "401"),
    }  # fmt: skip
    for name in ("tanlu", "__Host-tanlu", "tanlu-oidc"):
        told = plain.get("/v1/me", headers={"cookie": f"{name}={keeping.exchanged(secret)}"})
        assert told.status_code == 401
    bearer = {"authorization": f"Bearer {keeping.exchanged(secret)}"}
    assert plain.get("/v1/live/now?t=kpi", headers=bearer).status_code == 401


def test_a_display_watches_its_parks_and_nothing_else_until_the_link_is_ended(tmp_path):
    workspace = watching.books(tmp_path / "l")
    from tanlu.store.stream import open_stream_log

    log = open_stream_log(workspace)
    watching.say(log, watching.readings(watching.POWERS, seq=1, at=watching.now_us()))
    with watching.served(tmp_path / "l") as (port, app):
        state = app.state.home.state
        with state.of("home") as scoped:
            name, secret = keeping.invited(
                scoped, ("xian",), known=("xian",), title="", days=1, network=False,
                language="zh", by="x",
            )  # fmt: skip
        cookie = {"Cookie": f"tanlu-wall={keeping.exchanged(secret)}"}

        def watch(topics, **headers):
            return watching.Watcher(port, topics, at="/zh/display/live", **headers)

        seen = watch("park:xian,events:xian", **cookie)
        assert seen.status == 200
        assert seen.tick()["park:xian"]["roles"]["pv"]["w"] == 300
        for topic in ("kpi", "parks", "events", "park:far", "devices:xian", "alarms", ""):
            refused = watch(topic, **cookie)
            assert (topic, refused.status) == (topic, 403)
            refused.close()
        stranger = watch("park:xian", Cookie="tanlu-wall=x")
        assert stranger.status == 401
        stranger.close()
        with state.of("home") as scoped:
            keeping.ended(scoped, name)
        begun = time.monotonic()
        # the last chunk is an empty one
        while seen.file.readline() != b"0\r\n":
            assert time.monotonic() - begun < 15
        seen.close()
    log.close()
