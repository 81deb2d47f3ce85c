"""Running an application."""

from __future__ import annotations

import http.client
import socket
import ssl
import stat
import threading
import urllib.request
from queue import Queue

import pytest

from tanlu.errors import TanluError
from tanlu.serve.running import certificate, run


async def _hello(scope, receive, send):
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def served():
    ends, threads = threading.Event(), []

    def start(**options):
        told: Queue[str] = Queue()
        work = threading.Thread(target=run, args=(_hello, 0, told.put), kwargs={
            "ends": ends, **options})  # fmt: skip
        work.start()
        threads.append(work)
        return told.get(timeout=60)

    yield start
    ends.set()
    for thread in threads:
        thread.join(60)


def test_it_answers_on_loopback_until_it_is_ended(served):
    url = served()
    assert url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"hello"


def test_plain_http_is_refused_where_tls_is_spoken(served, tmp_path):
    chain, key = certificate(tmp_path)
    url = served(tls=(chain, key))
    trusts = ssl.create_default_context(cafile=chain)
    with urllib.request.urlopen(url, context=trusts) as answer:
        assert answer.read() == b"hello"
    plain = url.replace("https", "http")
    with pytest.raises((OSError, http.client.HTTPException)):
        urllib.request.urlopen(plain, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01\x02\x00\x01"])
def test_who_begins_no_handshake_is_let_go(served, tmp_path, first):
    url = served(tls=certificate(tmp_path))
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as held:
        held.sendall(first)
        held.settimeout(25)
        assert held.recv(1) == b""


def test_the_key_is_readable_by_its_owner_alone_and_kept(tmp_path):
    first = certificate(tmp_path / "deep")
    assert stat.S_IMODE(first[1].stat().st_mode) == 0o600
    held = first[0].read_bytes()
    assert certificate(tmp_path / "deep")[0].read_bytes() == held


def test_a_port_that_is_taken_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(TanluError, match="TL633"):
            run(_hello, taken.getsockname()[1], lambda url: None)
