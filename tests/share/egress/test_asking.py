"""Asking others, and nobody else."""

from __future__ import annotations

import http.server
import itertools
import socket
import ssl
import threading
import time

import pytest

from tanlu.errors import TanluError
from tanlu.serve.running import certificate
from tanlu.share.egress import Egress, Reach, Target, post

SECRET = {"authorization": "Bearer s3cret"}


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self._say(201, body + self.headers["host"].encode())

    def do_GET(self):
        self.server.asked.append(dict(self.headers))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("location", f"http://127.0.0.1:{self.server.server_port}/onward")
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
    made.asked, made.handle_error = [], lambda *_: None
    made.chain, key = certificate(tmp_path)
    if getattr(request, "param", "") == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.chain, key)
        made.socket = context.wrap_socket(made.socket, server_side=True)
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def test_a_partner_who_is_near_is_asked_in_plain_words(server):
    url = f"http://127.0.0.1:{server.server_port}"
    got = Egress(near=True).ask("GET", f"{url}/a?b=c", {})
    assert (got.status, got.headers["link"], got.body) == (200, "x", b"/a?b=c")
    posted = Egress(near=True).ask("POST", f"{url}/e", {"x-y": "z"}, b"told ")
    assert (posted.status, posted.body) == (201, f"told 127.0.0.1:{server.server_port}".encode())


def test_a_redirect_is_an_answer_and_no_credential_goes_onward(server):
    url = f"http://127.0.0.1:{server.server_port}/away"
    assert Egress(near=True).ask("GET", url, SECRET).status == 302
    assert [each["authorization"] for each in server.asked] == ["Bearer s3cret"]


def test_an_answer_that_is_too_long_is_cut_off(server):
    url = f"http://127.0.0.1:{server.server_port}/long"
    assert len(Egress(near=True, most=500).ask("GET", url, {}).body) == 500
    with pytest.raises(TanluError, match=r"TL866.*more than 499 bytes"):
        Egress(near=True, most=499).ask("GET", url, {})


@pytest.mark.parametrize("server", ["tls"], indirect=True)
def test_a_certificate_must_be_one_that_is_trusted(server):
    url = f"https://localhost:{server.server_port}/a"
    assert Egress(near=True, ca=server.chain).ask("GET", url, {}).status == 200
    with pytest.raises(TanluError, match="TL866"):
        Egress(near=True).ask("GET", url, {})
    # the name is the one that was asked for, whatever address it has
    named = Reach(Egress(near=True).reach.inside, resolve=lambda host, port: ["127.0.0.1"])
    elsewhere = f"https://partner.example:{server.server_port}/a"
    with pytest.raises(TanluError, match=r"TL866.*certificate"):
        Egress(named, ca=server.chain).ask("GET", elsewhere, {})
    assert len(server.asked) == 1


HOUSE = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.3.4", "169.254.169.254", "100.64.0.1",
         "0.0.0.0", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "224.0.0.1",
         "100.100.100.200", "168.63.129.16"]  # fmt: skip


@pytest.mark.parametrize("address", HOUSE)
def test_what_a_partner_writes_does_not_lead_into_the_house(monkeypatch, address):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: asked.append(1))
    with pytest.raises(TanluError, match="TL866"):
        Egress().ask("GET", "https://innocent.example/3/events", {})
    assert asked == []


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(server, monkeypatch):
    # first this machine, then any other: as rebinding does it, and the connection asks no more
    answers = itertools.chain(["127.0.0.1"], itertools.repeat("192.0.2.1"))
    looked, reached, connect = [], [], socket.create_connection

    def resolve(host, port):
        looked.append(host)
        return [next(answers)]

    def connected(place, *more):
        reached.append(place)
        return connect(place, *more)

    monkeypatch.setattr(socket, "create_connection", connected)
    near = Reach(Egress(near=True).reach.inside, resolve=resolve)
    url = f"http://partner.example:{server.server_port}/a"
    assert Egress(near).ask("GET", url, {}).status == 200
    assert (looked, reached) == (["partner.example"], [("127.0.0.1", server.server_port)])
    assert server.asked[0]["Host"] == f"partner.example:{server.server_port}"
    with pytest.raises(TanluError, match="TL866"):
        Egress(near).ask("GET", url, {})
    assert len(reached) == 1


@pytest.mark.parametrize("url", [
    "http://8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "https://u:p@8.8.8.8/", "https:///",
    "https://8.8.8.8:x/", "//8.8.8.8/", ""])  # fmt: skip
def test_an_address_that_is_none_is_not_asked(monkeypatch, url):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("asked"))
    for near in (False, True):
        with pytest.raises(TanluError, match="TL866"):
            Egress(near=near).ask("GET", url, {})


def test_nobody_who_listens_is_an_answer_without_a_status():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        answer = post(Target("http", "a.example", port, "/", "127.0.0.1"), b"{}", {})
        assert (answer.status, answer.said) == (None, "ConnectionRefusedError")
        with pytest.raises(TanluError, match="TL866"):
            Egress(near=True).ask("GET", f"http://127.0.0.1:{port}/", {})


HEAD = b"HTTP/1.1 200 OK\r\n"
# what drips for ever, each at another place of an answer: its end is never near
DRIPS = {
    "interim": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers": (HEAD, b"x"),
    "whole": (HEAD + b"content-length: 1000\r\n\r\n", b"x"),
    "chunks": (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "until it closes": (HEAD + b"\r\n", b"x"),
    # the beginning of a record of TLS that is 16 KiB long
    "handshake": (b"\x16\x03\x03\x40\x00", b"\x02"),
}


@pytest.fixture
def dripping(request):
    first, drop = DRIPS[request.param]
    ends = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as taken:

        def drip():
            reached, _ = taken.accept()
            with reached:
                try:
                    reached.sendall(first)
                    while not ends.wait(0.02):
                        reached.sendall(drop)
                except OSError:
                    pass

        work = threading.Thread(target=drip)
        work.start()
        yield "https" if request.param == "handshake" else "http", taken.getsockname()[1]
        ends.set()
        work.join()


@pytest.mark.parametrize("dripping", DRIPS, indirect=True)
def test_who_drips_is_not_waited_for_wherever_he_does(dripping):
    scheme, port = dripping
    begun = time.monotonic()
    with pytest.raises(TanluError, match=r"TL866.*takes longer than 0.3 s"):
        Egress(near=True, whole_s=0.3).ask("GET", f"{scheme}://127.0.0.1:{port}/", {})
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("dripping", ["until it closes"], indirect=True)
def test_a_message_that_is_cut_off_did_not_arrive(dripping):
    target = Target("http", "a.example", dripping[1], "/", "127.0.0.1")
    assert post(target, b"{}", {}, whole_s=0.3) == (None, "too slow", None)
