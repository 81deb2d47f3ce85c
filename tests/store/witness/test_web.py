"""Bytes come from folders and the web within their limits, or a code says why not."""

from __future__ import annotations

import socket
import threading

import pytest

from tanlu.errors import TanluError
from tanlu.serve import Answer, Server
from tanlu.store.witness.web import ask, fetch


class Canned:
    def __init__(self, answer: Answer) -> None:
        self.given = answer

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        return self.given._replace(body=self.given.body or f"{method} {path}".encode() + body)


def test_a_file_of_a_folder_comes_whole(tmp_path) -> None:
    tmp_path.joinpath("a").mkdir()
    tmp_path.joinpath("a/b").write_bytes(b"12345")

    assert fetch(str(tmp_path), "a/b", max_bytes=5) == b"12345"
    with pytest.raises(TanluError, match=r"TL631.*more than 4 bytes"):
        fetch(str(tmp_path), "a/b", max_bytes=4)


def test_what_is_not_there_is_none(tmp_path) -> None:
    tmp_path.joinpath("a").write_bytes(b"")

    assert [fetch(str(tmp_path), path, max_bytes=9) for path in ("b", "a/b", "c/d", ".")] == [
        None, None, None, None,
    ]  # fmt: skip


def test_get_and_post_reach_a_server() -> None:
    with Server(Canned(Answer(200))) as server:
        assert ask(f"{server.url}/x", max_bytes=99).body == b"GET /x"
        assert ask(f"{server.url}/y", b"!", max_bytes=99).body == b"POST /y!"
        assert fetch(server.url + "/", "z", max_bytes=99) == b"GET /z"


@pytest.mark.parametrize("status", [500, 301, 204])
def test_another_status_is_no_file(status) -> None:
    with Server(Canned(Answer(status, b" "))) as server, pytest.raises(TanluError) as error:
        fetch(server.url, "z", max_bytes=99)

    assert (error.value.code, str(status) in str(error.value)) == ("TL631", True)


def test_more_than_asked_for_is_not_read() -> None:
    with Server(Canned(Answer(200, bytes(100)))) as server:
        with pytest.raises(TanluError, match=r"TL631.*more than 99 bytes"):
            ask(server.url, max_bytes=99)
        assert len(ask(server.url, max_bytes=100).body) == 100


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "file:///etc/passwd", "http://", "http://[::1", "", "a b",
            "http://a.example:x/"]
)  # fmt: skip
def test_other_addresses_are_none(url) -> None:
    with pytest.raises(TanluError, match="TL631"):
        ask(url, max_bytes=9)


def test_who_does_not_listen_or_says_nothing_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        with pytest.raises(TanluError, match="TL631"):
            ask(f"http://127.0.0.1:{port}", max_bytes=9, timeout_s=0.1)
    with pytest.raises(TanluError, match="TL631"):
        ask(f"http://127.0.0.1:{port}", max_bytes=9, timeout_s=0.1)


def test_who_says_one_byte_at_a_time_is_left() -> None:
    left = threading.Event()

    def drip(mute: socket.socket) -> None:
        talk, _ = mute.accept()
        with talk:
            talk.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
            try:
                while not left.wait(0.02):
                    talk.sendall(b"x")
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as mute:
        talking = threading.Thread(target=drip, args=(mute,))
        talking.start()
        with pytest.raises(TanluError, match=r"TL631.*too long"):
            ask(f"http://127.0.0.1:{mute.getsockname()[1]}", max_bytes=10**6, timeout_s=0.3)
        left.set()
        talking.join()
