from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load

TOC = {
    "tocId": "t1", "mode": "Road", "loadFactor": "0.6", "emptyDistanceFactor": "0.3",
    "temperatureControl": "refrigerated", "co2eIntensityWTW": "0.116", "co2eIntensityTTW": "0.089",
    "transportActivityUnit": "tkm",
    "energyCarriers": [
        {"energyCarrier": "Diesel", "relativeShare": "1", "emissionFactorWTW": "4.13",
         "emissionFactorTTW": "3.17", "energyConsumptionUnit": "kg"}
    ],
}  # fmt: skip
HOC = {
    "hocId": "h1", "hubType": "Warehouse", "temperatureControl": "ambient",
    "co2eIntensityWTW": "33", "co2eIntensityTTW": "10", "hubActivityUnit": "tonnes",
    "energyCarriers": [],
}  # fmt: skip
TCE = {"tceId": "e1", "tocId": "t1", "transportActivity": "100", "co2eWTW": "11.6",
       "co2eTTW": "8.9"}  # fmt: skip


def read(tmp_path, *bodies):
    """Import categories."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(list(bodies)))
    return load("ileap", path)


def test_a_category_gives_tank_to_wheel_and_well_to_tank(tmp_path):
    found = read(tmp_path, TOC).factors
    road = found.filter(activity="transport.road")

    assert dict(road.select("boundary", "co2e_published").rows()) == {
        "ttw": "0.089", "wtt": "0.027",
    }  # fmt: skip
    assert road.select("temperature_class", "load_default", "empty_default").row(0) == (
        "chilled", "0.6", "0.3",
    )  # fmt: skip


def test_its_energy_gives_fuel_factors(tmp_path):
    fuel = read(tmp_path, TOC).factors.filter(activity="energy.fuel")

    assert dict(fuel.select("boundary", "co2e_published").rows()) == {"ttw": "3.17", "wtt": "0.96"}
    assert fuel["denominator"].to_list() == ["kg", "kg"]


def test_a_hub_is_told_per_tonne(tmp_path):
    found = read(tmp_path, HOC).factors

    assert set(found["activity"]) == {"hub.warehouse"}
    assert dict(found.select("boundary", "co2e_published").rows()) == {"ttw": "10", "wtt": "23"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"co2eIntensityWTW": "0.05"}, "TL232"),
        ({"co2eIntensityTTW": "-1", "co2eIntensityWTW": "1"}, "TL229"),
        ({"mode": "Camel"}, "TL234"),
        ({"transportActivityUnit": "tonmile"}, "TL225"),
        ({"co2eIntensityTTW": "x"}, "TL224"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, change, code):
    found = read(tmp_path, {**TOC, **change, "energyCarriers": []})

    assert set(found.quarantine["code"]) == {code}
    assert found.factors.height == 0


def test_a_grown_fuel_may_be_below_zero_on_its_way(tmp_path):
    hvo = {**TOC["energyCarriers"][0], "energyCarrier": "HVO", "emissionFactorWTW": "0.5"}
    found = read(tmp_path, {**TOC, "energyCarriers": [hvo]})

    assert "TL232" not in found.quarantine["code"].to_list()


def test_electricity_is_generation_and_has_no_exhaust(tmp_path):
    power = {"energyCarrier": "Electric", "emissionFactorWTW": "0.097", "emissionFactorTTW": "0",
             "energyConsumptionUnit": "MJ", "relativeShare": "1"}  # fmt: skip
    found = read(tmp_path, {**TOC, "energyCarriers": [power]}).factors

    power = found.filter(activity="energy.electricity")

    assert power.select("boundary", "co2e_published").rows() == [("generation", "0.097")]


def test_a_chain_element_is_worked_out_again(tmp_path):
    right = read(tmp_path, TOC, {"shipmentId": "s", "tces": [TCE]})
    wrong = read(tmp_path, TOC, {"shipmentId": "s", "tces": [{**TCE, "co2eWTW": "12.6"}]})

    assert (right.known, right.quarantine.height) == (1, 0)
    assert wrong.quarantine.select("code", "value").rows() == [("TL233", "e1: 12.6")]
    assert "11.6" in wrong.quarantine["hint"][0]


@pytest.mark.parametrize("name", ["spec_appendixB_toc", "spec_appendixB_hoc"])
def test_the_examples_of_the_specification_load(shared, name):
    found = load("ileap", shared / f"data/standards/ileap/examples/{name}.json")

    assert (found.rows_in, found.factors.height) == (2, 2)
    assert set(found.factors["data_year"]) == {"2021"}


def test_a_document_without_a_category_is_refused(tmp_path):
    with pytest.raises(TanluError) as raised:
        read(tmp_path, {"a": "1"})

    assert raised.value.code == "TL220"
