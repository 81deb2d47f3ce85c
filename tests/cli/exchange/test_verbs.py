"""tanlu exchange: iLEAP made and checked, credentials issued and checked, in both tongues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import log_of
from tests.cli.books import Tongue

WHO = ("--company", "Tanlu Express", "--urn", "urn:epc:id:sgln:4063973.00000.8")


@pytest.fixture
def logged(books: Tongue) -> Tongue:
    """Books with a log under a checkpoint."""
    log = log_of(open_workspace(books.ledger))
    list(log.catch_up())
    log.checkpoint()
    return books


def written(file: Path) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["data"]
    return held


def test_a_ledger_is_written_as_footprints_and_activity_data(books: Tongue, tmp_path: Path) -> None:
    facts = books.ask("exchange", "ileap", "make", *WHO, "--out", tmp_path / "out")

    assert (facts["shipment"], facts["findings"]) == (2, [])
    assert len(written(tmp_path / "out/footprints.json")) == facts["shipment"] + facts["toc"]
    again = books.ask("exchange", "ileap", "check", tmp_path / "out/footprints.json")
    assert (again["findings"], again["undone"]) == ([], [])
    assert again["held"] > 100


def test_what_it_cannot_hold_is_said_with_its_reason(books: Tongue, tmp_path: Path) -> None:
    facts = books.ask("exchange", "ileap", "make", *WHO, "--out", tmp_path)
    said = books.say("exchange", "ileap", "make", *WHO, "--out", tmp_path, language="zh")

    # these books tell no places, and activity data need them
    assert facts["left"] == {"its places are not known by country": 2}
    assert facts["tad"] == 0
    assert "未纳入：2 段：其地点无法确定国家" in said


def test_a_slip_of_a_thousand_is_found_and_the_verb_says_so(books: Tongue, tmp_path: Path) -> None:
    books.ask("exchange", "ileap", "make", *WHO, "--out", tmp_path)
    rows = written(tmp_path / "footprints.json")
    tce = rows[0]["extensions"][0]["data"]["tces"][0]
    meant = tce["transportActivity"]
    tce["transportActivity"] = str(int(float(meant) * 1000))
    (tmp_path / "sent.json").write_text(json.dumps(rows), encoding="utf-8")
    facts = books.ask("exchange", "ileap", "check", tmp_path / "sent.json", expect=3)
    said = books.say("exchange", "ileap", "check", tmp_path / "sent.json", expect=3)

    assert [each["code"] for each in facts["findings"]] == ["TL911"]
    assert facts["findings"][0]["computed"] == meant
    assert "[TL911]" in said
    assert "1,000 times" in said


def test_a_file_that_holds_nothing_is_refused(books: Tongue, tmp_path: Path) -> None:
    for name, text in (("none", "[]"), ("text", "hello"), ("number", "3")):
        file = tmp_path / f"{name}.json"
        file.write_text(text, encoding="utf-8")
        facts = books.ask("exchange", "ileap", "check", file, expect=1)
        assert facts["error"]["code"] == "TL919"


@pytest.mark.parametrize("kind", ["passport", "attestation", "events"])
def test_a_credential_is_issued_and_holds_by_a_policy_of_ones_own(
    kind: str, logged: Tongue, tmp_path: Path
) -> None:
    out, policy = tmp_path / "it.jwt", tmp_path / "p.policy"
    policy.write_text(log_of(open_workspace(logged.ledger)).policy_text, encoding="utf-8")
    made = logged.ask("exchange", "untp", "issue", kind, "--shipment", "W1", *WHO, "--out", out)
    # the reader has no ledger, only the policy
    elsewhere = ("--ledger", tmp_path / "none")
    facts = logged.ask("exchange", "untp", "check", out, "--policy", policy, *elsewhere)

    assert made["proof_bytes"] > 1000
    assert (facts["computed"], facts["known"], facts["findings"]) == (True, True, [])


def test_a_key_that_nobody_tells_is_a_finding(logged: Tongue, tmp_path: Path) -> None:
    out = tmp_path / "it.jwt"
    logged.ask("exchange", "untp", "issue", "passport", "--shipment", "W1", *WHO, "--out", out)
    assert logged.ask("exchange", "untp", "check", out)["known"]
    other = Tongue(tmp_path / "none", logged.capsys)
    facts = other.ask("exchange", "untp", "check", out, expect=3)

    assert [each["code"] for each in facts["findings"]] == ["TL922"]
    assert "无人说明该密钥属于谁" in facts["findings"][0]["zh"]


def test_a_key_in_pem_signs_es256(logged: Tongue, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "k.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    out = tmp_path / "it.jwt"
    words = ("--shipment", "W1", *WHO, "--key", tmp_path / "k.pem", "--out", out)
    made = logged.ask("exchange", "untp", "issue", "passport", *words)

    assert made["did"].startswith("did:key:zDn")
    assert logged.ask("exchange", "untp", "check", out, expect=3)["known"] is False


def test_a_credential_needs_one_footprint(logged: Tongue) -> None:
    facts = logged.ask("exchange", "untp", "issue", "passport", *WHO, expect=2)

    assert facts["error"]["code"] == "TL001"


@pytest.mark.parametrize(
    "words", [(), ("ileap", "make"), ("ileap", "check"), ("untp", "issue"), ("untp", "check")]
)
def test_every_action_has_help_in_both_tongues(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    from tanlu.cli import main

    said = []
    for tongue in ("en", "zh"):
        with pytest.raises(SystemExit) as stopped:
            main(["exchange", *words, "--help", "--lang", tongue])
        assert stopped.value.code == 0
        said.append(capsys.readouterr().out)

    assert said[0] != said[1]
