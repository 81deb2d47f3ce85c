"""Totals and the mapping to PACT, which must repeat what the object says."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import check
from tests.share.exchange.ileap.changed import text


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


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("productCategoryCpc",), "1234", "TL918"),
        (("productIds",), ["urn:pathfinder:product:customcode:vendor-assigned:1"], "TL918"),
        (("pcf", "declaredUnit"), "liter", "TL918"),
        (("pcf", "packagingEmissionsIncluded"), True, "TL918"),
        (("extensions", 0, "dataSchema"), "https://else.example/x.json", "TL918"),
        (("extensions", 0, "specVersion"), "0.2.0", "TL918"),
        (("companyIds",), [], "TL910"),
        (("pcf", "fossilCarbonContent"), "-1", "TL910"),
    ],
)
def test_what_iLEAP_fixes_in_a_footprint_is_looked_at(  # noqa: N802
    right: list[dict[str, Any]], path: tuple[Any, ...], value: object, code: str
) -> None:
    held = copy.deepcopy(right)
    place: Any = held[0]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert {each.code for each in check(held).findings} == {code}


def test_one_footprint_holds_one_object(right: list[dict[str, Any]]) -> None:
    held = copy.deepcopy(right)
    held[0]["extensions"] += copy.deepcopy(held[1]["extensions"])

    assert "TL918" in {each.code for each in check(held).findings}


def test_a_footprint_of_goods_is_no_matter_of_iLEAP(right: list[dict[str, Any]]) -> None:  # noqa: N802
    goods = {**right[0], "extensions": [{"dataSchema": "https://a.example", "data": {"x": 1}}]}
    found = check([goods])

    assert found.findings == []
    assert found.undone == [(goods["id"], "no iLEAP object is in it")]
