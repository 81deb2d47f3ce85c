"""Jobs by their pages."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.serving import browser, whole
from tests.ui.views.admin.test_people import act


@pytest.fixture
def app(home):
    """The whole application."""
    return whole(home)


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
