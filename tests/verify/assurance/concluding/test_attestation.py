"""The credential of an opinion: by the published schema, and signed by the verifier."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import credential
from tanlu.verify.assurance import attestation, evidence_of, examined, opined
from tanlu.verify.offline.credentials import check

UNTP = "data/standards/untp/data-models/untp-dcc/artefacts/untp-dcc-schema.json"


@pytest.fixture
def made(trail, sampled, fill, verifier):
    """The credential of clean books."""
    examined(trail, fill(), verifier)
    told, document = opined(trail, verifier, None, None, "en")
    return attestation(trail, told, document, verifier)


def test_a_credential_meets_the_published_schema(made, shared) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    rules = json.loads((shared / UNTP).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(rules).validate(made)

    subject = rules["$defs"]["ConformityAttestation"]
    whole = {**subject, "$defs": rules["$defs"]}
    jsonschema.Draft202012Validator(whole).validate(made["credentialSubject"])


def test_it_is_signed_by_the_key_that_the_log_tells(made, verifier, log) -> None:
    assert credential.holds(made, verifier.public)
    check("credentials/opinion.json", json.dumps(made).encode(), {verifier.public})
    other = {**made, "issuer": {**made["issuer"], "name": "Friendly Eyes"}}
    assert not credential.holds(other, verifier.public)
    with pytest.raises(TanluError) as refused:
        check("credentials/opinion.json", json.dumps(made).encode(), {log.preparer.public})
    assert refused.value.code == "TL732"


def test_it_says_what_was_verified_and_where_the_opinion_stands(made, trail) -> None:
    subject = made["credentialSubject"]
    told = trail.last("opinion")
    assessed = subject["assessment"][0]

    assert assessed["conformance"] is True
    assert assessed["declaredValue"][0]["metricValue"] == {"value": 1086.0, "unit": "KGM"}
    assert subject["auditableEvidence"]["hashDigest"] == (
        sha256(trail.log.entry(told.index)).hexdigest()
    )


def test_a_pack_of_this_ledger_is_bound_by_its_manifest(trail, tmp_path) -> None:
    path = tmp_path / "books.tlpack"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "{}")
    with pytest.raises(TanluError, match=r"TL755.*no such pack"):
        evidence_of(trail, path)
    told = {"type": "tanlu/pack/v1", "manifest": sha256(b"{}").digest()}
    trail.log.state("pack", "2026", told)

    assert evidence_of(trail, path)["hashDigest"] == sha256(b"{}").hexdigest()


def test_what_is_no_pack_binds_nothing(trail, tmp_path) -> None:
    (tmp_path / "text").write_text("no archive")
    with zipfile.ZipFile(tmp_path / "empty", "w"):
        pass
    for name in ("text", "empty", "gone"):
        with pytest.raises(TanluError) as refused:
            evidence_of(trail, tmp_path / name)
        assert refused.value.code == "TL755"
