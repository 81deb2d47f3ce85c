"""Reaching a partner, and nobody else."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading

import pytest

from tanlu.errors import TanluError
from tanlu.serve.exchange import reach
from tanlu.serve.exchange.reach import Reach
from tanlu.serve.running import certificate


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self._say(201, body + self.headers["host"].encode())

    def do_GET(self):
        if self.path == "/away":
            self.send_response(302)
            self.send_header("location", "https://elsewhere.example/")
            self.end_headers()
        else:
            self._say(200, self.path.encode() * (100 if self.path == "/long" else 1))

    def _say(self, status, body):
        self.send_response(status)
        self.send_header("Link", "x")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def server(request, tmp_path):
    made = http.server.HTTPServer(("127.0.0.1", 0), _Answers)
    chain, key = certificate(tmp_path)
    if getattr(request, "param", "") == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        made.socket = context.wrap_socket(made.socket, server_side=True)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made.server_port, chain
    made.shutdown()
    made.server_close()


def test_a_partner_who_is_near_is_asked_in_plain_words(server):
    url = f"http://127.0.0.1:{server[0]}"
    got = Reach(near=True).ask("GET", f"{url}/a?b=c", {})
    assert (got.status, got.headers["link"], got.body) == (200, "x", b"/a?b=c")
    posted = Reach(near=True).ask("POST", f"{url}/e", {"x-y": "z"}, b"told ")
    assert (posted.status, posted.body) == (201, f"told 127.0.0.1:{server[0]}".encode())


def test_a_redirect_is_an_answer_and_is_not_followed(server):
    assert Reach(near=True).ask("GET", f"http://127.0.0.1:{server[0]}/away", {}).status == 302


def test_an_answer_that_is_too_long_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(reach, "MAX_BYTES", 100)
    with pytest.raises(TanluError, match="TL879"):
        Reach(near=True).ask("GET", f"http://127.0.0.1:{server[0]}/long", {})


@pytest.mark.parametrize("server", ["tls"], indirect=True)
def test_a_certificate_must_be_one_that_is_trusted(server):
    url = f"https://localhost:{server[0]}/a"
    assert Reach(near=True, ca=server[1]).ask("GET", url, {}).status == 200
    with pytest.raises(TanluError, match="TL879"):
        Reach(near=True).ask("GET", url, {})


HOUSE = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.3.4", "169.254.169.254", "100.64.0.1",
         "0.0.0.0", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "224.0.0.1"]  # fmt: skip


@pytest.mark.parametrize("address", HOUSE)
def test_what_a_partner_writes_does_not_lead_into_the_house(monkeypatch, address):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: asked.append(1))
    with pytest.raises(TanluError, match="TL879"):
        Reach().ask("GET", "https://innocent.example/3/events", {})
    assert asked == []


@pytest.mark.parametrize("url", [
    "http://8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "https://u:p@8.8.8.8/", "https:///",
    "https://8.8.8.8:x/", "//8.8.8.8/", ""])  # fmt: skip
def test_an_address_that_is_none_is_not_asked(monkeypatch, url):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("asked"))
    with pytest.raises(TanluError, match="TL879"):
        Reach().ask("GET", url, {})
    if url.startswith("http:"):
        with pytest.raises(TanluError, match="TL879"):
            Reach(near=True).ask("GET", url, {})
