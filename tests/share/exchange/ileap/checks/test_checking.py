"""What SINE published has arithmetic errors: each is found, and what is right is left alone."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.ileap import Checked, Exchanged, check, documents, filtered
from tests.share.exchange.ileap import demo
from tests.share.exchange.ileap.changed import ODD, places

EXAMPLES = "data/standards/ileap/examples"


def told(found: Checked) -> set[tuple[str, str, str | None]]:
    """Code, last part of the place, and what we compute."""
    return {
        (each.code, ".".join(each.where.split(".")[-2:]), each.computed) for each in found.findings
    }


def example(shared: Path, name: str) -> Checked:
    return check(documents(shared / EXAMPLES / f"{name}.json"))


def test_the_swapped_digits_and_the_total_that_follows_are_found(shared: Path) -> None:
    found = check(demo.served(shared, "printed"))

    assert told(found) == {
        ("TL912", "tces[2].co2eWTW", "1962.72"),
        ("TL916", "pcf.pCfExcludingBiogenic", "3401.16"),
        ("TL916", "pcf.fossilGhgEmissions", "3401.16"),
        ("TL915", "energyCarriers[0].emissionFactorWTW", "0.097"),
    }


def test_the_demonstration_put_right_holds_in_every_figure(shared: Path) -> None:
    found = check(demo.corrected(shared))

    assert found.findings == []
    assert found.held > 300
    assert found.undone == []


def test_grams_per_megajoule_in_a_field_of_kilograms_are_named_as_a_slip(shared: Path) -> None:
    found = check(demo.served(shared, "expected"))
    (finding,) = found.findings

    assert "[TL915]" in finding.say()
    assert "97" in finding.say()
    assert "we compute 0.097" in finding.say()
    assert "1,000 times" in finding.say()
    assert "1,000 倍" in finding.say("zh")
    assert "我方计算值为 0.097" in finding.say("zh")


def test_an_element_of_another_shipment_is_found(shared: Path) -> None:
    # the demonstration serves its simple shipment so
    simple = demo.corrected(shared)[0]
    simple["extensions"][0]["data"]["tces"][0]["shipmentId"] = "shipment-1"
    found = check([simple])

    assert ("TL917", "tces[0].shipmentId", "shipment-simple-1") in told(found)


def test_a_hub_intensity_per_tonne_times_kilograms_is_a_thousandfold(shared: Path) -> None:
    # the generator of the demonstration multiplies so
    held = demo.corrected(shared)
    hub = held[1]["extensions"][0]["data"]["tces"][1]
    hub["co2eWTW"] = str(int(hub["co2eWTW"]) * 1000)
    found = check(held)
    wrong = next(each for each in found.findings if each.code == "TL912")

    assert wrong.computed == "1320"
    assert "1,000 times" in wrong.say()


def test_kilograms_times_kilometres_are_a_thousandfold_activity(shared: Path) -> None:
    held = demo.corrected(shared)
    held[0]["extensions"][0]["data"]["tces"][0]["transportActivity"] = "16920000"
    wrong = next(each for each in check(held).findings if each.code == "TL911")

    assert wrong.computed == "16920"
    assert "1,000 times" in wrong.say()


def test_the_shipment_of_appendix_b_has_a_tenth_of_its_activity(shared: Path) -> None:
    found = example(shared, "spec_appendixB_shipment")

    assert told(found) == {
        ("TL911", "tces[0].transportActivity", "36.801"),
        ("TL918", "pcf.packagingEmissionsIncluded", "false"),
    }


def test_the_chain_of_the_organizer_has_a_comma_and_a_tenth(shared: Path) -> None:
    found = example(shared, "spec_e2e_lsp_shipment")

    assert told(found) == {
        ("TL911", "tces[0].transportActivity", "36.801"),
        ("TL910", "pcf.ipccCharacterizationFactorsSources", None),
        ("TL910", "pcf.pCfExcludingBiogenic", "8.42769"),
        ("TL910", "pcf.fossilGhgEmissions", "8.42769"),
        ("TL918", "pcf.packagingEmissionsIncluded", "false"),
    }


def test_the_footprint_of_carrier_a_names_no_shipment_in_its_product(shared: Path) -> None:
    found = example(shared, "spec_e2e_carrierA_shipment")
    urn = "urn:pathfinder:product:customcode:vendor-assigned:shipment:1237890"

    assert {each.computed for each in found.findings if each.code == "TL918"} == {urn, "false"}
    assert not [each for each in found.findings if each.code in ("TL911", "TL912", "TL916")]


@pytest.mark.parametrize(
    ("name", "unit"), [("toc", "transportActivityUnit"), ("hoc", "hubActivityUnit")]
)
def test_the_categories_of_appendix_b_have_the_form_of_a_draft(
    shared: Path, name: str, unit: str
) -> None:
    found = example(shared, f"spec_appendixB_{name}")
    places = {each.where.rpartition(".")[2] for each in found.findings}

    assert {each.code for each in found.findings} == {"TL910"}
    assert places == {
        "relativeShare", "emissionFactorWTW", "emissionFactorTTW", unit, "co2eIntensityThroughput"
    }  # fmt: skip


def test_more_from_tank_than_from_well_is_found() -> None:
    # the text of the specification shows these two factors for diesel
    carrier: dict[str, Any] = {
        "energyCarrier": "Diesel", "relativeShare": "1", "energyConsumptionUnit": "l",
        "emissionFactorWTW": "2.67", "emissionFactorTTW": "2.80",
    }  # fmt: skip
    body = {"tocId": "t", "mode": "Road", "energyCarriers": [carrier], "co2eIntensityWTW": "0.1",
            "co2eIntensityTTW": "0.08", "transportActivityUnit": "tkm"}  # fmt: skip

    assert told(check([body])) == {("TL913", "energyCarriers[0].emissionFactorTTW", None)}


def test_every_finding_speaks_both_tongues(shared: Path) -> None:
    files = sorted((shared / EXAMPLES).glob("spec_*.json"))
    said = [each for file in files for each in check(documents(file)).findings]

    assert len(said) > 15
    for each in said:
        assert each.say("en").startswith(f"[{each.code}] ")
        assert "<" not in each.say("en") + each.say("zh")
        assert each.say("zh") != each.say("en")
        assert any("一" <= letter <= "鿿" for letter in each.say("zh"))


@given(st.data())
def test_odd_values_anywhere_are_findings_and_no_faults(
    made: Exchanged, data: st.DataObject
) -> None:
    held = copy.deepcopy([*made.footprints[:1], *made.footprints[-3:], *made.tads[:2]])
    for _ in range(data.draw(st.integers(1, 4))):
        known = list(places(held[data.draw(st.integers(0, len(held) - 1))]))
        holder, key = known[data.draw(st.integers(0, len(known) - 1))]
        holder[key] = copy.deepcopy(data.draw(ODD))
    for each in check(held).findings:
        assert each.code.startswith("TL91")
        assert each.say("zh")
    filtered([each for each in held if "activityId" in each], [("mode", "road"), ("a", "b")])


NAMES = ("data", "extensions", "pcf", "tces", "tocId", "hocId", "tceId", "distance",
         "energyCarriers", "activityId", "dataSchema", "feedstocks")  # fmt: skip
NESTED = st.recursive(
    ODD, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner)
)


@given(NESTED)
def test_any_json_is_checked_or_refused(tmp_path_factory: Any, told: Any) -> None:
    file = tmp_path_factory.mktemp("odd") / "a.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    try:
        held = documents(file)
    except TanluError as error:
        assert error.code == "TL919"  # noqa: PT017 - one of two answers
        return
    check(held)


def test_a_number_of_a_megabyte_is_not_multiplied() -> None:
    body = {"tceId": "a", "tocId": "t", "shipmentId": "s", "mass": "9" * 1_000_000,
            "distance": {"actual": "9" * 1_000_000}, "transportActivity": "1", "co2eWTW": "1",
            "co2eTTW": "1"}  # fmt: skip
    codes = {each.code for each in check([body]).findings}

    assert codes == {"TL910"}
