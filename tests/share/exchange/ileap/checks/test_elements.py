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
