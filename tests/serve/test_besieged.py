"""Attacks on the server that runs: whoever holds on is let go, and the others get their answers."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import time

import pytest

from tests.serve.standing import standing

HEAD_S, PATIENCE_S = 2.0, 2.0
MIB = 1 << 20
HOST = b"host: 127.0.0.1\r\n"
JSON = b"content-type: application/json\r\n"
# what the server may hold more than before while it is attacked, whatever is sent [MiB]
MORE_MIB = 150.0


@pytest.fixture(scope="module")
def server(network_books, tmp_path_factory):
    folder = tmp_path_factory.mktemp("besieged")
    with standing(network_books, folder, head_s=HEAD_S, patience_s=PATIENCE_S) as made:
        _settled(made)
        yield made


def _settled(server):
    """Wait until what the server prepares after its start is there, so that its memory stands."""
    before = 0.0
    for _ in range(30):
        _well(server)
        if abs(server.mib - before) < 2:
            return
        before = server.mib
        time.sleep(2)


def _opened(server, first=b""):
    made = socket.create_connection(("127.0.0.1", server.port), 30)
    if first:
        made.sendall(first)
    return made


def _answer(taken, seconds=30.0):
    """Give all that came until it is closed, or until nothing more comes for a while."""
    taken.settimeout(seconds)
    said = b""
    with contextlib.suppress(TimeoutError, ConnectionError):
        while piece := taken.recv(1 << 16):
            said += piece
    return said


def _status(said):
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else 0


def _asked(server, head, body=b""):
    with _opened(server) as taken:
        with contextlib.suppress(ConnectionError):
            taken.sendall(head + b"connection: close\r\n\r\n" + body)
        return _answer(taken)


def _well(server):
    """See that somebody else gets an answer, and give how long it took [s]."""
    begun = time.monotonic()
    assert _status(_asked(server, b"GET /healthz HTTP/1.1\r\n" + HOST)) == 200
    return time.monotonic() - begun


def _key(server):
    return b"authorization: Bearer " + server.key.encode() + b"\r\n"


def _held(server, many, first, drop=b"", *, most_s):
    """Open many connections that drip; give how many are left after a while, and all statuses."""
    begun, held = time.monotonic(), [_opened(server, first) for _ in range(many)]
    said, dripped = dict.fromkeys(held, b""), 0.0
    left = set(held)
    try:
        while left and time.monotonic() - begun < most_s:
            for each in select.select(list(left), [], [], 0.1)[0]:
                try:
                    piece = each.recv(1 << 16)
                except ConnectionError:
                    piece = b""
                said[each] += piece
                if not piece:
                    left.discard(each)
            if drop and time.monotonic() - dripped > 0.4:
                dripped = time.monotonic()
                for each in left:
                    with contextlib.suppress(OSError):
                        each.sendall(drop)
            assert _well(server) < 10
        return len(left), {_status(each) for each in said.values()}
    finally:
        for each in held:
            each.close()


# how it begins, what drips, and what is answered at the end, 0 for nothing
HOLDS = {
    "silence": (b"", b"", {0}),
    "a letter": (b"G", b"", {0}),
    "another protocol": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"", {0}),
    "half of another protocol": (b"PRI * HT", b"", {0}),
    "a head": (b"GET / HTTP/1.1\r\n" + HOST, b"a: b\r\n", {0}),
    "a name": (b"GET /", b"a", {0}),
    "after an answer": (b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n", b"", {200}),
    "a login": (
        b"POST /auth/login HTTP/1.1\r\n" + HOST + JSON + b"content-length: 900\r\n\r\n", b"x",
        {408}),
    "chunks": (
        b"POST /auth/login HTTP/1.1\r\n" + HOST + JSON + b"transfer-encoding: chunked\r\n\r\n",
        b"1\r\nx\r\n", {408}),
    "trailers": (
        b"POST /auth/login HTTP/1.1\r\n" + HOST + JSON + b"transfer-encoding: chunked\r\n\r\n"
        b"1\r\nx\r\n0\r\n", b"a: b\r\n", {408}),
    "nobody's body": (
        b"POST /v1/jobs HTTP/1.1\r\n" + HOST + JSON + b"content-length: 900\r\n\r\n", b"x", {401}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("hold", HOLDS)
def test_who_holds_on_is_let_go_and_the_others_are_answered_meanwhile(server, hold):
    first, drop, answers = HOLDS[hold]
    before = server.mib
    assert _held(server, 200, first, drop, most_s=40) == (0, answers)
    assert server.mib - before < MORE_MIB


@pytest.mark.slow
def test_a_slow_upload_of_somebody_known_ends_too_and_a_quick_one_does_not(server):
    head = b"POST /v1/activities HTTP/1.1\r\n" + HOST + JSON + _key(server)
    slow = head + b"content-length: 900000\r\n\r\n"
    assert _held(server, 20, slow, b"x", most_s=40) == (0, {408})
    # longer than the patience in all, yet with enough in each second
    with _opened(server, head + b"content-length: 400000\r\n\r\n") as taken:
        for _ in range(40):
            taken.sendall(b"x" * 10_000)
            time.sleep(0.1)
        taken.settimeout(30)
        said = taken.recv(1 << 16)
    assert _status(said) in (400, 415, 422)


@pytest.mark.parametrize("head", [
    b"GET /healthz HTTP/1.1\r\n" + HOST + b"a: " + b"b" * MIB + b"\r\n",
    b"GET /" + b"a" * MIB + b" HTTP/1.1\r\n" + HOST,
    b"GET /healthz HTTP/1.1\r\n" + HOST + b"".join(b"a%d: b\r\n" % n for n in range(5000)),
    b"GET /healthz HTTP/1.1\r\n" + HOST + b"cookie: " + b"a=b; " * 100_000 + b"\r\n",
])  # fmt: skip
def test_a_huge_head_is_refused_and_not_held(server, head):
    before = server.mib
    with contextlib.ExitStack() as held:
        takers = [held.enter_context(_opened(server)) for _ in range(20)]
        for each in takers:
            with contextlib.suppress(ConnectionError):
                each.sendall(head + b"\r\n")
        assert {_status(_answer(each)) for each in takers} <= {0, 400, 414, 431}
    assert server.mib - before < MORE_MIB
    _well(server)


def _endless(server, head, most=200 * MIB):
    """Send chunks for ever, and give the answer and how much was taken."""
    sent, chunk = 0, b"10000\r\n" + b" " * 65536 + b"\r\n"
    with _opened(server, head + b"transfer-encoding: chunked\r\n\r\n") as taken:
        with contextlib.suppress(ConnectionError, TimeoutError):
            while sent < most and not select.select([taken], [], [], 0)[0]:
                taken.sendall(chunk)
                sent += len(chunk)
        return _status(_answer(taken)), sent


@pytest.mark.parametrize(("path", "known", "status", "most"), [
    ("/v1/jobs", False, 401, 16), ("/v1/activities", False, 401, 16),
    ("/auth/login", False, 413, 16), ("/settings", False, 413, 16),
    ("/v1/jobs", True, 413, 32), ("/epcis/queries", True, 413, 32),
])  # fmt: skip
def test_chunks_without_end_are_not_taken(server, path, known, status, most):
    before = server.mib
    head = b"POST " + path.encode() + b" HTTP/1.1\r\n" + HOST + JSON + (_key(server) * known)
    for _ in range(5):
        told, sent = _endless(server, head)
        # one who goes on sending may see a connection that was closed, and no answer
        assert told in (status, 0)
        assert sent < most * MIB
    assert server.mib - before < MORE_MIB
    _well(server)


INNER = b"GET /v1/me HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"transfer-encoding: chunked\r\n"
SMUGGLED = {
    "length and chunks": b"content-length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + INNER,
    "chunks and length": CHUNKED + b"content-length: 5\r\n\r\n0\r\n\r\n" + INNER,
    "two lengths": b"content-length: 1\r\ncontent-length: 2\r\n\r\nx" + INNER,
    "lengths in one": b"content-length: 1, 2\r\n\r\nx" + INNER,
    "a sign": b"content-length: +1\r\n\r\nx" + INNER,
    "a negative length": b"content-length: -1\r\n\r\n" + INNER,
    "a long length": b"content-length: 18446744073709551617\r\n\r\nx" + INNER,
    "hexadecimal": b"content-length: 0x1\r\n\r\nx" + INNER,
    "another coding": b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n" + INNER,
    "coding after chunks": b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n" + INNER,
    "space before the colon": b"transfer-encoding : chunked\r\n\r\n0\r\n\r\n" + INNER,
    "a folded line": b"a: b\r\n transfer-encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
    "a null": b"a: \x00b\r\ncontent-length: 0\r\n\r\n" + INNER,
    "a bare return": b"a: b\rcontent-length: 9\r\n\r\n" + INNER,
    "a negative chunk": CHUNKED + b"\r\n-1\r\nx\r\n0\r\n\r\n" + INNER,
    "a chunk beyond all": CHUNKED + b"\r\nfffffffffffffffff\r\nx\r\n0\r\n\r\n" + INNER,
    "a chunk of letters": CHUNKED + b"\r\n0x1\r\nx\r\n0\r\n\r\n" + INNER,
}  # fmt: skip


@pytest.mark.parametrize("shape", SMUGGLED)
def test_no_request_hides_in_another(server, shape):
    head = b"POST /auth/login HTTP/1.1\r\n" + HOST + JSON
    with _opened(server, head + SMUGGLED[shape]) as taken:
        said = _answer(taken)
    # one answer, of somebody who is told that he is wrong, and then no more is believed
    assert said.count(b"HTTP/1.1 ") == 1, said
    assert 400 <= _status(said) < 500, said
    _well(server)


def test_a_body_that_is_broken_off_is_no_fault_of_the_server(server):
    for path in ("/auth/login", "/v1/jobs", "/v1/activities"):
        head = b"POST " + path.encode() + b" HTTP/1.1\r\n" + HOST + JSON + _key(server)
        with _opened(server, head + b"content-length: 1000\r\n\r\n{") as taken:
            taken.shutdown(socket.SHUT_WR)
            assert _status(_answer(taken)) in (0, 422), path
    _well(server)


def test_many_requests_in_one_go_are_answered_in_order(server):
    paths = [b"/healthz", b"/v1/none-%d"]
    asked = b"".join(
        b"GET " + (paths[n % 2] % n if n % 2 else paths[0]) + b" HTTP/1.1\r\n" + HOST + b"\r\n"
        for n in range(100)
    )
    with _opened(server, asked) as taken:
        said = _answer(taken)
    statuses = [int(each[:3]) for each in said.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 404] * 50


@pytest.mark.slow
def test_who_takes_nothing_of_long_answers_fills_no_memory(server):
    before = server.mib
    head = b"GET /v1/tables/emission?format=ndjson HTTP/1.1\r\n" + HOST + _key(server) + b"\r\n"
    with contextlib.ExitStack() as held:
        for _ in range(100):
            taken = socket.socket()
            held.enter_context(taken)
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            taken.connect(("127.0.0.1", server.port))
            taken.sendall(head)
        time.sleep(2)
        assert _well(server) < 10
        assert server.mib - before < MORE_MIB


@pytest.mark.slow
def test_who_watches_long_does_not_hold_on(server):
    head = b"GET /v1/live?t=kpi HTTP/1.1\r\n" + HOST + _key(server) + b"\r\n"
    with _opened(server, head) as taken:
        taken.settimeout(30)
        ends, said = time.monotonic() + 4 * HEAD_S, b""
        while time.monotonic() < ends:
            said += (piece := taken.recv(1 << 16))
            assert piece, said[-200:]
    assert _status(said) == 200


def test_what_is_answered_is_of_this_server(server):
    told = json.loads(_asked(server, b"GET /healthz HTTP/1.1\r\n" + HOST).partition(b"\r\n\r\n")[2])
    assert told["status"] == "ok"
