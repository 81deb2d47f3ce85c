"""A footprint never changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import Footprint
from tanlu.share.exchange.pact.model import uuid
from tests.share.exchange.pact.told import AT, GOODS, carriage, goods


def test_its_identity_follows_from_what_it_tells():
    assert goods().id == goods().id != goods(primaryDataShare="63").id
    assert goods().id == Footprint.made(GOODS, at=AT + timedelta(days=9)).id
    assert uuid(goods().id)


def test_a_change_has_an_identity_of_its_own_and_names_the_one_before():
    old = goods()
    new = old.successor({"pcf": {"primaryDataShare": "70"}}, at=AT)
    assert new.preceding == (old.id,)
    assert new.content["pcf"]["fossilGhgEmissions"] == old.content["pcf"]["fossilGhgEmissions"]
    assert (old.status, old.deprecated().status) == ("Active", "Deprecated")
    back = new.successor({"pcf": {"primaryDataShare": "62.5"}}, at=AT)
    assert len({old.id, new.id, back.id}) == 3


def test_no_change_is_no_new_footprint():
    for changes in (
        {},
        {"id": "x"},
        {"status": "Deprecated"},
        {"pcf": {"primaryDataShare": "62.5"}},
    ):
        with pytest.raises(TanluError, match="TL880"):
            goods().successor(changes, at=AT)


@pytest.mark.parametrize("wrong", [
    {"fossilGhgEmissions": None}, {"fossilGhgEmissions": "-1"}, {"declaredUnitAmount": "0"},
    {"declaredUnitOfMeasurement": "tonne"}, {"biogenicCO2Uptake": "1"},
    {"geographyRegionOrSubregion": "Asia"}, {"ipccCharacterizationFactors": []}])  # fmt: skip
def test_what_does_not_fit_is_not_made(wrong):
    with pytest.raises(TanluError, match="TL880"):
        goods(**wrong)


def test_it_is_kept_as_one_text():
    assert carriage().encode() == Footprint(3, dict(reversed(carriage().content.items()))).encode()
