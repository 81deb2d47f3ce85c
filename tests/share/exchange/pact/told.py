"""Footprints as a company tells them, for the tests."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from tanlu.share.exchange.pact import Footprint

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
GOODS: dict[str, Any] = {
    "companyName": "Tanlu Test",
    "companyIds": ["urn:uuid:0f2a4b6c-0000-4000-8000-00000000c0de"],
    "productDescription": "a box of tea, 1 kg",
    "productIds": ["urn:pact:tanlu.example:product-id:tea-1", "urn:gtin:6901234567892"],
    "productClassifications": ["urn:pact:productclassification:un-cpc:23912"],
    "productNameCompany": "Tea",
    "pcf": {
        "declaredUnitOfMeasurement": "piece",
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": "1.05",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "geographyCountry": "CN",
        "pcfExcludingBiogenicUptake": "2.25",
        "pcfIncludingBiogenicUptake": "1.05",
        "fossilGhgEmissions": "2",
        "landUseChangeGhgEmissions": "0.2",
        "biogenicNonCO2Emissions": "0.05",
        "biogenicCO2Uptake": "-1.2",
        "fossilCarbonContent": "0",
        "biogenicCarbonContent": "0.3",
        "packagingEmissionsIncluded": True,
        "packagingGhgEmissions": "0.1",
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067", "PACT-3.0"],
        "exemptedEmissionsPercent": "0",
        "primaryDataShare": "62.5",
        "dqi": {"technologicalDQR": "2", "geographicalDQR": "1.5", "temporalDQR": "2.25"},
    },
}
CARRIAGE: dict[str, Any] = {
    "companyName": "Tanlu Test",
    "companyIds": ["urn:uuid:0f2a4b6c-0000-4000-8000-00000000c0de"],
    "productDescription": "carriage of a shipment by road",
    "productIds": ["urn:pact:tanlu.example:product-id:shipment-7"],
    "productNameCompany": "Carriage",
    "validityPeriodStart": "2026-02-01T00:00:00Z",
    "validityPeriodEnd": "2027-02-01T00:00:00Z",
    "pcf": {
        "declaredUnitOfMeasurement": "ton kilometer",
        "declaredUnitAmount": "1250.5",
        "productMassPerDeclaredUnit": "0",
        "referencePeriodStart": "2026-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-02-01T00:00:00Z",
        "geographyCountrySubdivision": "CN-GD",
        "pcfExcludingBiogenicUptake": "101.000000001",
        "pcfIncludingBiogenicUptake": "101.000000001",
        "fossilGhgEmissions": "101.000000001",
        "fossilCarbonContent": "0",
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14083"],
        "exemptedEmissionsPercent": "0",
        "primaryDataShare": "100",
    },
}


def goods(**pcf: Any) -> Footprint:
    """Give the footprint of goods, some of its figures changed."""
    return _made(GOODS, pcf)


def carriage(**pcf: Any) -> Footprint:
    """Give the footprint of a carriage, some of its figures changed."""
    return _made(CARRIAGE, pcf)


def shelf() -> list[Footprint]:
    """Give footprints of several kinds, one of them replaced by another."""
    first = goods()
    second = first.successor({"pcf": {"primaryDataShare": "80"}}, at=AT + timedelta(days=1))
    return [first, carriage(), second]


def _made(content: dict[str, Any], pcf: dict[str, Any]) -> Footprint:
    whole = copy.deepcopy(content)
    whole["pcf"] = {k: v for k, v in (whole["pcf"] | pcf).items() if v is not None}
    return Footprint.made(whole, at=AT)
