"""tanlu witness as a process: it makes its key, cosigns, remembers, and ends on an interrupt."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tanlu.store.witness import Asked, collect
from tanlu.terms.proof import note
from tests.cli.books import Tongue
from tests.logs import SmallLog


@contextmanager
def running(*words: object):
    """Run a verb that serves, give what it says first, end it with an interrupt."""
    with subprocess.Popen(
        [sys.executable, "-m", "tanlu", *map(str, words), "--port", "0", "--json"],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:  # fmt: skip
        try:
            yield json.loads(child.stdout.readline())
            child.send_signal(signal.SIGINT)
            assert child.wait(timeout=60) == 0
        finally:
            child.kill()


@pytest.fixture
def tongue(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Tongue(tmp_path / "books", capsys)


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.entries = [b"entry %d" % n for n in range(9)]
    return made


def test_the_key_is_made_on_first_use_and_its_line_shown(tongue, tmp_path) -> None:
    first = tongue.ask("witness", "--key", "w.key", "--name", "example.org/w")
    again = tongue.ask("witness", "--key", "w.key", "--name", "example.org/w")

    assert first["vkey"] == again["vkey"]
    assert note.Verifier.parse(first["vkey"]).kind == note.COSIGNATURE
    assert tmp_path.joinpath("w.key").stat().st_mode & 0o777 == 0o600
    assert first["vkey"] in tongue.say("witness", "--key", "w.key", "--name", "example.org/w")
    assert "--logs" in tongue.say("witness", "--key", "w.key", language="zh")


def test_without_a_name_it_is_called_by_its_key(tongue) -> None:
    name = note.Verifier.parse(tongue.ask("witness")["vkey"]).name

    assert name.startswith("tanlu.local/witness/")


def test_a_line_that_is_no_key_is_refused(tongue) -> None:
    assert tongue.ask("witness", "--logs", "nonsense", expect=1)["error"]["code"] == "TL120"


def test_a_process_cosigns_and_remembers_over_a_restart(tongue, log, tmp_path) -> None:
    tmp_path.joinpath("trust.policy").write_text(f"# ours\nlog {log.vkey}\nquorum none\n", "utf-8")
    for logs, size in (([log.vkey], 5), (["trust.policy"], 9)):
        with running("witness", "--logs", *logs) as said:
            asked = Asked(note.Verifier.parse(said["vkey"]), said["url"])
            assert said["logs"] == [log.origin]
            got = collect(log.signed(size), lambda at, n=size: log.prove(at, n), [asked])
            assert got.refused == {}
            assert len(note.Note.parse(got.note).signatures) == 2
    with running("witness", "--logs", log.vkey) as said:
        got = collect(log.signed(5), log.prove, [asked._replace(url=said["url"])])
        assert [error.code for error in got.refused.values()] == ["TL636"]


def test_a_port_that_is_none_is_refused(tongue, log) -> None:
    found = tongue.ask("witness", "--logs", log.vkey, "--port", "70000", expect=1)

    assert found["error"]["code"] == "TL633"


def test_a_fork_that_was_shown_is_told_at_the_next_start(tongue, log, tmp_path) -> None:
    other = SmallLog(tmp_path / "other")
    other.entries = [b"other", *log.entries[1:]]
    with running("witness", "--logs", log.vkey) as said:
        asked = Asked(note.Verifier.parse(said["vkey"]), said["url"])
        assert said["proofs"] == []
        assert collect(log.signed(5), log.prove, [asked]).refused == {}
        (error,) = collect(other.signed(5), other.prove, [asked], old=5).refused.values()
        assert error.code == "TL635"
    with running("witness", "--logs", log.vkey) as said:
        (file,) = said["proofs"]
    facts = tongue.ask("log", "watch", "--verify", file)

    assert (facts["verdict"], facts["sizes"], facts["vkey"]) == ("forked", [5, 5], log.vkey)


def test_the_checkpoint_of_a_ledger_is_cosigned_by_the_witnesses_of_a_policy(
    books, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    vkey = books.ask("log", "show")["vkey"]
    with running("witness", "--logs", vkey) as said:
        lines = [f"log {vkey}", f"witness w {said['vkey']} {said['url']}", "quorum w", ""]
        tmp_path.joinpath("policy").write_text("\n".join(lines), "utf-8")
        facts = books.ask("log", "checkpoint", "--policy", "policy")
        assert facts["refused"] == {}
        assert books.ask("log", "watch", "--policy", "policy")["findings"] == []
        assert "—" in books.say("log", "checkpoint", "--policy", "policy", language="zh")
    # what was cosigned stays published; a witness that is gone is said
    assert len(note.Note.parse(facts["checkpoint"].encode()).signatures) == 2
    facts = books.ask("log", "checkpoint", "--policy", "policy", expect=3)
    assert list(facts["refused"].values()) == ["TL631"]
    assert len(note.Note.parse(facts["checkpoint"].encode()).signatures) == 2
