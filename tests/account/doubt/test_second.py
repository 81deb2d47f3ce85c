"""The exact mean and variance of a sum of correlated lognormals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.doubt.rows import emissions, ppm

from tanlu.account.doubt import approach_1, causes, moments, simulate

pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")


def test_of_one_cause_both_approaches_say_the_same() -> None:
    made = causes(emissions(*({"sigma_ln_ppm": 400_000} for _ in range(5))))

    assert moments(made).row(0) == approach_1(made).row(0)[:4]


def test_two_wide_and_independent_halves_are_wider_than_linear_propagation_says() -> None:
    # ln(1 + (e^0.16 − 1) / 2) = 0.28844²; linear: 0.4 / sqrt(2) = 0.28284
    made = causes(emissions(*({"sigma_ln_ppm": 400_000, "factor_id": name} for name in ("f", "g"))))

    assert moments(made)["sigma_ln_ppm"].item() == pytest.approx(288_438, abs=1)
    assert approach_1(made)["sigma_ln_ppm"].item() == 282_843


def test_what_an_activity_has_in_common_is_counted_over_its_cases() -> None:
    twins = [
        {"activity_id": "a", "factor_id": name, "quality": 5, "sigma_ln_ppm": ppm(0.2027325541)}
        for name in ("f", "g")
    ]
    strangers = [{**row, "activity_id": row["factor_id"]} for row in twins]
    together, apart = (moments(causes(emissions(*rows))) for rows in (twins, strangers))

    assert together["sigma_ln_ppm"].item() == pytest.approx(202_733, abs=2)
    assert apart["sigma_ln_ppm"].item() == pytest.approx(202_733 / math.sqrt(2), rel=0.01)


def test_a_cut_is_what_its_rows_alone_would_be() -> None:
    rows = emissions(
        *({"kind": kind, "factor_id": f"{kind}{n}", "quality": 4, "assumptions": "A-LOAD",
           "sigma_ln_ppm": 300_000} for kind in "xy" for n in range(3))
    )  # fmt: skip
    cut = moments(causes(rows, ["kind"]), ["kind"])

    for number, kind in enumerate("xy"):
        alone = moments(causes(rows.filter(kind=kind)))
        assert cut.drop("kind").row(number) == alone.row(0)


@given(
    st.lists(
        st.tuples(st.integers(1, 10**12), st.sampled_from("fgh"), st.integers(1, 5)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_for_small_errors_both_approaches_agree(listed: list[tuple[int, str, int]]) -> None:
    made = causes(
        emissions(
            *(
                {"co2e_ug": amount, "factor_id": factor, "quality": score, "sigma_ln_ppm": 60_000}
                for amount, factor, score in listed
            )
        )
    )
    exact, linear = (each(made)["sigma_ln_ppm"].item() for each in (moments, approach_1))

    assert exact == pytest.approx(linear, rel=0.003)


def test_rows_of_one_owner_err_each_as_far_as_its_own_doubt_says() -> None:
    # by hand: V = (1·0.1)² + (1·0.047655 + 99·0.001)² = 0.03151: the large sure row stays sure
    rows = emissions(
        {"activity_id": "x", "factor_id": "f", "quality": 3, "sigma_ln_ppm": ppm(0.1, 0.047655)},
        {"activity_id": "x", "factor_id": "h", "quality": 3, "sigma_ln_ppm": 1000,
         "co2e_ug": 99 * 10**9},
    )  # fmt: skip
    made = causes(rows)
    drawn = simulate(made, 20_000)
    *_, last = drawn

    assert approach_1(made)["sigma_ln_ppm"].item() == pytest.approx(1775, abs=2)
    assert moments(made)["sigma_ln_ppm"].item() == pytest.approx(1775, rel=0.01)
    assert last.result is not None
    told = last.result.summary().row(0, named=True)
    assert told["sd_ug"] / told["mean_ug"] == pytest.approx(0.001775, rel=0.03)
