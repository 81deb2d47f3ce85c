from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load

PCF = {
    "declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "2", "geographyCountry": "CN",
    "referencePeriodStart": "2025-01-01T00:00:00Z", "referencePeriodEnd": "2026-01-01T00:00:00Z",
    "pcfExcludingBiogenicUptake": "7.0", "pcfIncludingBiogenicUptake": "6.5",
    "biogenicCO2Uptake": "-0.5", "fossilGhgEmissions": "6.9",
    "ipccCharacterizationFactors": ["AR6"], "primaryDataShare": "72",
}  # fmt: skip
BODY = {
    "id": "x", "companyName": "Co", "productIds": ["urn:p"], "productNameCompany": "Copper",
    "productClassifications": ["urn:pact:productclassification:un-cpc:41321"],
    "created": "2026-01-01",
}  # fmt: skip
SAMPLES = ("cosmetics_sample", "electronics_sample", "textile_sample")


def read(tmp_path, pcf, **body):
    """Import a footprint."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({**BODY, **body, "pcf": pcf}))
    return load("pact", path)


def test_a_footprint_is_told_per_unit_without_uptake(tmp_path):
    row = read(tmp_path, PCF).factors.to_dicts()[0]

    assert (row["activity"], row["material"], row["boundary"]) == (
        "goods.material", "metal", "cradle_gate",
    )  # fmt: skip
    assert (row["co2e_published"], row["denominator"], row["place"]) == ("3.5", "kg", "CN")
    assert (row["valid_from"], row["valid_to"]) == ("2025-01-01", "2026-01-01")


def test_an_area_is_told_by_its_mass(tmp_path):
    area = {**PCF, "declaredUnitOfMeasurement": "square meter", "productMassPerDeclaredUnit": "0.7"}

    assert read(tmp_path, area).factors.select("denominator", "co2e_published").rows() == [
        ("kg", "10")
    ]


@pytest.mark.parametrize(
    ("change", "body", "code"),
    [
        ({"pcfExcludingBiogenicUptake": "0"}, {}, "TL228"),
        ({"pcfExcludingBiogenicUptake": "-3", "fossilGhgEmissions": "-3"}, {}, "TL229"),
        ({"fossilGhgEmissions": "8"}, {}, "TL235"),
        ({"pcfIncludingBiogenicUptake": "7.0"}, {}, "TL235"),
        ({"declaredUnitAmount": "0"}, {}, "TL224"),
        ({"declaredUnitOfMeasurement": "bushel"}, {}, "TL225"),
        ({"geographyCountry": "XX"}, {}, "TL231"),
        ({"referencePeriodStart": "soon"}, {}, "TL237"),
        ({}, {"productClassifications": ["cpc:96990"]}, "TL223"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, change, body, code):
    found = read(tmp_path, {**PCF, **change}, **body)

    assert found.quarantine["code"].to_list() == [code]


def test_no_place_means_the_globe(tmp_path):
    world = {name: value for name, value in PCF.items() if name != "geographyCountry"}

    assert read(tmp_path, world).factors["place"].to_list() == ["GLO"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_of_the_specification_load_whole(shared, name):
    found = load("pact", shared / f"data/standards/pact/samples/{name}.json")

    assert (found.rows_in, found.factors.height) == (30, 30)
    assert set(found.sources["redistribution"]) == {"private"}


def test_a_document_without_a_footprint_is_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("[]")

    with pytest.raises(TanluError) as raised:
        load("pact", path)

    assert raised.value.code == "TL220"
