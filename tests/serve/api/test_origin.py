"""From where a request comes."""

from __future__ import annotations

import pytest
from fastapi import Request

from tanlu.serve.api import origin


def _sent(host="tanlu.example", scheme="http", public=None, client="192.0.2.7", **headers):
    class App:
        class state:  # noqa: N801
            pass

    App.state.public = public
    told = [(b"host", host.encode())]
    told += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": told, "path": "/", "method": "POST", "app": App,
                    "query_string": b"", "server": (host, 80), "scheme": scheme,
                    "client": (client, 1)})  # fmt: skip


@pytest.mark.parametrize(
    ("host", "near"),
    [("127.0.0.1:80", True), ("localhost", True), ("[::1]:8080", True), ("a.localhost", True),
     ("127.9.9.9", True), ("192.0.2.1", False), ("localhost.evil.example", False),
     ("tanlu.example", False)],
)  # fmt: skip
def test_loopback_is_this_machine_alone(host, near):
    assert origin.loopback(_sent(host)) is near
    assert not origin.loopback(_sent(host, public="https://tanlu.example"))


def test_what_a_request_says_of_itself_is_not_believed_without_a_proxy():
    told = {
        "x_forwarded_proto": "https",
        "x_forwarded_for": "203.0.113.9",
        "x_forwarded_host": "other.example",
        "forwarded": "for=203.0.113.9;proto=https",
    }
    request = _sent(**told)
    assert not origin.tls(request)
    assert origin.address(request) == "192.0.2.7"
    assert not origin.ours(_sent(**told, origin="https://other.example"))


def test_behind_a_proxy_its_word_counts_and_nothing_before_it():
    public = "https://tanlu.example"
    request = _sent("inside:80", public=public, x_forwarded_for="1.2.3.4, 203.0.113.9",
                    origin=public)  # fmt: skip
    assert origin.tls(request)
    assert origin.ours(request)
    assert origin.address(request) == "203.0.113.9"
    assert not origin.ours(_sent("inside:80", public=public, origin="http://inside"))


def test_a_page_is_ours_by_scheme_host_and_port():
    assert origin.ours(_sent(origin="http://tanlu.example"))
    assert origin.ours(_sent(origin="http://TANLU.example:80"))
    assert origin.ours(_sent())
    assert origin.ours(_sent(sec_fetch_site="same-origin"))
    for said in ("https://tanlu.example", "http://tanlu.example:81", "null", "", "http://[",
                 "http://a.tanlu.example", "http://tanlu.example.evil"):  # fmt: skip
        assert not origin.ours(_sent(origin=said)), said


def test_an_address_of_ipv6_is_the_network_of_one_customer():
    one, other = _sent(client="2001:db8::1"), _sent(client="2001:db8::ffff")
    assert origin.address(one) == origin.address(other) == "2001:db8::"
    assert origin.address(_sent(client="2001:db8:0:1::1")) != "2001:db8::"
    assert origin.address(_sent(client="::ffff:192.0.2.1")) == "192.0.2.1"
