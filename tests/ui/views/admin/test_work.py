"""Webhooks, jobs and the record of acts by their pages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.serving import browser, whole
from tests.ui.views.admin.test_people import act


@pytest.fixture
def app(home):
    """The whole application, whose webhooks may be sent to anybody."""
    made = whole(home)
    made.state.hooks.reach = SimpleNamespace(target=lambda url: url)
    return made


def _hook(client):
    made = act(client, "/en/admin/hooks", act="subscribe", url="https://a.example/", event="test")
    page = LexborHTMLParser(made.text)
    return page.css_first(".secret code").text(), page.css_first("[role=status] a").attributes


def test_a_webhook_is_subscribed_tested_and_removed(app):
    client = browser(app)
    secret, link = _hook(client)
    at = link["href"]
    assert secret not in client.get(at).text
    assert act(client, at, act="test").status_code == 303
    assert len(LexborHTMLParser(client.get(f"{at}?state=waiting").text).css("tbody tr")) == 1
    assert LexborHTMLParser(client.get(f"{at}?state=dead").text).css("tbody tr") == []
    assert act(client, at, act="off").status_code == 303
    assert "off" in LexborHTMLParser(client.get(at).text).css_first("header .tag").text()
    new = LexborHTMLParser(act(client, at, act="rotate").text).css_first(".secret code").text()
    assert new != secret
    assert act(client, at, act="drop").status_code == 303
    assert client.get(at).status_code == 404


def test_a_webhook_of_another_organisation_is_not_there(app):
    _, link = _hook(browser(app))
    other = browser(app, tenant="other")
    assert other.get(link["href"]).status_code == 404
    assert act(other, link["href"], act="drop").status_code == 404


def test_a_job_is_asked_for_followed_and_cancelled(app):
    client = browser(app)
    assert act(client, "/en/admin/jobs", act="ask", kind="verify").status_code == 303
    page = LexborHTMLParser(client.get("/en/admin/jobs").text)
    # who looks is told anew while something is open
    assert page.css_first("#rows > div").attributes["hx-trigger"] == "every 1500ms"
    at = page.css_first("td a").attributes["href"]
    assert client.get(at, headers={"hx-request": "true"}).text.startswith("<section")
    assert act(client, at, act="cancel").status_code == 303
    over = LexborHTMLParser(client.get("/en/admin/jobs").text).css_first("#rows > div")
    assert "hx-trigger" not in over.attributes


def test_nobody_asks_for_what_is_not_his_and_cancels_no_others_job(app):
    manager, viewer = browser(app), browser(app, "viewer")
    assert act(viewer, "/en/admin/jobs", act="ask", kind="seal").status_code == 403
    name = app.state.jobs.ask("home", "verify", {}, "somebody")
    assert act(viewer, f"/en/admin/jobs/{name}", act="cancel").status_code == 403
    assert act(manager, f"/en/admin/jobs/{name}", act="cancel").status_code == 303


def test_what_was_done_stands_in_the_record_and_can_be_found(app):
    client = browser(app)
    act(client, "/en/admin/people", act="withdraw", invitation="i_none")
    rows = LexborHTMLParser(client.get("/en/admin/audit?q=admin/people").text).css("tbody tr")
    assert len(rows) == 1
    assert "404" in rows[0].text()
    assert "i_none" in rows[0].text()
    failed = LexborHTMLParser(client.get("/en/admin/audit?fails=yes").text).css("tbody tr")
    assert len(failed) == 1
    assert LexborHTMLParser(client.get("/en/admin/audit?q=%25").text).css("tbody tr") == []


def test_a_line_that_was_changed_breaks_the_chain_on_the_page(app, home):
    client = browser(app)
    assert "The record is whole" in client.get("/en/admin/audit?check=1").text
    # what somebody does who has the database: he takes the guard away first
    with home.state.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS act_no_update")
        connection.exec_driver_sql("UPDATE act SET what = 'POST /nothing' WHERE seq = 1")
    assert "The record is broken" in client.get("/en/admin/audit?check=1").text
