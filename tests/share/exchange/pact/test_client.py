"""A client of a partner's host."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import Client, Partner, Reply, client, events
from tests.share.exchange.pact.told import AT, shelf

BASE = "https://a.example/pact"


class Host:
    """A host of scripted replies that notes what it is asked."""

    def __init__(self, **replies):
        self.replies = {"/auth/token": Reply(200, {}, b'{"access_token":"t1"}')} | replies
        self.asked = []

    def ask(self, method, url, headers, body=b""):
        self.asked.append((method, url, dict(headers), body))
        found = self.replies.get(url.removeprefix(BASE), Reply(404, {}, b""))
        return found.pop(0) if isinstance(found, list) else found


def _page(*told, following=None):
    headers = {} if following is None else {"link": f'<x>; rel="prev", <{following}>; rel=next'}
    return Reply(200, headers, json.dumps({"data": [each.content for each in told]}).encode())


def _client(**replies):
    host = Host(**{name.replace("list", "/3/footprints"): each for name, each in replies.items()})
    return Client(Partner(BASE, "us", "secret"), host), host


def test_all_pages_are_fetched_and_checked():
    one, two, three = shelf()
    host = Host(**{"/3/footprints": _page(one, following=f"{BASE}/3/footprints?after=1"),
                   "/3/footprints?after=1": _page(two, three)})  # fmt: skip
    found = Client(Partner(f"{BASE}/", "us", "secret"), host).fetch()
    assert [each["id"] for each in found.contents] == [each.id for each in (one, two, three)]
    assert [each.code for each in found.findings[one.id]] == ["TL878"]
    assert host.asked[1][2]["authorization"] == "Basic dXM6c2VjcmV0"
    assert host.asked[1][3] == b"grant_type=client_credentials"
    assert host.asked[-1][2]["authorization"] == "Bearer t1"


def test_criteria_are_sent_as_they_are_asked():
    query = "/3/footprints?productId=urn%3Ax%3A1&productId=urn%3Ax%3A2&status=Active"
    host = Host(**{query: _page()})
    asked = [("productId", "urn:x:1"), ("productId", "urn:x:2"), ("status", "Active")]
    assert Client(Partner(BASE, "us", "secret"), host).fetch(3, asked).contents == []


@pytest.mark.parametrize("following", [
    "https://b.example/pact/3/footprints", "http://a.example/pact/3/footprints",
    "https://a.example:444/x", f"{BASE}/3/footprints"])  # fmt: skip
def test_a_page_that_leads_elsewhere_or_in_a_circle_is_not_followed(following):
    client, _ = _client(list=_page(following=following))
    with pytest.raises(TanluError, match="TL879"):
        client.fetch()


def test_a_token_that_is_over_is_asked_for_anew_once():
    client, host = _client(list=[_page(), Reply(401, {}, b""), _page()])
    client.fetch()
    client.fetch()
    assert [method for method, *_ in host.asked].count("POST") == 2
    never, host = _client(list=Reply(401, {}, b""))
    with pytest.raises(TanluError, match="401"):
        never.fetch()


def test_the_token_endpoint_is_the_one_that_is_told_over_the_same_scheme():
    told = b'{"token_endpoint":"https://login.example/t"}'
    where = Reply(200, {}, b'{"access_token":"t2"}')
    for body, reached in ((told, "https://login.example/t"),
                          (told.replace(b"https", b"http"), f"{BASE}/auth/token")):  # fmt: skip
        host = Host(**{"/.well-known/openid-configuration": Reply(200, {}, body),
                       "https://login.example/t": where, "/3/footprints": _page()})  # fmt: skip
        Client(Partner(BASE, "us", "secret"), host).fetch()
        assert [url for method, url, *_ in host.asked if method == "POST"] == [reached]


@pytest.mark.parametrize("reply", [
    Reply(500, {}, b""), Reply(200, {}, b"<html>"), Reply(200, {}, b"[]"), Reply(200, {}, b"{}"),
    Reply(200, {}, b'{"data":{}}'), Reply(302, {"location": "x"}, b""),
    Reply(200, {}, b"[" * 9999)])  # fmt: skip
def test_what_is_no_answer_of_pact_is_said_to_be_none(reply):
    with pytest.raises(TanluError, match="TL879"):
        _client(list=reply)[0].fetch()


@pytest.mark.parametrize("body", [b"{}", b'{"access_token":7}', b'{"access_token":"a\\r\\nb"}'])
def test_a_token_that_is_none_is_not_sent(body):
    host = Host(**{"/auth/token": Reply(200, {}, body), "/3/footprints": _page()})
    with pytest.raises(TanluError, match="TL879"):
        Client(Partner(BASE, "us", "secret"), host).fetch()
    assert len(host.asked) == 2


def test_an_event_and_one_footprint_have_their_addresses():
    one = shelf()[0]
    body = json.dumps({"data": one.content}).encode()
    host = Host(
        **{f"/3/footprints/{one.id}": Reply(200, {}, body), "/3/events": Reply(200, {}, b"")}
    )
    client = Client(Partner(BASE, "us", "secret"), host)
    assert client.one(one.id) == one.content
    client.send(events.published(3, "https://us.example", [one.id], at=AT))
    assert host.asked[-1][2]["content-type"].startswith("application/cloudevents+json")


def test_a_secret_is_not_shown():
    assert "secret" not in repr(Partner(BASE, "us", "secret"))


def test_a_partner_who_links_one_page_after_the_other_fills_no_memory(monkeypatch):
    """Each page is small enough, and together they would never end."""
    monkeypatch.setattr(client, "MOST_BYTES", 5000)

    class Endless(Host):
        def ask(self, method, url, headers, body=b""):
            if "/footprints" not in url:
                return super().ask(method, url, headers, body)
            self.asked.append(url)
            nth = len(self.asked)
            link = f'<{BASE}/3/footprints?after={nth}>; rel="next"'
            return Reply(200, {"link": link}, b'{"data":[{"id":"%s"}]}' % (b"x" * 1000))

    host = Endless()
    with pytest.raises(TanluError, match="TL879") as found:
        Client(Partner(BASE, "us", "secret"), host).fetch()
    assert "more than 5,000 bytes" in str(found.value)
    assert len(host.asked) < 10
