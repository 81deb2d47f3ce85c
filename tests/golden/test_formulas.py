"""Formula vectors that concern transport and uncertainty, and the figures of the founding texts."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tanlu.account import operations, uncertainty
from tests.golden.vectors import formulas, kg, leg


@pytest.fixture
def own(shared: Path) -> dict[str, Any]:
    return formulas(shared)["own"]


def test_propagation_of_uncertainty(own: dict[str, Any]) -> None:
    product, apart, together, wrong = own["uncertainty"]

    assert product["expected"] == pytest.approx(uncertainty.product(*product["inputs"]), abs=1e-15)
    for vector in (apart, wrong):
        found = uncertainty.relative_sum(vector["inputs"]["x"], vector["inputs"]["u"])
        assert vector["expected"] == pytest.approx(found, rel=1e-12)
    same = uncertainty.relative_sum(together["inputs"]["x"], together["inputs"]["u"], ["f"] * 3)
    assert together["expected"] == pytest.approx(same, rel=1e-12)


def test_air_adds_95_km_only_to_flown_distance(own: dict[str, Any]) -> None:
    vector = next(each for each in own["other"] if each["name"].startswith("air DAF"))
    metres = vector["inputs"]["gcd_km"] * 1000
    air = {"kind": "transport.air", "form": "tkm", "mass_mg": 10**9, "distance_m": metres}
    flown = leg(**air, distance_type="gcd", distance_basis="actual", ttw_co2e_g=1.0)
    circle = leg(**air, distance_type="gcd", distance_basis="gcd", ttw_co2e_g=1.0)

    assert vector["expected_daf"] * 1e6 == flown["daf_ppm"]
    assert circle["daf_ppm"] == 1_000_000


def test_change_at_constant_activity(own: dict[str, Any]) -> None:
    vector = next(each for each in own["other"] if each["name"].startswith("KPI"))
    given = vector["inputs"]
    found = operations.year_on_year_kg(given["E_t"], given["tkm_t"], str(given["intensity_prev"]))

    assert vector["expected_kg"] == found


def test_a_truck_year_of_the_founding_texts() -> None:
    # S4: 6 t x 20,000 km x 0.042 kg/tkm = 5.04 t; 30 trucks 151.2 t (printed 150)
    one = leg(
        form="tkm", mass_mg=6 * 10**9, distance_m=20_000_000, distance_type="actual",
        distance_basis="actual", ttw_co2e_g=42.0,
    )  # fmt: skip

    assert kg(one["ttw_co2e_ug"]) == 5040
    assert kg(one["ttw_co2e_ug"] * 30) == 151_200


def test_energy_shares_of_a_blend() -> None:
    # GLEC v3 module 3, B5: 0.95 x 96.6 + 0.05 x 34.3 = 93.5 g/MJ, by energy
    found = operations.blended([("0.95", "96.6"), ("0.05", "34.3")])

    assert round(found, 1) == Fraction("93.5")


def test_the_mean_of_intensities_is_not_the_intensity() -> None:
    # two legs: sum over sum against mean of quotients (research: 8.09 against 7.75)
    legs = [(Fraction(100), Fraction(12)), (Fraction(50), Fraction(7))]
    rate = operations.intensity([(kg_, 1, 0) for kg_, _ in legs], sum(tkm for _, tkm in legs))
    mean = sum(kg_ / tkm for kg_, tkm in legs) / 2

    assert rate.wtw != mean
    assert rate.wtw == Fraction(150, 19)
