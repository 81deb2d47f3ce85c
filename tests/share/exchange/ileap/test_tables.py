"""The types of iLEAP as tables, compared with its schemas and with our own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.share.exchange.ileap.tables import (
    carrier_of,
    carriers,
    fields,
    hub_type,
    mode_of,
    words,
)
from tanlu.terms import kinds

FILES = {"ShipmentFootprint": "shipment-footprint", "TOC": "toc", "HOC": "hoc", "TAD": "tad"}
PARTS = {"GlecDistance": "Distance", "TCE": "TCE", "Location": "Location",
         "EnergyCarrier": "EnergyCarrier", "Feedstock": "Feedstock"}  # fmt: skip
ENUMS = {"TransportMode": "Mode", "HubType": "Hub", "PackagingOrTrEqType": "Packaging",
         "EnergyCarrierType": "Carrier", "FeedstockType": "FeedstockType",
         "EnergyConsumptionUnit": "EnergyUnit", "TransportActivityUnit": "ActivityUnit",
         "HubActivityUnit": "HubUnit", "Certification": "Certification", "Incoterms": "Incoterms",
         "TemperatureControl": "Temperature", "TadTempControl": "TadTemperature",
         "TruckLoadingSequence": "Sequence", "FlightLength": "Flight",
         "AirShippingOption": "Shipping"}  # fmt: skip


def rules(shared: Path, name: str) -> dict[str, Any]:
    text = (shared / f"data/standards/ileap/schemas/{name}.json").read_text(encoding="utf-8")
    held: dict[str, Any] = json.loads(text)
    return held


@pytest.mark.parametrize("kind", FILES)
def test_every_type_has_the_fields_and_words_of_its_schema(kind: str, shared: Path) -> None:
    schema = rules(shared, FILES[kind])
    held = schema["definitions"]
    parts = {PARTS[name]: told for name, told in held.items() if name in PARTS}
    for name, told in {kind: schema, **parts}.items():
        if name == "Distance":
            continue
        known = {field.name: field.required for field in fields(name)}
        assert known == {each: each in told["required"] for each in told["properties"]}, name
    for name, told in held.items():
        if "enum" in told:
            assert sorted(words(ENUMS[name])) == sorted(told["enum"])


def test_our_carriers_have_a_word_by_their_longest_known_name() -> None:
    told = {
        "diesel": "Diesel", "gas_oil.heavy": "Diesel", "electricity": "Electric",
        "vlsfo": "HFO", "jet_kerosene": "Aviation fuel", "natural_gas": "CNG", "lng.rfnbo": "LNG",
    }  # fmt: skip

    assert {code: carrier_of(code).word for code in told} == told  # type: ignore[union-attr]
    assert carrier_of("R-404A") is None
    assert carrier_of(None) is None
    assert set(carriers()) == set(words("Carrier"))


def test_every_mode_and_hub_of_the_house_is_told_or_has_none() -> None:
    known = [each for each in kinds.kinds() if each.startswith("transport.")]
    modes = {each: mode_of(each) for each in known}

    assert set(modes.values()) - {None} <= set(words("Mode"))
    assert {each for each, mode in modes.items() if mode is None} <= {
        "transport.pipeline", "transport.ropeway", "transport.parcel"
    }  # fmt: skip
    hubs = [each for each in kinds.kinds() if each.startswith("hub.")]
    assert {hub_type(each) for each in hubs} <= set(words("Hub"))
    assert hub_type("hubcap") is None
    assert mode_of("hub.warehouse") is None
