"""tanlu log watch from end to end: exit codes, words in both languages, the file that convicts."""

from __future__ import annotations

import argparse
import json

import pytest

from tanlu.cli.console import Console
from tanlu.cli.proofs import watch
from tanlu.errors import TanluError
from tanlu.terms.proof.keys import SigningKey
from tests.logs import SmallLog


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.publish([b"entry %d" % n for n in range(5)])
    tmp_path.joinpath("policy").write_text(f"log {made.vkey}\nquorum none\n", "utf-8")
    return made


class Watcher:
    def __init__(self, log, folder, capsys) -> None:
        self.log, self.folder, self.capsys = log, folder, capsys

    def run(self, *words: str, as_json: bool = True, language: str = "en"):
        parser = argparse.ArgumentParser()
        console = Console(language=language, as_json=as_json)
        watch.declare(lambda _name, _word: parser, console)
        asked = parser.parse_args([*words, "--state", str(self.folder / "state.sqlite")])
        asked.ledger = self.folder
        code = watch.run(asked, console)
        shown = self.capsys.readouterr()
        return code, json.loads(shown.out) if as_json else shown.out + shown.err

    def look(self, **options):
        return self.run("--policy", str(self.folder / "policy"), **options)


@pytest.fixture
def watcher(log, tmp_path, capsys):
    return Watcher(log, tmp_path, capsys)


def test_entries_that_are_no_statements_are_findings_once(watcher) -> None:
    code, facts = watcher.look()
    assert (code, facts["size"], facts["new"], facts["refused"]) == (3, 5, 5, 5)
    assert facts["findings"][0]["code"] == "TL130"
    code, facts = watcher.look()
    assert (code, facts["findings"], facts["new"], facts["refused"]) == (0, [], 0, 5)
    assert "共 5 条记录" in watcher.look(as_json=False, language="zh")[1]


def test_a_fork_leaves_a_file_that_convicts_by_the_key_alone(watcher, log, tmp_path) -> None:
    watcher.look()
    log.entries[0] = b"rewritten"
    log.publish([b"more"])
    code, facts = watcher.look()
    assert (code, [each["code"] for each in facts["findings"]]) == (3, ["TL637"])
    (file,) = facts["proofs"]

    code, facts = watcher.run("--verify", file)
    assert (code, facts["verdict"], facts["sizes"], facts["known"]) == (0, "forked", [5, 6], None)
    code, facts = watcher.run("--verify", file, "--policy", str(tmp_path / "policy"))
    assert (code, facts["known"]) == (0, True)
    assert "FORKED" in watcher.run("--verify", file, as_json=False)[1]
    assert "已分叉" in watcher.run("--verify", file, as_json=False, language="zh")[1]

    tmp_path.joinpath("other").write_text(
        f"log {SmallLog(tmp_path, key=SigningKey(bytes(32))).vkey}\nquorum none\n", "utf-8"
    )
    assert watcher.run("--verify", file, "--policy", str(tmp_path / "other"))[0] == 2


def test_a_log_that_only_went_back_is_not_convicted(watcher, log) -> None:
    watcher.look()
    log.entries = log.entries[:3]
    log.publish()
    code, facts = watcher.look()

    assert (code, facts["findings"][0]["code"]) == (3, "TL638")
    assert watcher.run("--verify", facts["proofs"][0])[0] == 1


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("5m", 300), ("36h", 129_600), (None, None)]
)
def test_an_age_is_told_with_its_unit(text, seconds) -> None:
    assert watch._age(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "1w", "-1h", "1.5h"])
def test_another_age_is_not_understood(text) -> None:
    with pytest.raises(TanluError, match="TL001"):
        watch._age(text)


def test_what_is_missing_or_no_proof_is_said_with_its_code(watcher, tmp_path) -> None:
    with pytest.raises(TanluError, match="TL001"):
        watcher.run()
    with pytest.raises(TanluError, match="TL004"):
        watcher.run("--policy", str(tmp_path / "absent"))
    with pytest.raises(TanluError, match="TL632"):
        watcher.run("--verify", str(tmp_path / "policy"))
    tmp_path.joinpath("policy").write_bytes(b"\xff")
    with pytest.raises(TanluError, match="TL124"):
        watcher.look()
