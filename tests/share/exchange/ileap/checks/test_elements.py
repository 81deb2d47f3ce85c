"""Figures of an element that slip, and distances and times that cannot be."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import check
from tests.share.exchange.ileap.changed import SLIPS, of, text


@given(st.data())
def test_a_figure_of_an_element_that_slips_is_found_where_it_stands(
    right: list[dict[str, Any]], data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    tces = [tce for each in of(held, "tces") for tce in each["tces"] if tce.get("tocId")]
    tce = data.draw(st.sampled_from(tces))
    field = data.draw(st.sampled_from(["transportActivity", "co2eWTW", "co2eTTW", "mass"]))
    slip = Fraction(data.draw(st.sampled_from(SLIPS)))
    before = Fraction(tce[field])
    tce[field] = text(before * slip)
    # two percent of a microgram are nothing
    seen = abs(before * slip - before) > Fraction(1, 10**7)

    found = check(held)
    if seen:
        assert found.findings
    if field != "mass" and found.findings:
        places = {each.where.rpartition(".")[2] for each in found.findings}
        assert places <= {field, "co2eTTW", "pCfExcludingBiogenic", "fossilGhgEmissions",
                          "unitaryProductAmount", "transportActivity"}  # fmt: skip


@given(st.data())
def test_an_intensity_that_slips_is_found_in_what_rests_on_it(
    right: list[dict[str, Any]], data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    kind = data.draw(st.sampled_from(["transportActivityUnit", "hubActivityUnit"]))
    body = data.draw(st.sampled_from(of(held, kind)))
    slip = Fraction(data.draw(st.sampled_from(SLIPS[:7])))
    body["co2eIntensityWTW"] = text(Fraction(body["co2eIntensityWTW"]) * slip)
    codes = {each.code for each in check(held).findings}

    assert codes & {"TL912", "TL913", "TL915", "TL916"}


def element(**more: Any) -> dict[str, Any]:
    told = {"tceId": "a", "tocId": "t", "shipmentId": "s", "mass": "1000",
            "distance": {"actual": "500"}, "transportActivity": "500", "co2eWTW": "50",
            "co2eTTW": "40"}  # fmt: skip
    return {**told, **more}


def operation(unit: str = "tkm", wtw: str = "0.1", ttw: str = "0.08") -> dict[str, Any]:
    carrier = {"energyCarrier": "HFO", "relativeShare": "1", "energyConsumptionUnit": "MJ",
               "emissionFactorWTW": "0.09", "emissionFactorTTW": "0.08"}  # fmt: skip
    return {"tocId": "t", "mode": "Sea", "energyCarriers": [carrier], "co2eIntensityWTW": wtw,
            "co2eIntensityTTW": ttw, "transportActivityUnit": unit}  # fmt: skip


def found(*held: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(each.code, each.where, each.computed) for each in check([*held]).findings]


def test_an_element_alone_is_done_again() -> None:
    assert found(element(), operation()) == []
    assert found(element(co2eWTW="55"), operation()) == [("TL912", "[0].co2eWTW", "50")]
    assert found(element(co2eTTW="60"))[0][:2] == ("TL913", "[0].co2eTTW")


def test_the_emissions_of_a_wrong_activity_are_judged_by_the_right_one() -> None:
    # a tenth of the activity, and emissions that are right: one finding, not two
    assert found(element(transportActivity="50"), operation()) == [
        ("TL911", "[0].transportActivity", "500")
    ]


def test_any_of_the_distances_may_be_the_basis() -> None:
    three = {"actual": "500", "sfd": "450", "gcd": "400"}
    for km in ("500", "450", "400"):
        assert found(element(distance=three, transportActivity=km)) == []
    assert found(element(distance=three, transportActivity="425"))[0][0] == "TL911"


def test_containers_are_counted_in_teu() -> None:
    boxes = {"packagingOrTrEqType": "Container-FEU", "packagingOrTrEqAmount": "2"}
    told = element(**boxes, co2eWTW="200", co2eTTW="160")

    assert found(told, operation("TEUkm")) == []
    assert found({**told, "co2eWTW": "100", "co2eTTW": "80"}, operation("TEUkm")) == [
        ("TL912", "[0].co2eWTW", "200"), ("TL912", "[0].co2eTTW", "160")
    ]  # fmt: skip
    # without their number nobody can compute, and that is said
    undone = check([element(), operation("TEUkm")]).undone
    assert undone == [("[0]", "the unit of the operation needs an amount that is not told")]


def test_what_rounds_is_right() -> None:
    told = element(mass="333.333", transportActivity="166.67", co2eWTW="16.7", co2eTTW="13.3")

    assert found(told, operation()) == []


def test_a_distance_shorter_than_the_great_circle_is_found() -> None:
    berlin = {"city": "Berlin", "country": "DE", "lat": "52.52437", "lng": "13.41053"}
    amsterdam = {"city": "Amsterdam", "country": "NL", "lat": "52.37403", "lng": "4.88969"}
    way = {"origin": berlin, "destination": amsterdam, "mass": "1000"}
    right = element(**way, distance={"actual": "656", "gcd": "577"}, transportActivity="656")
    short = element(**way, distance={"actual": "65.6"}, transportActivity="65.6")
    metres = element(**way, distance={"gcd": "577000"}, transportActivity="577000")

    assert found(right) == []
    assert found(short) == [("TL911", "[0].distance.actual", "577")]
    assert found(metres)[0] == ("TL911", "[0].distance.gcd", "577")


def test_what_grew_on_a_field_may_take_up_on_its_way_to_the_tank() -> None:
    told = element(co2eWTW="-5", co2eTTW="1")
    hvo = operation(wtw="-0.01", ttw="0.002")
    hvo["energyCarriers"][0] |= {"energyCarrier": "HVO", "emissionFactorWTW": "-0.01",
                                 "emissionFactorTTW": "0.002"}  # fmt: skip

    assert found(told, hvo) == []
    assert ("TL913", "[0].co2eTTW", None) in found(told, operation(wtw="-0.01", ttw="0.002"))
