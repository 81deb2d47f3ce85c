"""The shipments of the iLEAP demonstration interface as the documents that it serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

URN = "urn:pathfinder:product:customcode:vendor-assigned"
SITE = "https://api.ileap.sine.dev"


def golden(shared: Path) -> dict[str, Any]:
    """Give the demonstration data as they were keyed."""
    text = (shared / "data/golden/ileap_demo_shipments.json").read_text(encoding="utf-8")
    told: dict[str, Any] = json.loads(text)
    return told


def footprint(
    word: str, name: str, total: str, data: dict[str, Any], tkm: str = "1"
) -> dict[str, Any]:
    """Give a ProductFootprint around an iLEAP object, as the demonstration serves it."""
    schema = {"shipment": "shipment-footprint"}.get(word, word)
    hub = word == "hoc"
    return {
        "id": f"{word}-{name}",
        "specVersion": "2.0.0",
        "version": 0,
        "created": "2022-05-22T21:47:32Z",
        "status": "Active",
        "companyName": "Transport",
        "companyIds": ["urn:epc:id:sgln:4063973.00000.8"],
        "productDescription": name,
        "productIds": [f"{URN}:{word}:{name}"],
        "productCategoryCpc": "83117",
        "productNameCompany": name,
        "comment": "",
        "pcf": {
            "declaredUnit": "kilogram" if hub else "ton kilometer",
            "unitaryProductAmount": "1000" if hub else tkm,
            "pCfExcludingBiogenic": total,
            "fossilGhgEmissions": total,
            "fossilCarbonContent": "0",
            "biogenicCarbonContent": "0",
            "characterizationFactors": "AR6",
            "ipccCharacterizationFactorsSources": ["AR6"],
            "crossSectoralStandardsUsed": ["GHG Protocol Product standard"],
            "productOrSectorSpecificRules": [],
            "boundaryProcessesDescription": "well to wheel",
            "referencePeriodStart": "2021-01-01T00:00:00Z",
            "referencePeriodEnd": "2022-01-01T00:00:00Z",
            "exemptedEmissionsPercent": 0,
            "exemptedEmissionsDescription": "",
            "packagingEmissionsIncluded": False,
        },
        "extensions": [
            {
                "specVersion": "2.0.0",
                "dataSchema": f"{SITE}/{schema}.json",
                "documentation": "https://sine-fdn.github.io/ileap-extension/",
                "data": data,
            }
        ],
    }


def toc(name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Give the ProductFootprint of a TOC of the demonstration."""
    whole, burnt, unit, carrier = told["ef"]
    data = {
        "tocId": name,
        "mode": told["mode"],
        "loadFactor": told["loadFactor"],
        "emptyDistanceFactor": told["emptyDistanceFactor"],
        "energyCarriers": [
            {
                "energyCarrier": carrier,
                "feedstocks": [{"feedstock": "Grid" if carrier == "Electric" else "Fossil"}],
                "energyConsumptionUnit": unit,
                "emissionFactorWTW": whole,
                "emissionFactorTTW": burnt,
                "relativeShare": "1.0",
            }
        ],
        "co2eIntensityWTW": told["wtw"],
        "co2eIntensityTTW": told["ttw"],
        "transportActivityUnit": "tkm",
    }
    return footprint("toc", name, told["wtw"], data)


def hoc(name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Give the ProductFootprint of a HOC of the demonstration."""
    data = {
        "hocId": name,
        "hubType": told["hubType"],
        "inboundTransportMode": told["inbound"],
        "outboundTransportMode": told["outbound"],
        "energyCarriers": [
            {
                "energyCarrier": "Electric",
                "energyConsumptionUnit": "kWh",
                "emissionFactorWTW": "0.35",
                "emissionFactorTTW": "0",
                "relativeShare": "1",
            }
        ],
        "co2eIntensityWTW": told["wtw_kg_per_t"],
        "co2eIntensityTTW": told["ttw_kg_per_t"],
        "hubActivityUnit": "tonnes",
    }
    return footprint("hoc", name, told["wtw_kg_per_t"], data)


def shipment(told: dict[str, Any], which: str) -> dict[str, Any]:
    """Give the ProductFootprint of a shipment, with figures as ``printed`` or as ``expected``."""
    name = told["shipmentId"]
    tces = [
        {
            "tceId": each["tceId"],
            "prevTceIds": each["prevTceIds"],
            "tocId": each["tocId"],
            "hocId": each["hocId"],
            "shipmentId": name,
            "mass": each["mass_kg"],
            "distance": {"actual": each["distance_actual_km"]},
            "transportActivity": each["transportActivity_tkm"],
            "co2eWTW": each[f"co2eWTW_{which}"],
            "co2eTTW": each[f"co2eTTW_{which}"],
        }
        for each in told["tces"]
    ]
    data = {"mass": told["tces"][0]["mass_kg"], "shipmentId": name, "tces": tces}
    total = told[f"{which}_pCfExcludingBiogenic"]
    return footprint("shipment", name, total, data, told["expected_unitaryProductAmount_tkm"])


def served(shared: Path, which: str) -> list[dict[str, Any]]:
    """Give all documents of the demonstration."""
    held = golden(shared)
    return [
        *(shipment(each, which) for each in held["shipments"]),
        *(toc(name, each) for name, each in held["tocs"].items()),
        *(hoc(name, each) for name, each in held["hocs"].items()),
    ]


def corrected(shared: Path) -> list[dict[str, Any]]:
    """Give the demonstration as it should be: right sums, and the grid's factor in kg."""
    found = served(shared, "expected")
    for each in found:
        for carrier in each["extensions"][0]["data"].get("energyCarriers", ()):
            if carrier["emissionFactorWTW"] == "97":
                carrier["emissionFactorWTW"] = "0.097"
    return found
