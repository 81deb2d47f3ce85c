"""Totals and the mapping to PACT, which must repeat what the object says."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

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
