"""tanlu exchange untp: credentials issued and checked."""

from __future__ import annotations

from pathlib import Path

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

    assert made["proof_bytes"] > 500
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
