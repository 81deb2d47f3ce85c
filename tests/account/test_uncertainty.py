"""Intervals of sums."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account import combine
from tanlu.account.uncertainty import relative_sum, spread


def rows(factors: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "co2e_ug": [100_000_000, 50_000_000, 25_000_000],
            "sigma_ln_ppm": [100_000] * 3,
            "factor_hash": factors,
            "mode": ["a", "a", "b"],
        }
    )


def test_what_shares_a_factor_errs_together() -> None:
    same, apart = combine(rows(["f"] * 3)), combine(rows(["f", "g", "h"]))

    assert same["sigma_ln_ppm"][0] == 100_000
    assert apart["sigma_ln_ppm"][0] == round(1e6 * relative_sum([100, 50, 25], [0.1] * 3))


def test_the_interval_is_lognormal() -> None:
    found = combine(rows(["f"] * 3)).row(0, named=True)

    assert found["upper_ug"] == pytest.approx(175_000_000 * math.exp(0.196), abs=1)
    assert found["lower_ug"] == pytest.approx(175_000_000 / math.exp(0.196), abs=1)


def test_groups_are_combined_apart() -> None:
    found = combine(rows(["f"] * 3), ["mode"]).sort("mode")

    assert found["co2e_ug"].to_list() == [150_000_000, 25_000_000]


def test_a_sum_of_nothing_has_no_width() -> None:
    assert relative_sum([1, -1], [0.1, 0.1]) == 0
    assert spread(0, 0.5)[:3] == (0, 0, 0)


def test_a_curve_errs_with_itself_whatever_it_burns() -> None:
    frame = rows(["x", "y", "z"])
    one = combine(frame.with_columns(factor_id=pl.Series(["hub/south", "hub/north", "hub/east"])))
    other = combine(frame.with_columns(factor_id=pl.Series(["a/south", "b/north", "c/east"])))

    assert one["sigma_ln_ppm"][0] == 100_000 > other["sigma_ln_ppm"][0]


@given(st.lists(st.integers(1, 10**15), min_size=1, max_size=9))
def test_independent_errors_are_never_wider_than_shared_ones(amounts: list[int]) -> None:
    shared = pl.DataFrame({"co2e_ug": amounts, "factor_hash": "f"}).with_columns(
        sigma_ln_ppm=pl.lit(100_000)
    )
    apart = shared.with_columns(pl.Series("factor_hash", [str(i) for i in range(len(amounts))]))

    together, alone = (combine(each).row(0, named=True) for each in (shared, apart))

    assert together["co2e_ug"] == alone["co2e_ug"] == sum(amounts)
    assert together["lower_ug"] <= alone["lower_ug"] <= sum(amounts)
    assert sum(amounts) <= alone["upper_ug"] <= together["upper_ug"]


@pytest.mark.parametrize("left", [0, 1])
def test_amounts_that_all_but_cancel_leave_their_errors_and_no_infinite_ones(left: int) -> None:
    frame = pl.DataFrame(
        {"co2e_ug": [10**18, left - 10**18], "sigma_ln_ppm": 100_000, "factor_hash": ["a", "b"]}
    )
    found = combine(frame).row(0, named=True)

    assert found["upper_ug"] - found["lower_ug"] == pytest.approx(2 * 1.96 * 2**0.5 * 10**17)
