"""IPCC approach 1: what shares a cause adds up, what does not adds in quadrature."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.doubt.rows import emissions, ppm

from tanlu.account import combine
from tanlu.account.doubt import approach_1, causes

AMOUNTS = (100 * 10**9, 50 * 10**9, 25 * 10**9)


def relative(rows: pl.DataFrame) -> int:
    return approach_1(causes(rows))["sigma_ln_ppm"].item()


def test_mistake_16_one_factor_makes_ten_percent_and_not_six_and_a_half() -> None:
    # 100, 50 and 25 kg of 10 % each: correlated 10 %, treated as independent 6.546537 %
    same = emissions(*({"co2e_ug": each} for each in AMOUNTS))
    apart = emissions(*({"co2e_ug": each, "factor_id": f"f{n}"} for n, each in enumerate(AMOUNTS)))

    assert relative(same) == 100_000
    assert relative(apart) == 65_465


def test_one_assumption_on_three_factors_errs_once() -> None:
    # σ of the code 0.2 and of each factor 0.1: 0.2 ⊕ 0.1·0.654654
    rows = emissions(
        *(
            {"co2e_ug": each, "factor_id": f"f{n}", "assumptions": "A-LOAD",
             "sigma_ln_ppm": ppm(0.2, 0.1)}
            for n, each in enumerate(AMOUNTS)
        )
    )  # fmt: skip

    assert relative(rows) == pytest.approx(ppm(0.2, 0.0654653671), abs=1)


def test_own_errors_of_many_rows_cancel() -> None:
    rows = emissions(*({"quality": 5, "sigma_ln_ppm": 202_733} for _ in range(100)))
    found = approach_1(causes(rows)).row(0, named=True)

    assert found["sigma_ln_ppm"] == pytest.approx(20_273, abs=30)
    assert found["shared_ppm"] < 100


def test_without_codes_and_quality_it_is_what_combine_says() -> None:
    rows = emissions(
        *(
            {"co2e_ug": 10**9 + n, "factor_id": f"f{n % 3}/x{n}", "factor_hash": str(n)}
            for n in range(9)
        )
    ).drop("quality")

    assert relative(rows) == pytest.approx(combine(rows)["sigma_ln_ppm"].item(), abs=1)


def test_the_interval_is_lognormal_about_the_expected_value() -> None:
    found = approach_1(causes(emissions({}))).row(0, named=True)

    assert found["upper_ug"] == pytest.approx(10**9 * math.exp(-0.005 + 0.196), abs=1)
    assert found["lower_ug"] == pytest.approx(10**9 * math.exp(-0.005 - 0.196), abs=1)


def test_a_sum_of_both_signs_may_cross_zero() -> None:
    rows = emissions({"co2e_ug": 10**9}, {"co2e_ug": -(10**9) + 10**7, "factor_id": "g"})
    found = approach_1(causes(rows)).row(0, named=True)

    assert found["co2e_ug"] == 10**7
    assert found["lower_ug"] < 0 < found["upper_ug"]


def test_a_removal_and_its_twin_of_one_factor_err_together_and_cancel() -> None:
    found = approach_1(causes(emissions({"co2e_ug": 10**9}, {"co2e_ug": -(10**9)})))

    assert found.row(0) == (0, 0, 0, 0, 0)


def test_a_cut_has_the_sums_of_its_rows() -> None:
    rows = emissions({"kind": "x"}, {"kind": "x"}, {"kind": "y", "factor_id": "g"})
    found = approach_1(causes(rows, ["kind"]), ["kind"])

    assert found["co2e_ug"].to_list() == [2 * 10**9, 10**9]
    assert found["sigma_ln_ppm"].to_list() == [100_000, 100_000]


@given(
    st.lists(
        st.tuples(
            st.integers(-(10**12), 10**12), st.sampled_from("fgh"), st.integers(1, 5),
            st.sampled_from([None, "A-LOAD", "A-LOAD;F-ABROAD"]),
        ),
        min_size=1, max_size=20,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_order_of_rows_does_not_count(
    listed: list[tuple[int, str, int, str | None]], chance: random.Random
) -> None:
    rows = emissions(
        *(
            {"co2e_ug": amount, "factor_id": factor, "quality": score, "assumptions": codes}
            for amount, factor, score, codes in listed
        )
    )
    mixed = rows.sample(fraction=1, shuffle=True, seed=chance.randint(0, 10**6))

    assert approach_1(causes(rows)).equals(approach_1(causes(mixed)))


@given(st.lists(st.integers(1, 10**12), min_size=2, max_size=10))
def test_a_consignment_that_is_split_does_not_get_surer(amounts: list[int]) -> None:
    whole = emissions({"co2e_ug": sum(amounts), "activity_id": "a", "quality": 3})
    parts = emissions(*({"co2e_ug": each, "activity_id": "a", "quality": 3} for each in amounts))

    assert approach_1(causes(whole)).equals(approach_1(causes(parts)))
