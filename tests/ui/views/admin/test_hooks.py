"""Webhooks by their pages."""

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
