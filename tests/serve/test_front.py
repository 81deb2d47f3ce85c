"""The front keeps its limits whoever asks, and in the middle of whatever they send."""

from __future__ import annotations

import http.client
import socket

import pytest

from tanlu.errors import TanluError
from tanlu.serve import Answer, Server
from tanlu.serve.front import MAX_BODY_BYTES


class Echo:
    def answer(self, method: str, path: str, body: bytes) -> Answer:
        return Answer(200, f"{method} {path} {len(body)}".encode())


class Recording(Echo):
    def __init__(self, asked: list[bytes]) -> None:
        self.asked = asked

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        self.asked.append(body)
        return super().answer(method, path, body)


@pytest.fixture
def server():
    with Server(Echo(), silence_s=0.3) as made:
        yield made


@pytest.fixture
def line(server):
    made = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    yield made
    made.close()


def ask(line, method: str, path: str, body: bytes | None = None, headers: dict | None = None):
    line.request(method, path, body, headers or {})
    reply = line.getresponse()
    return reply, reply.read()


def raw(server, data: bytes, *, leaving: bool = False) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as sent:
        sent.sendall(data)
        if leaving:
            sent.shutdown(socket.SHUT_WR)
        found = b""
        while part := sent.recv(65_536):
            found += part
        return found


def test_one_connection_carries_many_requests(line) -> None:
    assert ask(line, "GET", "/a?b=c")[1] == b"GET /a 0"
    first = line.sock
    assert ask(line, "POST", "/d", b"12345")[1] == b"POST /d 5"
    assert line.sock is first


def test_a_head_has_the_length_and_no_body(line) -> None:
    reply, body = ask(line, "HEAD", "/a")

    assert (reply.headers["Content-Length"], body) == ("8", b"")


def test_a_body_over_the_limit_is_not_read(line) -> None:
    headers = {"Content-Length": str(MAX_BODY_BYTES + 1)}
    reply, _ = ask(line, "POST", "/", b"", headers)

    assert (reply.status, reply.headers["Connection"]) == (413, "close")
    assert ask(line, "POST", "/", bytes(MAX_BODY_BYTES))[0].status == 200


@pytest.mark.parametrize("told", ["", "-1", "1e3", "９", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(server, told) -> None:
    head = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {told}\r\n\r\n".encode()

    assert raw(server, head).split(b" ")[1] in (b"411", b"413")


def test_a_chunked_body_is_refused(server) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert b" 411 " in raw(server, head).split(b"\r\n")[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET /",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nContent-Length: 10\r\n",
        b"\x00\xff\x00\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_who_sends_half_or_nonsense_is_let_go_and_others_are_served(server, line, data) -> None:
    assert b" 200 " not in raw(server, data).split(b"\r\n")[0]
    assert ask(line, "GET", "/after")[1] == b"GET /after 0"


def test_other_methods_are_not_known(line) -> None:
    assert ask(line, "DELETE", "/")[0].status == 501


def test_it_listens_on_loopback_alone(server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.url == f"http://127.0.0.1:{server.server_port}"


def test_a_port_that_is_taken_is_refused_by_name(server) -> None:
    with pytest.raises(TanluError, match="TL633"):
        Server(Echo(), server.server_port)
    with pytest.raises(TanluError, match="TL633"):
        Server(Echo(), 70_000)


def test_beyond_its_places_a_connection_is_closed_at_once(server) -> None:
    taken = [server._places.acquire(blocking=False) for _ in range(64)]
    assert taken == [True] * 64
    assert raw(server, b"") == b""
    for _ in taken:
        server._places.release()
    assert b" 200 " in raw(server, b"GET / HTTP/1.0\r\n\r\n")


def test_half_a_body_reaches_nobody(server) -> None:
    asked = []
    server.front = Recording(asked)
    for leaving in (False, True):
        raw(server, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf", leaving=leaving)
    assert asked == []
    raw(server, b"POST / HTTP/1.0\r\nContent-Length: 4\r\n\r\nhalf")
    assert asked == [b"half"]


def test_places_are_free_again_when_who_had_them_left(server) -> None:
    for _ in range(70):
        assert b" 200 " in raw(server, b"GET / HTTP/1.0\r\n\r\n")
