"""The record of acts by its page."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.serving import browser, whole
from tests.ui.views.admin.test_people import act


@pytest.fixture
def app(home):
    """The whole application."""
    return whole(home)


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
