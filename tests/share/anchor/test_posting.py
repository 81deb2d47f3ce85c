"""One POST, and every address that is refused."""

from __future__ import annotations

import socket

import pytest
from tests.share.anchor.receiver import receiver

from tanlu.errors import TanluError
from tanlu.share.anchor import posting


def test_the_answer_comes_back_and_the_headers_arrive():
    seen = []

    def answer(headers, body):
        seen.append((headers["X-Name"], body))
        return 201, b"kept"

    with receiver(answer) as url:
        assert posting.post(f"{url}/a?b=c", b"body", {"X-Name": "value"}) == b"kept"
    assert seen == [("value", b"body")]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_redirect_or_refusal_is_an_error_and_not_followed(status):
    with receiver(lambda *_: (status, b"")) as url, pytest.raises(TanluError, match="TL866"):
        posting.post(url, b"", {})


def test_an_answer_without_end_is_cut():
    endless = receiver(lambda *_: (200, bytes(posting.MAX_BYTES + 1)))
    with endless as url, pytest.raises(TanluError, match="TL866"):
        posting.post(url, b"", {})


@pytest.mark.parametrize(
    "url",
    [
        "", "file:///etc/passwd", "ftp://example.org", "https://", "http://192.0.2.1/",
        "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[fe80::1]/",
        "http://127.0.0.1:1/", "https://host.invalid/", "https://127.0.0.1:99999/",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url):
    with pytest.raises(TanluError, match="TL866"):
        posting.post(url, b"", {})


def test_a_name_that_leads_into_the_house_is_refused(monkeypatch):
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)

    with pytest.raises(TanluError, match=r"TL866.*open internet"):
        posting.post("https://example.org/", b"", {})


def test_a_secret_in_the_query_is_not_repeated():
    with pytest.raises(TanluError) as refused:
        posting.post("ftp://example.org/?token=s3cret", b"", {})
    assert "s3cret" not in str(refused.value)
