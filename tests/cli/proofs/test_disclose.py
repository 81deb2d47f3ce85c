from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log, log_of
from tests.cli.books import Tongue


@pytest.fixture
def logged(books: Tongue, tmp_path: Path) -> Tongue:
    log = begin_log(open_workspace(books.ledger))
    list(log.catch_up())
    log.checkpoint()
    (tmp_path / "policy").write_text(log.policy_text)
    return books


@pytest.fixture
def subject(logged: Tongue) -> str:
    rows = open_workspace(logged.ledger).scan("emission", columns=["subject"]).collect()
    return str(rows["subject"].drop_nulls()[0])


def test_a_result_is_shown_and_checked_without_the_ledger(
    logged: Tongue, subject: str, tmp_path: Path
) -> None:
    made = logged.ask("disclose", subject, "--fields", "result", "--out", tmp_path / "f.tld")
    found = logged.ask("disclose", "--check", tmp_path / "f.tld", "--policy", tmp_path / "policy",
                       "--ledger", tmp_path / "nowhere")  # fmt: skip
    rows = open_workspace(logged.ledger).scan("emission").collect().filter(subject=subject)

    assert made["bytes"] == (tmp_path / "f.tld").stat().st_size < 2048
    assert sum(int(each["co2e_ug"]) for each in found["totals"]) == rows["co2e_ug"].sum()
    assert found["subject_proved"] is False
    assert set(found["shown"][0]["withheld"]) == {"activity", "places", "parties"}


def test_people_are_told_who_what_and_what_is_withheld(
    logged: Tongue, subject: str, tmp_path: Path
) -> None:
    logged.ask("disclose", subject, "--fields", "result,activity", "--out", tmp_path / "f.tld")
    words = ("disclose", "--check", tmp_path / "f.tld", "--policy", tmp_path / "policy")
    said = logged.say(*words)

    assert f"of: {subject} (shown in the records)" in said
    assert "kg CO2e (iso14083" in said
    assert "withheld: places, parties" in said
    assert "the log's owner alone says so" in said
    assert "未出示：places, parties" in logged.say(*words, language="zh")


def test_the_preparers_key_may_be_named(logged: Tongue, subject: str, tmp_path: Path) -> None:
    key = log_of(open_workspace(logged.ledger)).preparer.public.hex()
    logged.ask("disclose", subject, "--out", tmp_path / "f.tld")
    words = ("disclose", "--check", tmp_path / "f.tld", "--policy", tmp_path / "policy", "--signer")

    assert logged.ask(*words, key)["subject"] == subject
    assert logged.ask(*words, "00" * 32, expect=1)["error"]["code"] == "TL854"
    assert logged.ask(*words, "xyz", expect=1)["error"]["code"] == "TL119"


def test_what_cannot_be_done_has_a_code(logged: Tongue, subject: str, tmp_path: Path) -> None:
    def code(*words: object, expect: int) -> str:
        return str(logged.ask("disclose", *words, expect=expect)["error"]["code"])

    (tmp_path / "junk").write_bytes(b"junk")
    assert code(expect=2) == "TL001"
    assert code("--check", tmp_path / "junk", expect=2) == "TL745"
    assert code("--check", tmp_path / "junk", "--policy", tmp_path / "policy", expect=1) == "TL850"
    assert code("waybill:nobody", expect=1) == "TL855"
    assert code(subject, "--fields", "salary", expect=1) == "TL855"
    words = ("--check", tmp_path / "junk", "--policy", tmp_path / "policy", "--max-age", "soon")
    assert code(*words, expect=2) == "TL001"


def test_what_is_missing_is_said(logged: Tongue, subject: str, tmp_path: Path) -> None:
    logged.ask("disclose", subject, "--out", tmp_path / "f.tld")
    trusted = logged.ask("disclose", "--check", tmp_path / "f.tld", expect=2)
    nothing = logged.say("disclose", language="zh", expect=2)

    assert trusted["error"]["code"] == "TL745"
    assert "缺少 SUBJECT" in nothing
