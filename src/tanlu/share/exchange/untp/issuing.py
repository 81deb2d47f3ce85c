"""Credentials of UNTP from a footprint: passport, attestation, events; with the proof in them.

The proof is a disclosure of the ledger (two to three kilobytes): whoever holds the credential
holds the rows behind it and their way into the log, and needs nobody to compute them again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from tanlu.errors import TanluError
from tanlu.share.exchange.untp.forms import CREDENTIALS, W3C
from tanlu.share.exchange.untp.jose import sign

if TYPE_CHECKING:
    from tanlu.share.exchange.untp.jose import Signer

__all__ = ["EVIDENCE", "KINDS", "METRIC", "Issue", "issue"]

CODE = "TL920"
# media type of a disclosure, and what a link to it is called
EVIDENCE = "data:application/vnd.tanlu.disclosure;base64,"
METRIC = "greenhouse gases, ISO 14083, {}"
TOPIC = "environment.emissions"
KG, TKM, ONE = "KGM", "TKM", "C62"
MEASURE = "urn:tanlu:measure:"
CBV = "https://ref.gs1.org/cbv/"
# declared units of PACT as UN/CEFACT Recommendation 20 codes them
UNITS = {
    "liter": "LTR", "kilogram": KG, "cubic meter": "MTQ", "kilowatt hour": "KWH",
    "megajoule": "3B", "ton kilometer": TKM, "square meter": "MTK", "piece": ONE, "hour": "HUR",
}  # fmt: skip
STANDARDS = {
    "ISO14083": ("ISO 14083:2023", "urn:iso:std:iso:14083:ed-1:v1:en"),
    "ISO14067": ("ISO 14067:2018", "urn:iso:std:iso:14067:ed-1:v1:en"),
}
ISO = {"id": "https://www.iso.org", "name": "International Organization for Standardization"}


@dataclass(frozen=True, slots=True)
class Issue:
    """What is issued: a footprint of PACT, by whom, for how long, with which proof.

    ``proof`` is the disclosure of the same emissions, ``basis`` that of their electricity.
    """

    footprint: Mapping[str, Any]
    name: str
    since: datetime
    until: datetime
    proof: bytes | None = None
    basis: str = "location"

    @property
    def kg(self) -> Fraction:
        """Emissions that the footprint tells [kg CO2e]."""
        return _number(self.footprint, "pCfExcludingBiogenic", "pcfExcludingBiogenicUptake")

    @property
    def shipment(self) -> Mapping[str, Any] | None:
        """The shipment of iLEAP in it, if there is one."""
        for each in self.footprint.get("extensions") or ():
            data = each.get("data")
            if isinstance(data, Mapping) and "tces" in data:
                return data
        return None

    @property
    def key(self) -> str:
        """Identity of the footprint as a URN."""
        return f"urn:uuid:{self.footprint['id']}"


def issue(kind: str, told: Issue, signer: Signer) -> str:
    """Give a credential as a JWT.

    Parameters
    ----------
    kind
        ``passport``, ``attestation`` or ``events``.
    told
        The footprint and what stands around it.

    Raises
    ------
    TanluError
        TL920 for another kind, a footprint without a figure, or events of what was not moved.
    """
    if kind not in KINDS:
        raise TanluError(CODE, value=kind, why=f"it is none of {', '.join(KINDS)}")
    if told.until <= told.since:
        raise TanluError(CODE, value=_time(told.until), why="it ends before it begins")
    name, make = KINDS[kind]
    stamp = f"{told.key} {name} {_time(told.since)} {signer.did}"
    body: dict[str, Any] = {
        "@context": [W3C, CREDENTIALS[name][0]],
        "type": [name, "VerifiableCredential"],
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, stamp)}",
        "issuer": {"type": ["CredentialIssuer"], "id": signer.did, "name": told.name},
        "validFrom": _time(told.since),
        "validUntil": _time(told.until),
        "credentialSubject": make(told),
    }
    return sign(body, signer)


def _passport(told: Issue) -> dict[str, Any]:
    footprint, pcf = told.footprint, told.footprint["pcf"]
    whole = told.shipment is not None
    amount = _number(footprint, "unitaryProductAmount", "declaredUnitAmount")
    unit = pcf.get("declaredUnit") or pcf.get("declaredUnitOfMeasurement")
    scope = "None" if _freight(pcf) else "CradleToGate"
    return {
        "type": ["ProductPassport"],
        "id": told.key,
        "product": {
            "type": ["Product"],
            "id": footprint["productIds"][0],
            "name": footprint["productNameCompany"],
            "description": footprint["productDescription"],
            "producedByParty": _party(footprint),
        },
        # one shipment is one item; all else is the like of its kind
        "granularityLevel": "item" if whole else "model",
        "conformityClaim": [_claim(told)],
        "emissionsScorecard": {
            "type": ["EmissionsPerformance"],
            "carbonFootprint": float(told.kg if whole else told.kg / amount),
            "declaredUnit": ONE if whole else UNITS.get(str(unit), ONE),
            "operationalScope": scope,
            "primarySourcedRatio": round(float(pcf.get("primaryDataShare") or 0) / 100, 6),
            "reportingStandard": _standard(pcf),
        },
    }


def _attestation(told: Issue) -> dict[str, Any]:
    claim = _claim(told)
    return {
        "type": ["ConformityAttestation", "Attestation"],
        "id": told.key,
        "name": f"Greenhouse gases of {told.footprint['productNameCompany']}",
        # its maker says so himself; a verifier signs an opinion (tanlu audit)
        "assessorLevel": "Self",
        "assessmentLevel": "Unspecified",
        "attestationType": "declaration",
        "issuedToParty": _party(told.footprint),
        **({"auditableEvidence": claim["conformityEvidence"]} if told.proof else {}),
        "assessment": [
            {
                "type": ["ConformityAssessment", "Declaration"],
                "id": claim["id"],
                "assessmentDate": claim["assessmentDate"],
                "name": claim["referenceStandard"]["name"],
                "description": claim["description"],
                "referenceStandard": claim["referenceStandard"],
                "declaredValue": claim["declaredValue"],
                "conformityTopic": TOPIC,
                "conformance": True,
                "assessedProduct": [
                    {
                        "type": ["ProductVerification"],
                        "product": {
                            "id": told.footprint["productIds"][0],
                            "name": told.footprint["productNameCompany"],
                        },
                        "IDverifiedByCAB": False,
                    }
                ],
            }
        ],
    }


def _events(told: Issue) -> list[dict[str, Any]]:
    shipment = told.shipment
    if shipment is None:
        raise TanluError(CODE, value=told.key, why="only a shipment has events")
    found = [_event(told, tce) for tce in shipment["tces"]]
    if told.proof is not None:
        found[0]["sensorElementList"][0]["sensorIntegrityProof"] = _link(told.proof)["linkURL"]
    return found


def _event(told: Issue, tce: Mapping[str, Any]) -> dict[str, Any]:
    moved = "tocId" in tce
    at = tce.get("arrivalAt") or _time(told.since)
    name, product = told.footprint["productNameCompany"], told.footprint["productIds"][0]
    figures = [("co2eWTW", tce["co2eWTW"], KG), ("co2eTTW", tce["co2eTTW"], KG)]
    if moved:
        figures.append(("transportActivity", tce["transportActivity"], TKM))
    return {
        "type": ["ObjectEvent", "Event"],
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, told.key + tce['tceId'])}",
        "processType": "Transport" if moved else "Hub operation",
        "eventTime": at,
        "action": "observe",
        "disposition": f"{CBV}Disp-in_transit",
        "bizStep": f"{CBV}BizStep-{'transporting' if moved else 'storing'}",
        "epcList": [{"type": ["Item"], "id": product, "name": name}],
        "quantityList": [
            {"productId": product, "productName": name, "quantity": _float(tce["mass"]), "uom": KG}
        ],
        "sensorElementList": [
            {
                "sensorReport": [
                    {"time": at, "sensorType": MEASURE + what, "value": _float(value), "uom": unit}
                    for what, value, unit in figures
                ]
            }
        ],
    }


KINDS: dict[str, tuple[str, Callable[[Issue], Any]]] = {
    "passport": ("DigitalProductPassport", _passport),
    "attestation": ("DigitalConformityCredential", _attestation),
    "events": ("DigitalTraceabilityEvent", _events),
}


def _claim(told: Issue) -> dict[str, Any]:
    pcf = told.footprint["pcf"]
    claim: dict[str, Any] = {
        "type": ["Claim", "Declaration"],
        "id": f"{told.key}#emissions",
        "description": str(pcf["boundaryProcessesDescription"]),
        "referenceStandard": _standard(pcf),
        "assessmentDate": _time(told.since)[:10],
        "declaredValue": [
            {
                "metricName": METRIC.format(told.basis),
                "metricValue": {"value": float(told.kg), "unit": KG},
            }
        ],
        "conformityTopic": TOPIC,
    }
    if told.proof is not None:
        claim["conformityEvidence"] = _link(told.proof)
    return claim


def _link(proof: bytes) -> dict[str, str]:
    return {
        "linkURL": EVIDENCE + base64.b64encode(proof).decode("ascii"),
        "linkName": "disclosure",
        "hashDigest": sha256(proof).hexdigest(),
        "hashMethod": "SHA-256",
    }


def _freight(pcf: Mapping[str, Any]) -> bool:
    return "ISO14083" in (pcf.get("crossSectoralStandards") or ())


def _standard(pcf: Mapping[str, Any]) -> dict[str, Any]:
    name, urn = STANDARDS["ISO14083" if _freight(pcf) else "ISO14067"]
    return {"type": ["Standard"], "id": urn, "name": name, "issuingParty": ISO}


def _party(footprint: Mapping[str, Any]) -> dict[str, str]:
    return {"id": footprint["companyIds"][0], "name": footprint["companyName"]}


def _number(footprint: Mapping[str, Any], *names: str) -> Fraction:
    pcf = footprint.get("pcf") or {}
    told = next((pcf[name] for name in names if pcf.get(name) is not None), None)
    try:
        return Fraction(str(told))
    except (ValueError, ZeroDivisionError) as error:
        named = str(footprint.get("id"))
        raise TanluError(CODE, value=named, why=f"it tells no {names[0]}") from error


def _float(text: str) -> float:
    return float(Fraction(text))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
