"""Batches made ready for the formulas."""

from __future__ import annotations

from typing import Any

from tanlu.account import quantify
from tanlu.account.legs import prepare
from tanlu.factors import library


def test_absent_columns_are_null_not_zero(activities: Any) -> None:
    whole = prepare.whole(activities({}))

    assert whole["count"].null_count() == 1
    assert set(prepare.CARRIED) <= set(whole.columns)


def test_a_great_circle_on_land_is_made_longer_with_a_code(activities: Any) -> None:
    rows = quantify(activities({"distance_type": "gcd"})).emissions

    assert "A-CIRCUITY" in rows["assumptions"][0]
    assert rows["daf_ppm"][0] == 1_396_500  # 1.33 x 1.05


def test_containers_stand_in_for_mass_with_a_code(activities: Any) -> None:
    rows = quantify(activities({"mass_mg": None, "teu_milli": 1000}, {"mass_mg": 10**10})).emissions

    assert rows["co2e_ug"][0] == rows["co2e_ug"][2]
    assert "A-TEU-MASS" in rows["assumptions"][0]


def test_assumptions_of_the_activity_widen_the_interval(activities: Any) -> None:
    plain, stated = (
        prepare.coded(
            prepare.matched(
                prepare.whole(activities({"assumptions": codes})),
                library=library(), profile="iso14083", gwp_set="AR6",
            )
        )["assumption_sigma"][0]
        for codes in (None, "M-ORIGIN")
    )  # fmt: skip

    assert stated > plain


def test_a_blend_is_mixed_by_energy_whatever_its_share_was_told_by(activities: Any) -> None:
    fuel = {"kind": "energy.fuel", "vehicle_class": None, "mass_mg": None, "distance_m": None}
    fuel |= {"volume_ml": 10**6, "bio_ppm": 50_000}
    by = {
        basis: quantify(activities({**fuel, "bio_basis": basis})).emissions
        for basis in ("volume", "energy")
    }
    litres = {
        basis: dict(zip(rows["energy_carrier"], rows["energy_j"], strict=True))
        for basis, rows in by.items()
    }

    # 5 % by volume is 50 L of 33.108 MJ; 5 % by energy is a twentieth of all energy
    assert litres["volume"]["biodiesel"] == 1_655_400_000
    total = sum(litres["energy"].values())
    assert abs(litres["energy"]["biodiesel"] / total - 0.05) < 2e-3


def test_a_share_of_biofuel_on_a_modelled_leg_is_said_to_be_unused(activities: Any) -> None:
    rows = quantify(activities({"bio_ppm": 50_000})).emissions

    assert "A-BIO-MAIN" in rows["assumptions"][0]
