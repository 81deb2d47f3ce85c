"""Whatever is changed in a right document beyond its rounding is found, and nothing else is."""

from __future__ import annotations

import copy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import Company, check, exchanged
from tanlu.store import open_workspace

COMPANY = Company("Tanlu Express", ("urn:epc:id:sgln:4063973.00000.8",))
SLIPS = ("0.001", "0.01", "0.1", "10", "100", "1000", "1000000", "1.02", "0.98", "-1")


@pytest.fixture(scope="module")
def right(network_books: Path) -> list[dict[str, Any]]:
    workspace = open_workspace(network_books)
    every = exchanged(workspace, COMPANY).footprints
    # small enough to be done again some hundred times, and of every kind
    names = [each["extensions"][0]["data"].get("shipmentId") for each in every]
    return exchanged(workspace, COMPANY, shipments=tuple(filter(None, names))[:4]).footprints


def of(held: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """All objects of one type of a list of footprints."""
    data = [each["extensions"][0]["data"] for each in held]
    return [each for each in data if field in each]


def text(value: Fraction) -> str:
    scaled = round(value * 10**15)
    sign, digits = ("-" if scaled < 0 else ""), f"{abs(scaled):016d}"
    return f"{sign}{digits[:-15]}.{digits[-15:]}"


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


@given(st.data())
def test_a_factor_in_another_unit_is_found(
    right: list[dict[str, Any]], data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    bodies = [each for each in of(held, "energyCarriers")
              if Fraction(each["energyCarriers"][0]["emissionFactorWTW"]) > 0]  # fmt: skip
    carrier = data.draw(st.sampled_from(bodies))["energyCarriers"][0]
    slip = Fraction(data.draw(st.sampled_from(["0.001", "1000"])))
    carrier["emissionFactorWTW"] = text(Fraction(carrier["emissionFactorWTW"]) * slip)
    codes = {each.code for each in check(held).findings}

    assert codes & {"TL913", "TL915"}


@given(st.data())
def test_a_total_that_slips_is_found_and_recomputed(
    right: list[dict[str, Any]], data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    fields = ["pCfExcludingBiogenic", "fossilGhgEmissions", "unitaryProductAmount"]
    footprint = held[data.draw(st.integers(0, len(held) - 1))]
    field = data.draw(st.sampled_from(fields))
    before = Fraction(footprint["pcf"][field])
    slip = Fraction(data.draw(st.sampled_from(["0.001", "10", "1000", "1.05"])))
    footprint["pcf"][field] = text(before * slip)
    found = check(held).findings
    if before * 1000 < Fraction(1, 10**6):
        return  # a hub's tank to wheel, or goods that never moved
    (finding,) = found

    assert finding.code == "TL916"
    assert finding.where == f"{footprint['id']}.pcf.{field}"
    assert finding.computed is not None
    assert abs(Fraction(finding.computed) - before) <= before / 1000


def whatever(tce: dict[str, Any], body: dict[str, Any], which: str) -> None:
    if which == "both":
        tce["hocId"] = tce["tocId"] = "x"
    elif which == "none":
        tce.pop("tocId", None)
        tce.pop("hocId", None)
    elif which == "other shipment":
        tce["shipmentId"] = "another"
    elif which == "itself":
        tce["prevTceIds"] = [tce["tceId"]]
    elif which == "unknown":
        tce["prevTceIds"] = ["nobody"]
    elif which == "twice":
        body["tces"].append(copy.deepcopy(tce))
    elif which == "circle":
        first, last = body["tces"][0], body["tces"][-1]
        first["prevTceIds"] = [last["tceId"]]
    else:
        tce["arrivalAt"] = "2001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "which",
    ["both", "none", "other shipment", "itself", "unknown", "twice", "circle", "backwards"],
)
@given(data=st.data())
def test_a_broken_chain_is_found(
    right: list[dict[str, Any]], which: str, data: st.DataObject
) -> None:
    held = copy.deepcopy(right)
    several = [each for each in of(held, "tces") if len(each["tces"]) > 1]
    body = data.draw(st.sampled_from(several))
    whatever(data.draw(st.sampled_from(body["tces"])), body, which)
    codes = [each.code for each in check(held).findings]

    assert "TL917" in codes


def test_shares_that_are_not_one_are_found(right: list[dict[str, Any]]) -> None:
    for share, codes in (("1", set()), ("0.9", {"TL914"}), ("100", {"TL914"}), ("0", {"TL914"})):
        held = copy.deepcopy(right)
        body = of(held, "transportActivityUnit")[0]
        body["energyCarriers"][0]["relativeShare"] = share

        assert {each.code for each in check(held).findings} == codes


def test_thirds_are_one_though_they_are_printed_as_0_333(right: list[dict[str, Any]]) -> None:
    held = copy.deepcopy(right)
    body = of(held, "transportActivityUnit")[0]
    body["energyCarriers"] = [
        {**body["energyCarriers"][0], "relativeShare": "0.333"} for _ in range(3)
    ]
    for each in body["energyCarriers"]:
        each.pop("energyConsumption", None)

    assert check(held).findings == []


@pytest.mark.parametrize(("name", "meant"), [("loadFactor", "0.6"), ("emptyDistanceFactor", "0.3")])
def test_percent_in_a_share_is_found(right: list[dict[str, Any]], name: str, meant: str) -> None:
    held = copy.deepcopy(right)
    of(held, "transportActivityUnit")[0][name] = str(int(Fraction(meant) * 100))
    (finding,) = check(held).findings

    assert (finding.code, finding.computed) == ("TL914", meant)
