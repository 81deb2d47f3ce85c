"""Login, invitation, logout."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.access.persons import invitations, people, sessions
from tanlu.store.relational.tables.access import SESSIONS
from tests.serving import HERE, PASSWORD, browser, person

TLS = "https://tanlu.example"


@pytest.fixture
def outside(app, home):
    person(home, "viewer", name="ann")
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def _login(client, name="ann", password=PASSWORD, **more):
    return client.post("/auth/login", json={"name": name, "password": password, **more})


def test_a_person_comes_in_and_the_cookie_is_hidden_from_scripts_and_other_sites(outside):
    told = _login(outside)
    assert (told.status_code, told.json()["role"]) == (200, "viewer")
    cookie = told.headers["set-cookie"].lower()
    assert cookie.startswith("tanlu=")
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/"))
    assert "domain" not in cookie
    assert told.headers["cache-control"] == "no-store"


def test_over_tls_the_cookie_is_bound_to_the_host(app, outside):
    told = _login(TestClient(app, base_url=TLS))
    cookie = told.headers["set-cookie"].lower()
    assert cookie.startswith("__host-tanlu=")
    assert all(word in cookie for word in ("secure", "httponly", "path=/"))


def test_over_a_network_nobody_comes_in_without_tls(app, outside):
    told = _login(TestClient(app, base_url="http://tanlu.example"))
    assert (told.status_code, told.json()["code"]) == (403, "TL960")
    assert "set-cookie" not in told.headers


@pytest.mark.parametrize(
    ("name", "password", "more"),
    [
        ("ann", "wrong", {}), ("bob", PASSWORD, {}), ("%", PASSWORD, {}), ("' or 1=1 --", "x", {}),
        ("ann", PASSWORD, {"organisation": "other"}), ("ann", PASSWORD, {"organisation": "none"}),
    ],
)  # fmt: skip
def test_whatever_is_wrong_the_answer_is_the_same(outside, name, password, more):
    told = _login(outside, name, password, **more)
    assert (told.status_code, told.json()["code"]) == (401, "TL475")
    assert name not in told.text
    assert "set-cookie" not in told.headers


def test_a_session_put_into_the_browser_before_login_is_worth_nothing_after_it(app, home, outside):
    attacker = person(home, "viewer", "other", name="eve")
    with home.state.everywhere() as state:
        planted = sessions.begin(state, attacker, "other")
    outside.cookies.set("tanlu", planted, domain="127.0.0.1", path="/")
    told = _login(outside)
    assert told.status_code == 200
    assert planted not in told.headers["set-cookie"]
    assert sessions.read(home.state, planted) is None
    outside.cookies.clear()
    chosen = "a" * 43
    outside.cookies.set("tanlu", chosen, domain="127.0.0.1", path="/")
    assert chosen not in _login(outside).headers["set-cookie"]


def test_another_sites_page_logs_nobody_in(outside):
    for headers in (
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"origin": "http://127.0.0.1:7392"}, {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:7391.evil.example"}, {"origin": "http://["},
    ):  # fmt: skip
        told = outside.post(
            "/auth/login", data={"name": "ann", "password": PASSWORD}, headers=headers
        )
        assert (told.status_code, told.json()["code"]) == (403, "TL476"), headers


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)",
           "/a\r\nset-cookie: x=y", "\\/evil.example", "/\t/evil.example", ""],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_login(outside, to):
    sent = {"name": "ann", "password": PASSWORD, "next": to}
    told = outside.post("/auth/login", data=sent, follow_redirects=False)
    assert (told.status_code, told.headers["location"]) == (303, "/")


def test_a_form_without_a_script_is_answered_with_a_page(outside):
    sent = {"name": "ann", "password": PASSWORD, "next": "/shipments?page=2"}
    told = outside.post("/auth/login", data=sent, follow_redirects=False)
    assert (told.status_code, told.headers["location"]) == (303, "/shipments?page=2")
    wrong = {"name": "ann", "password": "wrong", "back": "/en/login?x=1"}
    told = outside.post("/auth/login", data=wrong, follow_redirects=False)
    assert (told.status_code, told.headers["location"]) == (303, "/en/login?x=1&code=TL475")
    assert "set-cookie" not in told.headers


def test_fields_that_nobody_asked_for_are_refused(outside):
    assert _login(outside, role="manager").status_code == 422
    assert outside.post("/auth/login", data={"name": "ann"}).status_code == 422
    twice = {"name": ["ann", "bob"], "password": PASSWORD}
    assert outside.post("/auth/login", data=twice).status_code == 422
    text = {"content-type": "text/plain"}
    body = f'{{"name":"ann","password":"{PASSWORD}"}}'
    assert outside.post("/auth/login", content=body, headers=text).status_code == 422
    assert outside.post("/auth/login", json={"name": "a" * 3000}).status_code == 422


def test_an_invitation_makes_a_person_with_its_role_and_no_other(app, home, outside):
    with home.state.of("other") as state:
        made = invitations.invite(state, "supplier", by="p_x")
    sent = {"invitation": made.secret, "name": "Bob", "password": "short", "shown": "Bob B."}
    assert outside.post("/auth/join", json=sent).json()["code"] == "TL478"
    assert outside.post("/auth/join", json={**sent, "role": "manager"}).status_code == 422
    sent["password"] = "quite a long sentence"
    told = outside.post("/auth/join", json=sent)
    assert (told.json()["organisation"], told.json()["role"]) == ("other", "supplier")
    again = outside.post("/auth/join", json={**sent, "name": "eve"})
    assert (again.status_code, again.json()["code"]) == (404, "TL961")


def test_who_is_known_accepts_with_his_password_and_nobody_takes_his_name(app, home, outside):
    with home.state.of("other") as state:
        made = invitations.invite(state, "manager", by="p_x")
    sent = {"invitation": made.secret, "name": "ann", "password": "not the password of ann"}
    assert outside.post("/auth/join", json=sent).json()["code"] == "TL475"
    told = outside.post("/auth/join", json={**sent, "password": PASSWORD})
    assert (told.json()["organisation"], told.json()["role"]) == ("other", "manager")
    with home.state.everywhere() as state:
        assert len(people.memberships(state, told.json()["person"])) == 2


def test_logout_ends_this_session_or_all(app, home):
    one, other = browser(app, "viewer"), browser(app, "viewer")
    kept = dict(one.cookies)
    told = one.post("/auth/logout")
    assert told.status_code == 204
    assert 'tanlu=""' in told.headers["set-cookie"]
    one.cookies.update(kept)
    assert one.post("/auth/logout").json()["code"] == "TL471"
    third = browser(app, "viewer")
    assert third.post("/auth/logout?everywhere=true").status_code == 204
    assert other.post("/auth/logout").json()["code"] == "TL471"
    with home.state.everywhere() as state:
        assert state.count(SESSIONS) == 0


def test_logout_by_another_sites_page_is_refused(app):
    made = browser(app, "viewer")
    token = made.headers.pop("x-csrf-token")
    assert made.post("/auth/logout").json()["code"] == "TL476"
    assert made.get("/auth/logout").status_code == 405
    told = made.post("/auth/logout", data={"csrf_token": token}, follow_redirects=False)
    assert told.status_code == 303


def test_who_guesses_at_a_password_must_wait_also_with_the_right_one(outside):
    for _ in range(5):
        assert _login(outside, password="wrong").status_code == 401
    told = _login(outside)
    assert (told.status_code, told.json()["code"]) == (429, "TL477")
    assert int(told.headers["retry-after"]) >= 1
