"""tanlu log serve gives a log's files to whoever asks on this machine."""

from __future__ import annotations

import argparse

import pytest

from tanlu.cli.console import Console
from tanlu.cli.proofs import serve
from tanlu.errors import TanluError
from tests.logs import SmallLog


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "books" / "log")
    made.folder.parent.mkdir()
    made.publish([b"entry"])
    return made


def test_the_log_of_a_ledger_is_found(log) -> None:
    assert serve.log_folder(log.folder.parent) == log.folder
    assert serve.log_folder(log.folder) == log.folder


def test_a_folder_without_a_log_is_not_served(tmp_path) -> None:
    asked = argparse.Namespace(folder=None, ledger=tmp_path, port=0)

    with pytest.raises(TanluError, match="TL631"):
        serve.run(asked, Console(language="en", as_json=True))


def test_its_files_are_served_until_an_interrupt(log, capsys, monkeypatch) -> None:
    import json

    from tanlu.serve import Server
    from tanlu.store.witness import fetch

    got = {}

    def forever(server) -> None:
        got["url"] = server.url
        with server:
            got["checkpoint"] = fetch(server.url, "checkpoint", max_bytes=9999)
        raise KeyboardInterrupt

    real = Server.serve_forever
    monkeypatch.setattr(
        Server, "serve_forever",
        lambda server, *poll: real(server, *poll) if poll else forever(server),
    )  # fmt: skip
    asked = argparse.Namespace(folder=None, ledger=log.folder.parent, port=0)
    assert serve.run(asked, Console(language="en", as_json=True)) == 0

    assert json.loads(capsys.readouterr().out) == {"folder": str(log.folder), "url": got["url"]}
    assert got["checkpoint"] == log.signed()
