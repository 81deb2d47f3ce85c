"""tanlu anchor: shown to a third party, kept, and held against the log of today."""

from __future__ import annotations

import json
import shutil

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of
from tests.share.anchor.authority import Authority
from tests.share.anchor.receiver import receiver


@pytest.fixture
def tongue(empty, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_bytes(b"secret\n")
    begin_log(open_workspace(empty.ledger, create=True))
    return empty


def test_a_webhook_is_kept_and_the_log_still_holds_it(tongue):
    with receiver(lambda *_: (200, b"thanks")) as url:
        told = tongue.ask("anchor", "webhook", url, "--secret-file", "secret")
    tongue.ask("log", "checkpoint")
    rows = tongue.ask("anchor", "check")["anchors"]

    assert [(row["entry"], row["size"], row["code"]) for row in rows] == [
        (told["entry"], told["size"], None)
    ]


def test_a_time_stamp_tells_when(tongue, tmp_path):
    pytest.importorskip("rfc3161_client")
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path / "tsa"
    folder.mkdir()
    authority = Authority(folder)
    with receiver(lambda _, body: (200, authority.reply(body))) as url:
        tongue.ask("anchor", "rfc3161", url)
    good = tongue.ask("anchor", "check", "--root", str(folder / "ca.pem"))["anchors"]
    alone = tongue.ask("anchor", "check", expect=3)["anchors"]

    assert good[0]["at_s"] > 1_700_000_000
    assert alone[0]["code"] == "TL867"


def test_a_receipt_that_is_gone_or_changed_is_named(tongue):
    with receiver(lambda *_: (200, b"thanks")) as url:
        told = tongue.ask("anchor", "webhook", url, "--secret-file", "secret")
    path = open_workspace(tongue.ledger).originals.get(told["original"])
    path.chmod(0o600)
    path.write_bytes(b"other")

    assert tongue.ask("anchor", "check", expect=3)["anchors"][0]["code"] in ("TL113", "TL607")


def test_a_tree_that_the_log_never_had_is_named(tongue):
    log = log_of(open_workspace(tongue.ledger))
    with receiver(lambda *_: (200, b"thanks")) as url:
        told = tongue.ask("anchor", "webhook", url, "--secret-file", "secret")
    from tanlu.share.anchor import Kept, opened, statement_of
    from tanlu.terms.proof import checkpoint, note

    kept = opened(log.workspace.originals.get(told["original"]).read_bytes())
    head = kept.head._replace(root=bytes(32))
    forged = Kept("webhook", note.Note(head.text, note.Note.parse(kept.note).signatures).encode(),
                  b"thanks")  # fmt: skip
    log.workspace.originals.keep(forged.encode())
    log.state("anchor", "checkpoint", statement_of(forged))
    rows = tongue.ask("anchor", "check", expect=3)["anchors"]

    assert [row["code"] for row in rows] == [None, "TL868"]
    assert isinstance(kept.head, checkpoint.Checkpoint)


@pytest.mark.parametrize(
    ("words", "code", "exit_"),
    [
        (("webhook",), "TL001", 2),
        (("webhook", "https://127.0.0.1:1/"), "TL001", 2),
        (("webhook", "http://127.0.0.1:1/", "--secret-file", "secret"), "TL866", 1),
        (("webhook", "http://127.0.0.1:1/", "--secret-file", "gone"), "TL004", 1),
    ],
)
def test_what_is_missing_is_said_with_its_code(tongue, words, code, exit_):
    assert tongue.ask("anchor", *words, expect=exit_)["error"]["code"] == code


def test_nothing_anchored_is_nothing_wrong(tongue):
    assert json.dumps(tongue.ask("anchor", "check")) == '{"anchors": []}'
