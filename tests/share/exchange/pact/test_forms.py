"""A footprint in the other form."""

from __future__ import annotations

from tanlu.share.exchange.pact import Footprint, in_form
from tanlu.share.exchange.pact.model import misfits
from tests.share.exchange.pact.told import carriage, goods


def test_a_footprint_goes_to_the_earlier_form_and_back_with_its_figures():
    there = in_form(carriage(), 2)
    back = in_form(there, 3)
    assert misfits(there.content, 2) == misfits(back.content, 3) == []
    assert back.content["pcf"] == carriage().content["pcf"] | {
        "biogenicCarbonContent": "0", "boundaryProcessesDescription": "",
        "exemptedEmissionsDescription": "", "packagingEmissionsIncluded": False}  # fmt: skip
    assert {k: v for k, v in back.content.items() if k != "pcf"} == {
        k: v for k, v in carriage().content.items() if k != "pcf"} | {"comment": ""}  # fmt: skip


def test_goods_by_the_piece_are_told_by_their_mass():
    pcf = in_form(goods(), 2).content["pcf"]
    assert (pcf["declaredUnit"], pcf["unitaryProductAmount"]) == ("kilogram", "1.05")
    assert pcf["pCfExcludingBiogenic"] == "2.25"
    assert pcf["primaryDataShare"] == 62.5
    assert "dqi" not in pcf


def test_what_the_earlier_form_cannot_say_is_not_made_up():
    assert in_form(carriage(declaredUnitOfMeasurement="hour"), 2) is None
    removed = {"landManagementBiogenicCO2Removals": "-3", "fossilGhgEmissions": "1",
               "pcfExcludingBiogenicUptake": "-1.75",
               "pcfIncludingBiogenicUptake": "-2.95"}  # fmt: skip
    assert in_form(goods(**removed), 2) is None


def test_a_standard_that_the_earlier_form_does_not_know_is_one_it_builds_on():
    pcf = in_form(carriage(), 2).content["pcf"]
    assert pcf["crossSectoralStandards"] == ["ISO14083"]
    assert pcf["crossSectoralStandardsUsed"] == ["GHG Protocol Product standard"]


def test_who_checked_it_is_told_in_both():
    checked = {"coverage": "PCF program", "providerName": "Auditor", "standardName": "ISO 14067"}
    assured = in_form(carriage(verification=checked), 2).content["pcf"]["assurance"]
    assert assured == {"assurance": True, "coverage": "PCF system", "providerName": "Auditor",
                       "standardName": "ISO 14067"}  # fmt: skip


def test_in_its_own_form_it_is_itself():
    told = Footprint(2, in_form(goods(), 2).content)
    assert in_form(told, 2) is told
    assert in_form(told, 3).content["productClassifications"] == goods().content[
        "productClassifications"]  # fmt: skip
