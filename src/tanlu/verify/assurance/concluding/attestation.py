"""The opinion as a credential: a UNTP conformity attestation, signed as W3C Data Integrity.

The form is `ConformityAttestation` of UNTP 0.6 (uncefact/spec-untp); the cryptosuite is
``eddsa-jcs-2022``. The key is the one that signed the opinion, so whoever holds the log knows
whose it is.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import credential

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.terms import Document
    from tanlu.terms.proof import keys
    from tanlu.verify.assurance.steps import Told, Trail

__all__ = ["attestation", "evidence_of"]

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://test.uncefact.org/vocabulary/untp/dcc/working/",
)
UG_PER_KG = Decimal(10**9)
MANIFEST = "manifest.json"
MOST_BYTES = 64 * 1024 * 1024


def evidence_of(trail: Trail, pack: Path) -> dict[str, str]:
    """Give the link to an evidence pack: SHA-256 of its manifest, which binds all of it.

    Raises
    ------
    TanluError
        TL755 for a file that is no evidence pack, or one that the log of the engagement does not
        tell: an opinion on one ledger must not point to the pack of another.
    """
    try:
        with zipfile.ZipFile(pack) as archive:
            if archive.getinfo(MANIFEST).file_size > MOST_BYTES:
                raise TanluError("TL755", value=pack.name, why=MANIFEST)
            hashed = sha256(archive.read(MANIFEST))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise TanluError("TL755", value=pack.name, why=str(error)) from error
    told = [each.statement.content.get("manifest") for each in trail.log.statements("pack")]
    if hashed.digest() not in told:
        why = f"the log {trail.log.origin} tells of no such pack"
        raise TanluError("TL755", value=pack.name, why=why)
    digest = hashed.hexdigest()
    return {
        "linkURL": f"urn:sha256:{digest}",
        "linkName": pack.name,
        "hashDigest": digest,
        "hashMethod": "SHA-256",
    }


def attestation(
    trail: Trail,
    told: Told,
    document: Document,
    key: keys.SigningKey,
    evidence: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Give the credential of an opinion that was stated.

    Parameters
    ----------
    told, document
        What `opined` gave.
    key
        The verifier's, with which the opinion was signed.
    evidence
        What `evidence_of` gives of a pack; the opinion's entry in the log without.
    """
    engagement, facts = trail.engagement(), document.facts
    entry = sha256(trail.log.entry(told.index)).hexdigest()
    at = f"urn:tanlu:log:{trail.log.origin}:{told.index}"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = {
        "@context": list(CONTEXT),
        "type": ["DigitalConformityCredential", "VerifiableCredential"],
        "id": f"urn:sha256:{entry}",
        "issuer": {
            "type": ["CredentialIssuer"],
            "id": credential.did_key(key.public),
            "name": engagement.verifier,
        },
        "validFrom": now,
        "credentialSubject": {
            "type": ["ConformityAttestation", "Attestation"],
            "id": at,
            "name": document.title,
            "assessorLevel": "3rdParty",
            "assessmentLevel": "Unspecified",
            "attestationType": "verification",
            "description": document.sections[0].text,
            "issuedToParty": _party(engagement.client),
            "auditableEvidence": evidence
            or {"linkURL": at, "hashDigest": entry, "hashMethod": "SHA-256"},
            "assessment": [
                _assessment(engagement, at, now, Decimal(str(told.content["total"])), facts)
            ],
        },
    }
    return credential.secure(body, key, created=now)


def _party(name: str) -> dict[str, Any]:
    return {"id": f"urn:tanlu:party:{sha256(name.encode()).hexdigest()[:32]}", "name": name}


def _assessment(
    engagement: Any, at: str, now: str, total_ug: Decimal, facts: dict[str, object]
) -> dict[str, Any]:
    value = float(round(total_ug / UG_PER_KG, 3))
    return {
        "type": ["ConformityAssessment", "Declaration"],
        "id": f"{at}#1",
        "assessmentDate": now[:10],
        "name": ", ".join(engagement.criteria),
        "description": f"{engagement.scope}; {engagement.boundary}; {engagement.period}; "
        f"{engagement.level} assurance; materiality {engagement.materiality_ppm / 10_000:g} %",
        "declaredValue": [
            {
                "metricName": f"greenhouse gases, {engagement.profile}, {engagement.basis}",
                "metricValue": {"value": value, "unit": "KGM"},
            }
        ],
        "conformityTopic": "environment.emissions",
        "conformance": facts["opinion"] == "unmodified",
    }
