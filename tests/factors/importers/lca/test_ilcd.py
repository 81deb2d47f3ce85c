from __future__ import annotations

import json

import pytest
from tests.factors.importers.lca.sets import ilcd, process

from tanlu.errors import TanluError
from tanlu.factors.importers import load

MODULES = """<c:other><e:amount e:module="A1-A3">5</e:amount><e:amount e:module="C4">1</e:amount>
</c:other>"""


def test_a_process_is_a_cradle_to_gate_factor_with_its_model_named(tmp_path):
    row = load("ilcd", ilcd(tmp_path / "a.zip", process())).factors.to_dicts()[0]

    assert (row["activity"], row["material"], row["boundary"], row["place"]) == (
        "goods.material", "metal.steel", "cradle_gate", "CN",
    )  # fmt: skip
    assert (row["co2e_published"], row["denominator"], row["gwp_set"]) == ("2.1", "kg", "AR5")
    assert "system model: Attributional" in row["note"]
    assert row["derivation"] == "4.2 per 2 kg"


def test_of_an_epd_the_modules_of_production_are_taken(tmp_path):
    found = load("ilcd", ilcd(tmp_path / "a.zip", process(results=MODULES))).factors

    assert found["co2e_published"].to_list() == ["2.5"]


def test_without_a_result_the_gases_of_an_inventory_are_taken(tmp_path):
    found = load("ilcd", ilcd(tmp_path / "a.zip", process(results=""))).factors

    assert found.select("co2_fossil", "co2e_published").rows() == [("1.55", None)]


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"name": "Philosophers' stone"}, "TL223"),
        ({"place": "RER"}, "TL231"),
        ({"results": "", "kind": "Unit process, black box"}, "TL230"),
        ({"results": "<meanAmount>-1</meanAmount>"}, "TL229"),
        ({"results": "<meanAmount>0</meanAmount>"}, "TL228"),
    ],
)
def test_what_is_no_factor_is_refused(tmp_path, over, code):
    found = load("ilcd", ilcd(tmp_path / "a.zip", process(**over)))

    assert found.quarantine["code"].to_list() == [code]


def test_a_document_type_is_refused(tmp_path):
    evil = '<!DOCTYPE a [<!ENTITY b "c">]>' + process()

    with pytest.raises(TanluError) as raised:
        load("ilcd", ilcd(tmp_path / "a.zip", evil))

    assert "document type" in str(raised.value)


def test_the_json_of_a_data_node_is_known(tmp_path):
    said = [{"value": "Glass wool", "lang": "en"}]
    body = {
        "processInformation": {
            "dataSetInformation": {"UUID": "u", "name": {"baseName": said}},
            "quantitativeReference": {"referenceToReferenceFlow": [0]},
            "time": {"referenceYear": 2021, "dataSetValidUntil": 2026},
            "geography": {"locationOfOperationSupplyOrProduction": {"location": "DE"}},
        },
        "exchanges": {"exchange": [
            {"dataSetInternalID": 0, "resultingflowAmount": 1.0,
             "flowProperties": [{"referenceUnit": "m3"}]}
        ]},
        "LCIAResults": {"LCIAResult": [
            {"referenceToLCIAMethodDataSet": {
                "shortDescription": [{"value": "Climate change - total", "lang": "en"}]},
             "other": {"anies": [{"module": "A1-A3", "value": "31.5"}]}}
        ]},
    }  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(json.dumps(body))
    found = load("ilcd", path).factors

    assert found.select("material", "denominator", "co2e_published", "valid_to").rows() == [
        ("glass", "m3", "31.5", "2027-01-01")
    ]
