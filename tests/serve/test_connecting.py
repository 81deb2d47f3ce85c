"""How many connections a server may hold."""

from __future__ import annotations

import contextlib
import resource
import socket
import threading
import time
from queue import Queue

import pytest

from tanlu.serve import connecting, running
from tanlu.serve.connecting import SPARE_FILES, Shares, connections


@pytest.fixture
def limited(monkeypatch):
    told = {}

    def limit(soft, hard, *, refuses=False):
        def set_(_, both):
            if refuses:
                raise ValueError
            told["asked"] = both

        monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
        monkeypatch.setattr(resource, "setrlimit", set_)
        return told

    return limit


def test_the_system_is_asked_for_room(limited):
    told = limited(1024, 65536)
    assert connections(8192) == 8192
    assert told["asked"] == (8192 + SPARE_FILES, 65536)


def test_what_the_system_refuses_is_not_promised(limited):
    limited(1024, 2048)
    assert connections(8192) == 2048 - SPARE_FILES
    limited(1024, 65536, refuses=True)
    assert connections(8192) == 1024 - SPARE_FILES
    limited(256, 256)
    assert connections(8192) == 128


def test_without_a_limit_there_is_room_for_all(limited):
    limited(resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert connections(8192) == 8192


@contextlib.contextmanager
def opened(port, wanted):
    """Give connections to a port, so many from each address of this machine."""
    with contextlib.ExitStack() as stack:
        made = {}
        for source, count in wanted.items():
            made[source] = [
                stack.enter_context(
                    socket.create_connection(("127.0.0.1", port), 5, source_address=(source, 0))
                )
                for _ in range(count)
            ]
        yield made


def ended(one):
    one.settimeout(0.05)
    try:
        return one.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.fixture
def heard():
    """A port that takes connections, in this process as the server's own are."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        yield listening


def test_one_address_holds_a_share_and_the_newest_beyond_it_are_ended(heard, monkeypatch):
    monkeypatch.setattr(connecting, "spared", lambda _: False)
    port = heard.getsockname()[1]
    with opened(port, {"127.0.0.2": 9, "127.0.0.3": 5}) as made, contextlib.ExitStack() as stack:
        for _ in range(14):
            stack.enter_context(heard.accept()[0])
        shares = Shares(port, 20)
        assert (shares.share, shares.look()) == (5, 4)
        assert [ended(one) for one in made["127.0.0.2"]] == [False] * 5 + [True] * 4
        assert [ended(one) for one in made["127.0.0.3"]] == [False] * 5
        # what is connected to another port is none of the server's
        assert Shares(port + 1, 4).look() == 0


def test_this_machine_is_spared_for_a_proxy_may_stand_on_it(heard):
    port = heard.getsockname()[1]
    with opened(port, {"127.0.0.2": 6}) as made, contextlib.ExitStack() as stack:
        for _ in range(6):
            stack.enter_context(heard.accept()[0])
        assert Shares(port, 4).look() == 0
        assert not any(map(ended, made["127.0.0.2"]))


@pytest.mark.parametrize(("told", "network"), [
    ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
    ("2001:db8:1:2:3::4", "2001:db8:1:2::"), ("fe80::1%eth0", "fe80::"), ("x" * 99, "x" * 64),
])  # fmt: skip
def test_of_ipv6_the_network_that_a_customer_has_counts(told, network):
    assert connecting.network(told) == network


def test_who_takes_all_places_leaves_some_for_the_others(monkeypatch):
    """A server of sixteen connections: one address opens more than there are, another asks."""
    monkeypatch.setattr(connecting, "spared", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(running, "connections", lambda _: 16)
    ends, told = threading.Event(), Queue()

    async def hello(scope, receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"hello"})

    work = threading.Thread(target=running.run, args=(hello, 0, told.put), kwargs={"ends": ends})
    work.start()
    try:
        port = int(told.get(timeout=60).rpartition(":")[2])
        with opened(port, {"127.0.0.2": 40}) as made:
            until = time.monotonic() + 60
            left = 40
            while left > 4 and time.monotonic() < until:
                left = sum(not ended(one) for one in made["127.0.0.2"])
            assert left == 4
            with socket.create_connection(("127.0.0.1", port), 60, ("127.0.0.3", 0)) as other:
                other.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                assert other.recv(99).startswith(b"HTTP/1.1 200")
    finally:
        ends.set()
        work.join(60)
