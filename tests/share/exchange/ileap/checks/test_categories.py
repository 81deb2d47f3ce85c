"""Categories that cannot be: shares, percent, factors in another unit."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import check
from tests.share.exchange.ileap.changed import of, text


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
