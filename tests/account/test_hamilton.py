"""Largest remainder against a reference of ten lines; sums of what cancels."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account import allocate, combine


def hamilton(amount: int, weights: list[int]) -> list[int]:
    """The method as the textbook has it, in fractions."""
    exact = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    shares = [int(each) for each in exact]
    left = abs(amount) - sum(shares)
    order = sorted(range(len(weights)), key=lambda n: (shares[n] - exact[n], n))
    for taker in order[:left]:
        shares[taker] += 1
    return shares if amount >= 0 else [-share for share in shares]


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any),
)
def test_shares_are_those_of_the_textbook(amount: int, weights: list[int]) -> None:
    assert hamilton(amount, weights) == allocate(amount, weights)


def test_the_largest_remainder_takes_what_is_left() -> None:
    # 10 x 5/9, 3/9, 1/9 = 5.56, 3.33, 1.11: the first takes the tenth
    assert allocate(10, [5, 3, 1]) == [6, 3, 1]
    # 10 x 1/9, 3/9, 5/9: it is the remainder that counts and not the place
    assert allocate(10, [1, 3, 5]) == [1, 3, 6]
    # 7 x 2/6, 3/6, 1/6 = 2.33, 3.5, 1.17
    assert allocate(7, [2, 3, 1]) == [2, 4, 1]


def rows(amounts: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"co2e_ug": amounts, "sigma_ln_ppm": 100_000, "factor_hash": "f"})


def test_what_cancels_has_no_width() -> None:
    found = combine(rows([10**9, -(10**9)])).row(0, named=True)

    assert [found[name] for name in ("co2e_ug", "lower_ug", "upper_ug", "sigma_ln_ppm")] == [0] * 4


@pytest.mark.parametrize("sign", [1, -1])
def test_a_negative_sum_has_its_interval_on_its_side_of_zero(sign: int) -> None:
    found = combine(rows([sign * 3 * 10**9, sign * 10**9])).row(0, named=True)

    assert found["lower_ug"] < found["co2e_ug"] < found["upper_ug"]
    assert found["sigma_ln_ppm"] == 100_000
    assert found["lower_ug"] * found["upper_ug"] > 0
