"""tanlu pack: built and shown from the command line, in both tongues."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.cli.books import Tongue


@pytest.fixture
def logged(books: Tongue) -> Tongue:
    """Books with a log, and the policy that trusts it beside them."""
    log = begin_log(open_workspace(books.ledger))
    (books.ledger.parent / "trust.policy").write_text(log.policy_text, encoding="utf-8")
    return books


def test_a_pack_is_built_shown_and_verified(logged: Tongue, tmp_path: Path) -> None:
    out, policy = tmp_path / "F.tlpack", tmp_path / "trust.policy"
    built = logged.ask("pack", "build", "--period", "2026-03", "--out", out)
    shown = logged.ask("pack", "show", out)
    found = logged.ask("verify", out, "--policy", policy)

    assert built["manifest"] == shown["manifest"]
    assert found["verdict"] == "verified"
    assert found["totals"] == built["totals"]
    assert built["refused"] == {}


def test_people_are_told_the_next_step(logged: Tongue, tmp_path: Path) -> None:
    out = tmp_path / "F.tlpack"
    said = logged.say("pack", "build", "--period", "2026-03", "--out", out)
    shown = logged.say("pack", "show", out, language="zh")

    assert f"tanlu verify {out} --policy" in said
    assert "log tanlu.local/" in shown
    assert "核查" in shown


def test_what_cannot_be_built_has_its_code(logged: Tongue, tmp_path: Path) -> None:
    nothing = logged.ask("pack", "build", "--period", "2020", "--out", tmp_path / "F", expect=1)
    never = logged.ask("pack", "build", "--period", "soon", "--out", tmp_path / "F", expect=2)
    absent = logged.ask("pack", "show", tmp_path / "F", expect=1)

    assert nothing["error"]["code"] == "TL741"
    assert "2020-01-01/2020-12-31" in nothing["error"]["message"]
    assert never["error"]["code"] == "TL112"
    assert absent["error"]["code"] == "TL004"


def test_a_ledger_without_a_log_says_so(empty: Tongue, tmp_path: Path) -> None:
    open_workspace(empty.ledger, create=True)
    found = empty.ask("pack", "build", "--period", "2026", "--out", tmp_path / "F", expect=1)

    assert found["error"]["code"] == "TL615"


def test_a_document_and_a_policy_go_along(logged: Tongue, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear verifier", encoding="utf-8")
    logged.ask(
        "pack", "build", "--period", "2026", "--out", tmp_path / "F.tlpack",
        "--doc", tmp_path / "letter.txt", "--policy", tmp_path / "trust.policy",
    )  # fmt: skip
    shown = logged.ask("pack", "show", tmp_path / "F.tlpack")

    assert "docs/letter.txt" in [each["path"] for each in shown["files"]]
    assert shown["policy"] == (tmp_path / "trust.policy").read_text(encoding="utf-8")


def test_the_second_verifier_is_handed_out(empty: Tongue, tmp_path: Path, root: Path) -> None:
    empty.ask("pack", "verifier", "--out", tmp_path / "v.py")

    assert (tmp_path / "v.py").read_bytes() == (root / "tools" / "verify_min.py").read_bytes()
