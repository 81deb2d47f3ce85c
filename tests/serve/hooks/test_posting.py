"""One message over the wire."""

from __future__ import annotations

import socket

from tanlu.serve.hooks.addresses import Target
from tanlu.serve.hooks.posting import post


def test_nobody_who_listens_is_an_answer_without_a_status():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        answer = post(Target("http", "a.example", port, "/", "127.0.0.1"), b"{}", {})
    assert (answer.status, answer.said) == (None, "ConnectionRefusedError")


def test_what_is_no_http_is_an_answer_without_a_status(receiver):
    receiver.status = 999
    target = Target("http", "a.example", receiver.port, "/", "127.0.0.1")
    assert post(target, b"{}", {}).status == 999
    receiver.headers = {"retry-after": "soon"}
    assert post(target, b"{}", {}).retry_after_s is None
