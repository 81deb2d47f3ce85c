"""Time stamps by an authority that openssl plays, accepted and refused by both."""

from __future__ import annotations

import shutil
import time

import pytest
from tests.share.anchor.authority import Authority
from tests.share.anchor.receiver import receiver

from tanlu.errors import TanluError
from tanlu.share.anchor import timestamp

pytest.importorskip("rfc3161_client")
TEXT = b"log.example/a\n3\nAAAA\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def reply(authority):
    with receiver(lambda _, body: (200, authority.reply(body))) as url:
        return timestamp.stamp(TEXT, url)


def test_a_stamp_holds_for_openssl_and_for_us_and_tells_the_time(authority, reply):
    assert authority.accepts(reply, TEXT)
    assert abs(timestamp.check(reply, TEXT, [authority.root]) - time.time()) < 3600


def test_another_text_holds_for_neither(authority, reply):
    assert not authority.accepts(reply, TEXT + b"x")
    with pytest.raises(TanluError, match="TL867"):
        timestamp.check(reply, TEXT + b"x", [authority.root])


def test_another_root_or_a_changed_reply_holds_nothing(authority, reply, tmp_path):
    other = Authority(tmp_path).root
    changed = reply[:-20] + bytes((reply[-20] ^ 1,)) + reply[-19:]
    for said, roots in ((reply, [other]), (reply, []), (changed, [authority.root]), (b"no", [])):
        with pytest.raises(TanluError, match="TL867"):
            timestamp.check(said, TEXT, roots)


def test_an_answer_that_grants_something_else_is_refused(authority):
    stale = authority.reply(timestamp.request(b"other"))
    for said in (stale, b"no reply"):
        server = receiver(lambda *_, said=said: (200, said))
        with server as url, pytest.raises(TanluError, match="TL867"):
            timestamp.stamp(TEXT, url)
