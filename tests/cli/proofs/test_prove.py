"""tanlu prove: a proof is written, and tanlu verify tells what it shows."""

from __future__ import annotations

from pathlib import Path

from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.cli.books import Tongue


def proved(books: Tongue, folder: Path) -> tuple[list[str], Path]:
    log = begin_log(open_workspace(books.ledger))
    for _ in log.catch_up():
        pass
    policy = folder / "trust.policy"
    policy.write_text(log.policy_text, encoding="utf-8")
    found = books.ask("prove", "waybill:W1", "--out", folder / "P.tlog-proof")
    return [each["path"] for each in found["proofs"]], policy


def test_what_is_proved_can_be_checked(books: Tongue, tmp_path: Path) -> None:
    files, policy = proved(books, tmp_path)
    told = [books.ask("verify", file, "--policy", policy) for file in files]

    assert {each["table"] for each in told} == {"activity", "emission"}
    assert {each["verdict"] for each in told} == {"verified"}
    assert "it holds: entry" in books.say("verify", files[0], "--policy", policy)
    assert "成立" in books.say("verify", files[0], "--policy", policy, language="zh")


def test_a_proof_under_another_policy_does_not_hold(books: Tongue, tmp_path: Path) -> None:
    files, policy = proved(books, tmp_path)
    other = begin_log(open_workspace(tmp_path / "other", create=True)).policy_text
    policy.write_text(other, encoding="utf-8")

    assert books.ask("verify", files[0], "--policy", policy, expect=1)["error"]["code"] == "TL125"


def test_of_whom_the_log_says_nothing_nothing_is_proved(books: Tongue, tmp_path: Path) -> None:
    proved(books, tmp_path)
    found = books.ask("prove", "waybill:none", "--out", tmp_path / "P", expect=1)

    assert found["error"]["code"] == "TL744"
