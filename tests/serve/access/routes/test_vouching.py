"""Login by the house of one's own, through a browser."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access import acts
from tanlu.serve.access.persons.oidc import House, Provider
from tests.serve.access import house as other
from tests.serving import HERE

PROVIDER = Provider(other.ISSUER, other.CLIENT, other.SECRET, {"carbon": "operator"})
COOKIE = "tanlu-oidc"


@pytest.fixture
def theirs(app):
    made = other.House()
    app.state.access.house = House(PROVIDER, made.transport())
    return made


@pytest.fixture
def browser(app):
    return TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)


def _there(browser, theirs, to="/shipments"):
    begun = browser.get("/auth/oidc", params={"next": to})
    assert begun.status_code == 303
    return theirs.log_in(begun.headers["location"])


def test_a_person_goes_there_and_comes_back_in(app, browser, theirs, home):
    sent = _there(browser, theirs)
    told = browser.get("/auth/oidc/back", params=sent)
    assert (told.status_code, told.headers["location"]) == (303, "/shipments")
    assert "httponly" in told.headers["set-cookie"].lower()
    me = browser.get("/v1/me").json()
    assert (me["name"], me["role"], me["organisation"]) == ("Ann A.", "operator", "home")
    with home.state.of("home") as state:
        (row,) = acts.page(state)
    assert (row["what"], row["who"]) == ("GET /auth/oidc/back", me["identity"])
    assert sent["code"] not in str(row)


def test_nothing_that_binds_the_login_leaves_the_browser_unbound(app, browser, theirs):
    begun = browser.get("/auth/oidc")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    cookie = begun.headers["set-cookie"]
    secret = cookie.split("=", 1)[1].split(".")[0]
    assert secret not in begun.headers["location"]
    assert asked["redirect_uri"] == [f"{HERE}/auth/oidc/back"]
    assert "HttpOnly" in cookie
    over = TestClient(app, base_url="https://tanlu.example", follow_redirects=False)
    cookie = over.get("/auth/oidc").headers["set-cookie"]
    assert cookie.startswith("__Host-tanlu-oidc=")
    assert "Secure" in cookie


def _refused(told):
    assert (told.status_code, told.headers["location"]) == (303, "/login?code=TL962")
    assert "tanlu=" not in told.headers.get("set-cookie", "").replace(COOKIE, "")


def test_a_login_that_another_began_is_not_ended_in_this_browser(app, browser, theirs, home):
    attackers = TestClient(app, base_url=HERE, follow_redirects=False)
    sent = _there(attackers, theirs)
    _refused(browser.get("/auth/oidc/back", params=sent))
    mine = _there(browser, theirs)
    _refused(browser.get("/auth/oidc/back", params={**mine, "code": sent["code"]}))
    with home.state.of(acts.NOWHERE) as state:
        assert {row["code"] for row in acts.page(state)} == {"TL962"}


@pytest.mark.parametrize(
    "change",
    [{"state": ""}, {"state": "x"}, {"code": ""}, {"error": "access_denied"},
     {"iss": "https://evil.example"}, {"code": "made-up"}],
)  # fmt: skip
def test_an_answer_that_does_not_fit_lets_nobody_in(browser, theirs, change):
    _refused(browser.get("/auth/oidc/back", params={**_there(browser, theirs), **change}))


def test_an_answer_counts_once_and_for_ten_minutes(browser, theirs, monkeypatch):
    sent = _there(browser, theirs)
    kept = browser.cookies[COOKIE]
    assert browser.get("/auth/oidc/back", params=sent).headers["location"] == "/shipments"
    browser.cookies.clear()
    browser.cookies.set(COOKIE, kept)
    _refused(browser.get("/auth/oidc/back", params=sent))
    browser.cookies.clear()
    sent, later = _there(browser, theirs), time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    _refused(browser.get("/auth/oidc/back", params=sent))


@pytest.mark.parametrize("cookie", ["x", "x.y.z", "x.1.!!", "x.99999999999999999999.", "x.1.w4"])
def test_a_cookie_that_is_none_of_ours_is_none(browser, theirs, cookie):
    browser.cookies.set(COOKIE, cookie)
    _refused(browser.get("/auth/oidc/back", params={"state": "x", "code": "y"}))


def test_nobody_is_sent_elsewhere_afterwards(browser, theirs):
    told = browser.get("/auth/oidc/back", params=_there(browser, theirs, "//evil.example"))
    assert told.headers["location"] == "/"


def test_without_a_house_and_without_tls_there_is_no_such_way(app, browser, theirs):
    plain = TestClient(app, base_url="http://tanlu.example")
    assert plain.get("/auth/oidc").json()["code"] == "TL960"
    app.state.access.house = None
    assert browser.get("/auth/oidc").json()["code"] == "TL484"
    assert browser.get("/auth/oidc/back").json()["code"] == "TL484"
