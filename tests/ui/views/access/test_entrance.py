"""The way in: forms that work without a script, and lead nobody elsewhere."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.access import Keeper
from tests.serving import HERE, PASSWORD, person, whole
from tests.ui import browsing


@pytest.fixture
def outside(home):
    """A browser in which nobody has logged in; there is a manager."""
    person(home, "manager")
    return TestClient(whole(home), base_url=HERE, raise_server_exceptions=False)


def _sent(answer, form="form[action^='/auth/']"):
    page = LexborHTMLParser(answer.text)
    fields = page.css_first(form).css("input[name]")
    return {each.attributes["name"]: each.attributes.get("value") or "" for each in fields}


def _log_in(outside, path="/en/login", password=PASSWORD):
    form = _sent(outside.get(path))
    sent = {**form, "name": "manager.home", "password": password}
    return outside.post("/auth/login", data=sent, headers={"origin": HERE})


def test_who_logs_in_comes_where_he_wanted(outside):
    led = outside.get("/en/me?lang=en&a=b", follow_redirects=False)
    assert led.status_code == 303
    answer = _log_in(outside, led.headers["location"])
    assert answer.status_code == 200
    assert str(answer.url) == f"{HERE}/en/me?lang=en&a=b"


def test_a_wrong_password_is_said_and_where_he_wanted_is_kept(outside):
    answer = _log_in(outside, "/en/login?next=%2Fen%2Fme", "wrong")
    page = LexborHTMLParser(answer.text)
    assert "do not open anything" in page.css_first("[role=alert]").text()
    assert _sent(answer)["next"] == "/en/me"
    assert "TL475" not in page.css_first("main").text()


def test_who_tries_too_often_is_told_how_long_to_wait(outside):
    said = [_log_in(outside, password="wrong").text for _ in range(9)][-1]
    assert "Too many tries" in said


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil"])
def test_nobody_is_led_elsewhere(outside, elsewhere):
    page = outside.get("/en/login", params={"next": elsewhere})
    assert _sent(page)["next"] == "/en/"
    assert "evil" not in _sent(page)["next"]


def test_what_stands_in_the_address_is_shown_as_text_or_not_at_all(outside):
    page = outside.get("/en/login", params={"code": "<script>x</script>", "after_s": "<b>"})
    assert "<script>x" not in page.text
    assert "did not work" in page.text


def test_an_invitation_makes_a_person_who_is_in_at_once(outside, home):
    with home.state.of("home") as state:
        from tanlu.serve.access import invitations

        secret = invitations.invite(state, "viewer", by="tests").secret
    form = _sent(outside.get("/en/join"))
    sent = {**form, "invitation": secret, "name": "ann", "shown": "Ann <b>", "password": PASSWORD}
    answer = outside.post("/auth/join", data=sent, headers={"origin": HERE})
    assert answer.status_code == 200
    menu = LexborHTMLParser(answer.text).css_first("#person")
    assert "Ann <b>" in menu.text()
    again = outside.post("/auth/join", data={**sent, "name": "bob"}, headers={"origin": HERE})
    assert "was used" in again.text or "none of ours" in again.text


def test_the_way_out_is_a_form_with_the_token(outside):
    page = _log_in(outside)
    form = _sent(page, "form[action='/auth/logout']")
    assert form["csrf_token"]
    forged = outside.post("/auth/logout", data={"csrf_token": "x"}, headers={"origin": HERE})
    assert forged.status_code == 403
    answer = outside.post("/auth/logout", data=form, headers={"origin": HERE})
    assert LexborHTMLParser(answer.text).css_first("form[action='/auth/login']") is not None


def test_the_navigation_leads_nobody_to_a_page_that_is_refused(home):
    for role in ("manager", "operator", "verifier", "supplier", "viewer", "developer"):
        person(home, role)
        made = TestClient(whole(home), base_url=HERE, raise_server_exceptions=False)
        sent = {"name": f"{role}.home", "password": PASSWORD, "next": "/en/me"}
        page = made.post("/auth/login", data=sent)
        links = [a.attributes["href"] for a in LexborHTMLParser(page.text).css(".side li a")]
        assert links
        refused = [href for href in links if made.get(href).status_code == 403]
        assert refused == [], role


@pytest.mark.browser
def test_the_first_manager_opens_his_link_and_is_in(chromium, home):
    with browsing.serving(whole(home)) as url:
        link = f"/join#{Keeper(home).first().secret}"
        with browsing.opened(chromium, url, link) as (page, _):
            assert page.input_value("[name=invitation]")
            page.fill("[name=name]", "lin")
            page.fill("[name=password]", PASSWORD)
            page.click(".way-in button")
            page.wait_for_selector("#person")
            page.goto(f"{url}/en/admin/people")
            assert "lin" in page.inner_text("main")


@pytest.mark.browser
def test_login_works_without_a_script(chromium, home):
    person(home, "viewer")
    with (
        browsing.serving(whole(home)) as url,
        browsing.opened(chromium, url, "/en/", scripts=False) as (page, _),
    ):
        page.fill("[name=name]", "viewer.home")
        page.fill("[name=password]", PASSWORD)
        page.click(".way-in button")
        assert page.url == f"{url}/en/"
        page.click("#person summary")
        page.click("text=Log out")
        assert "/en/login" in page.url or "/zh/login" in page.url
