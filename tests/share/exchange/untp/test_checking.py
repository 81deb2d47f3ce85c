"""Credentials of a shipment: issued, checked without a network, computed again; and broken."""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.untp import KINDS, Verified, check, ed25519, issue, recompute
from tanlu.share.exchange.untp.jose import sign
from tanlu.terms.proof.keys import SigningKey
from tests.share.exchange.ileap.changed import ODD, places
from tests.share.exchange.untp.conftest import NOW, Owner

SCHEMAS = {"passport": "dpp", "attestation": "dcc", "events": "dte"}
DAY = timedelta(days=1)


def checked(text: str, owner: Owner, **more: Any) -> Verified:
    return check(text, **{"now": NOW + DAY, "known": {owner.log.preparer.public}, **more})


def codes(found: Verified) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in found.findings]


def again(owner: Owner, body: dict[str, Any]) -> str:
    """Sign a changed credential with the same key."""
    return sign(body, owner.signer)


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_holds_and_its_figure_is_computed_from_its_own_rows(
    kind: str, owner: Owner
) -> None:
    found = checked(issue(kind, owner.issue(), owner.signer), owner)

    assert recompute(found, owner.prover())
    assert codes(found) == []
    assert found.unchecked == []
    assert found.known
    assert found.kg == Fraction(owner.shipment()["pcf"]["pCfExcludingBiogenic"])


def test_the_policy_alone_makes_a_key_known_that_nobody_told(owner: Owner) -> None:
    found = checked(issue("passport", owner.issue(), owner.signer), owner, known=())

    assert not found.known
    assert recompute(found, owner.prover())
    assert found.known


def test_a_key_that_only_the_web_tells_is_not_believed(owner: Owner) -> None:
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": "did:web:issuer.example#1"}
    body = {"issuer": {"id": "did:web:issuer.example", "name": "I"}}
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode()
             for each in (header, body)]  # fmt: skip
    found = checked(".".join([*parts, "AAAA"]), owner)

    assert ("TL922", "kid") in codes(found)
    assert "did:key" in found.findings[0].say()


def test_a_stranger_cannot_use_somebody_elses_rows(owner: Owner) -> None:
    stranger = ed25519(SigningKey(bytes(32)))
    found = checked(issue("passport", owner.issue(), stranger), owner)

    assert not recompute(found, owner.prover())
    assert codes(found) == [("TL922", "proof")]
    assert not found.known


def test_the_rows_of_another_shipment_prove_nothing(owner: Owner) -> None:
    told = owner.issue(0, proof=owner.proof(1))
    found = checked(issue("passport", told, owner.signer), owner)

    assert not recompute(found, owner.prover())
    assert codes(found) == [("TL922", "proof")]
    # nor do rows that do not say of which shipment they are
    told = owner.issue(0, proof=owner.proof(0, ("result",)))
    found = checked(issue("passport", told, owner.signer), owner)
    assert not recompute(found, owner.prover())
    assert codes(found) == [("TL922", "proof")]


def test_a_figure_that_is_not_the_sum_of_the_rows_is_found(owner: Owner) -> None:
    body = checked(issue("passport", owner.issue(), owner.signer), owner).token.body
    told = body["credentialSubject"]
    value = told["conformityClaim"][0]["declaredValue"][0]["metricValue"]
    value["value"] = told["emissionsScorecard"]["carbonFootprint"] = value["value"] * 0.9
    found = checked(again(owner, body), owner)

    assert codes(found) == []
    assert not recompute(found, owner.prover())
    assert codes(found) == [("TL924", "declaredValue")]
    kg = float(Fraction(owner.shipment()["pcf"]["pCfExcludingBiogenic"]))
    assert float(found.findings[0].computed) == pytest.approx(kg, rel=1e-11)
    assert "我方计算值为" in found.findings[0].say("zh")


def test_a_scorecard_that_differs_from_the_claim_is_found(owner: Owner) -> None:
    body = checked(issue("passport", owner.issue(), owner.signer), owner).token.body
    card = body["credentialSubject"]["emissionsScorecard"]
    card["carbonFootprint"] *= 1000
    card["primarySourcedRatio"] = 56.12
    found = checked(again(owner, body), owner)

    assert codes(found) == [("TL924", "primarySourcedRatio"), ("TL924", "carbonFootprint")]
    assert found.findings[0].computed == "0.5612"


def test_time_is_looked_at(owner: Owner) -> None:
    text = issue("passport", owner.issue(), owner.signer)

    assert codes(checked(text, owner, now=NOW - DAY)) == [("TL923", "validFrom")]
    assert codes(checked(text, owner, now=NOW + 366 * DAY)) == [("TL923", "validUntil")]
    with pytest.raises(TanluError, match="TL920"):
        issue("passport", replace(owner.issue(), until=NOW - DAY), owner.signer)


def test_evidence_with_another_hash_is_found(owner: Owner) -> None:
    body = checked(issue("passport", owner.issue(), owner.signer), owner).token.body
    link = body["credentialSubject"]["conformityClaim"][0]["conformityEvidence"]
    link["hashDigest"] = sha256(b"other").hexdigest()

    assert codes(checked(again(owner, body), owner)) == [("TL924", "hashDigest")]


def test_a_proof_that_was_changed_does_not_hold(owner: Owner) -> None:
    body = checked(issue("passport", owner.issue(), owner.signer), owner).token.body
    link = body["credentialSubject"]["conformityClaim"][0]["conformityEvidence"]
    head, _, data = link["linkURL"].partition(",")
    proof = bytearray(base64.b64decode(data))
    proof[-40] ^= 1
    link["linkURL"] = f"{head},{base64.b64encode(proof).decode()}"
    link["hashDigest"] = sha256(proof).hexdigest()
    found = checked(again(owner, body), owner)

    assert not recompute(found, owner.prover())
    assert codes(found) == [("TL922", "proof")]


def broken(body: dict[str, Any], which: str) -> None:
    subject = body["credentialSubject"]
    if which == "context":
        body["@context"] = body["@context"][:1]
    elif which == "class":
        subject["emissionsScorecard"]["type"] = ["Something"]
    elif which == "word":
        subject["granularityLevel"] = "pallet"
    elif which == "missing":
        del subject["product"]["name"]
    elif which == "text for a number":
        subject["emissionsScorecard"]["carbonFootprint"] = "0.1"
    elif which == "uri":
        subject["product"]["id"] = "no uri"
    elif which == "closed":
        subject["conformityClaim"][0]["conformityEvidence"]["more"] = 1
    else:
        body["type"] = ["VerifiableCredential"]


@pytest.mark.parametrize(
    "which",
    ["context", "class", "word", "missing", "text for a number", "uri", "closed", "type"],
)
def test_another_form_is_found(which: str, owner: Owner) -> None:
    body = checked(issue("passport", owner.issue(), owner.signer), owner).token.body
    broken(body, which)

    assert "TL923" in {each.code for each in checked(again(owner, body), owner).findings}


@given(st.data())
def test_odd_values_anywhere_are_findings_and_no_faults(owner: Owner, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["passport", "attestation", "events"]))
    token = check(issue(kind, owner.issue(proof=None), owner.signer), now=NOW).token
    body: dict[str, Any] = copy.deepcopy(token.body)
    known = [(holder, key) for holder, key in places(body) if key not in {"id", "issuer"}]
    holder, key = known[data.draw(st.integers(0, len(known) - 1))]
    holder[key] = copy.deepcopy(data.draw(ODD))
    for each in check(sign(body, owner.signer), now=NOW).findings:
        assert each.code in ("TL922", "TL923", "TL924")
        assert each.say("zh")
