"""iLEAP objects as ProductFootprints of PACT 2, each with one extension: what partners ask for.

The mapping is that of iLEAP 1.0.0 "PACT Integration": the total of a shipment, the intensity of a
category. A footprint never changes: other content makes another identity.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap.amounts import amount, kept, number
from tanlu.share.exchange.ileap.checks.envelopes import CPC, OBJECTS, URN, data_of
from tanlu.share.exchange.ileap.mapping.legs import Left, legs
from tanlu.share.exchange.ileap.mapping.objects import Made, Shipment, made
from tanlu.share.exchange.ileap.tables import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Company", "Exchanged", "exchanged", "footprint"]

NAMESPACE = UUID("5f2ef5a1-5a3f-5a39-9a7c-3b6d1c7f1083")
DOCUMENTATION = "https://sine-fdn.github.io/ileap-extension/"
NOTHING = "TL919"
US = 10**6
BOUNDARY = ("ISO 14083:2023 transport chain, well to wheel: energy provision and vehicle operation "
            "with hubs; without vehicles, infrastructure, packaging, offsets")  # fmt: skip
COMMENT = "Calculated under ISO 14083:2023, for which PACT 2.0 to 2.2 have no word."
NAMES = {"ShipmentFootprint": "Shipment", "TOC": "TOC", "HOC": "HOC"}


class Company(NamedTuple):
    """Who says it: the name and the URNs under which partners know the company."""

    name: str
    ids: tuple[str, ...]


class Exchanged(NamedTuple):
    """What a ledger gives to partners of iLEAP, and what of it iLEAP cannot hold."""

    footprints: list[dict[str, Any]]
    tads: list[dict[str, Any]]
    left: list[Left]


def exchanged(
    workspace: Any,
    company: Company,
    *,
    period: str | None = None,
    shipments: tuple[str, ...] = (),
    basis: str = "location",
    as_of: int | None = None,
    now: datetime | None = None,
) -> Exchanged:
    """Give the footprints of shipments, TOCs and HOCs of a ledger, and its activity data.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    company
        The data owner; ids are URNs.
    period, shipments, basis, as_of
        Which legs: those that start in the period, of these shipments, with electricity by
        location or by market, at this version of the ledger.
    now
        The moment of ``created``; the present one without.

    Raises
    ------
    TanluError
        TL919 for a company without name or URN, or where no leg can be exchanged.
    """
    from tanlu.factors.packs import library_of

    if not company.name or not company.ids or not all(_urn(each) for each in company.ids):
        raise TanluError(NOTHING, value=company.name, why="a company has a name and a URN")
    asked, left = legs(workspace, period=period, shipments=shipments, basis=basis, as_of=as_of)
    found = made(asked, library_of(workspace, as_of=as_of))
    if not found.shipments:
        raise TanluError(NOTHING, value=period or "*", why="no leg of a shipment can be exchanged")
    stamp = now or datetime.now(UTC)
    held = [footprint(each, company, str(workspace.id), stamp) for each in _all(found)]
    return Exchanged(held, found.tads, [*left, *found.left])


def _urn(text: str) -> bool:
    return text.lower().startswith("urn:")


def _all(found: Made) -> Iterator[Shipment]:
    yield from found.shipments
    yield from found.categories


def footprint(held: Shipment, company: Company, owner: str, now: datetime) -> dict[str, Any]:
    """Give one iLEAP object as a ProductFootprint of PACT 2.

    Parameters
    ----------
    held
        The object with its period and the share of measured emissions.
    owner
        Identity of the ledger: the same object of two ledgers has two identities.
    """
    kind = data_of(held.body) or ""
    word, name, unit, fixed = OBJECTS[kind]
    total, each = _total(kind, held), held.body[name]
    pcf = _pcf(held, unit, fixed or _activity(held.body), total)
    said = f"{NAMES[kind]} with ID {each}"
    body: dict[str, Any] = {
        "specVersion": "2.3.0",
        "version": 0,
        "status": "Active",
        "companyName": company.name,
        "companyIds": list(company.ids),
        "productDescription": f"Logistics emissions related to {said}",
        "productIds": [f"{URN}:vendor-assigned:{word}:{each}"],
        "productCategoryCpc": CPC,
        "productNameCompany": said,
        "comment": COMMENT,
        "pcf": pcf,
        "extensions": [
            {
                "specVersion": "2.0.0",
                "dataSchema": SCHEMAS[kind],
                "documentation": DOCUMENTATION,
                "data": held.body,
            }
        ],
    }
    identity = str(uuid5(NAMESPACE, f"{owner} {body!r}"))
    return {"id": identity, "created": now.strftime("%Y-%m-%dT%H:%M:%SZ"), **body}


def _total(kind: str, held: Shipment) -> str:
    if kind == "ShipmentFootprint":
        return kept(held.wtw_ug, 9)
    return str(held.body["co2eIntensityWTW"])


def _activity(body: dict[str, Any]) -> str:
    """Give Σ t·km; one that never moved is told as the smallest amount that PACT allows."""
    total = sum((number(tce["transportActivity"]) or Fraction(0) for tce in body["tces"]),
                Fraction(0))  # fmt: skip
    return amount(total, 12) if total else SMALLEST


# unitaryProductAmount must be above zero in PACT 2, and goods that only lay in a hub have no t·km
SMALLEST = "0.000000000001"


def _pcf(held: Shipment, unit: str, amount_: str, total: str) -> dict[str, Any]:
    sets = sorted({_assessment(each) for each in held.gwp}) or ["AR6"]
    share = float(round(Fraction(100 * held.primary_ug, held.wtw_ug or 1), 2))
    return {
        "declaredUnit": unit,
        "unitaryProductAmount": amount_,
        "pCfExcludingBiogenic": total,
        "fossilGhgEmissions": total,
        "fossilCarbonContent": "0",
        "biogenicCarbonContent": "0",
        "characterizationFactors": sets[-1],
        "ipccCharacterizationFactorsSources": sets,
        "crossSectoralStandardsUsed": ["GHG Protocol Product standard"],
        "crossSectoralStandards": ["ISO14083"],
        "boundaryProcessesDescription": BOUNDARY,
        "referencePeriodStart": _time(held.start),
        "referencePeriodEnd": _time(max(held.end, held.start + US)),
        "exemptedEmissionsPercent": 0,
        "exemptedEmissionsDescription": "",
        "packagingEmissionsIncluded": False,
        "primaryDataShare": share,
    }


def _assessment(gwp: str) -> str:
    """Give the report of the IPCC as PACT 2 names it, which knows AR5 and AR6."""
    return "AR5" if gwp.startswith("AR5") else "AR6"


def _time(moment_us: int) -> str:
    return datetime.fromtimestamp(moment_us // US, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
