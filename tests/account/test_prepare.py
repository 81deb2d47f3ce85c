"""Batches made ready for the formulas."""

from __future__ import annotations

from typing import Any

from tanlu.account import prepare, quantify
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
