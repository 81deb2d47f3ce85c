"""The energy behind a category: from the emissions, else from the library, else not at all."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tanlu.factors import library
from tanlu.share.exchange.ileap import Checked
from tanlu.share.exchange.ileap.checks.categories import energy
from tanlu.share.exchange.ileap.mapping.carrying import energy_of, used
from tanlu.share.exchange.ileap.mapping.legs import Leg

DAY = 1_790_896_800_000_000


def leg(**more: Any) -> Leg:
    row = {
        "energy_carrier": "diesel", "energy_j": 2_000_000, "burnt_wtw_ug": 180_000_000,
        "burnt_ttw_ug": 150_000_000, "mass_mg": 10**6, "distance_m": 2000, "bio_ppm": None,
        "place": "CN", "origin": None, "start": DAY,
    }  # fmt: skip
    mode = more.pop("mode", "Road")
    return Leg({**row, **more}, mode, None if mode else "Warehouse")


def test_factors_are_the_quotient_of_emissions_and_energy() -> None:
    told, said = energy_of([leg(), leg()], library())

    assert told == {
        "energyCarrier": "Diesel", "relativeShare": "1", "feedstocks": [{"feedstock": "Fossil"}],
        "energyConsumptionUnit": "MJ", "energyConsumption": "1000",
        "emissionFactorWTW": "0.09", "emissionFactorTTW": "0.075",
    }  # fmt: skip
    assert said == ""
    assert used(leg(), told)["energyConsumption"] == "2"
    assert "energyConsumption" not in used(leg(energy_j=None), told)


def test_electricity_is_told_in_kilowatt_hours_and_from_the_grid() -> None:
    told, _ = energy_of([leg(energy_carrier="electricity", energy_j=7_200_000)], library())

    assert told is not None
    assert (told["energyConsumptionUnit"], told["feedstocks"]) == ("kWh", [{"feedstock": "Grid"}])
    assert told["emissionFactorWTW"] == "0.09"


def test_a_blend_claims_no_feedstock() -> None:
    told, _ = energy_of([leg(bio_ppm=70_000)], library())

    assert told is not None
    assert "feedstocks" not in told


@pytest.mark.parametrize("mode", ["Road", "Rail", "Air", "Sea", "InlandWaterway", None])
def test_energy_that_nobody_told_has_the_factor_of_the_library_and_says_so(
    mode: str | None,
) -> None:
    told, said = energy_of([leg(energy_j=None, energy_carrier=None, mode=mode)], library())

    assert told is not None
    assert "energyConsumption" not in told
    assert Fraction(told["emissionFactorWTW"]) > Fraction(told["emissionFactorTTW"]) >= 0
    assert "assumed" in said
    assert "not told" in said
    found = Checked()
    energy(found, [told], "it")
    assert found.findings == []


def test_a_carrier_without_a_word_is_none() -> None:
    assert energy_of([leg(energy_carrier="ammonia")], library()) == (None, "")
