"""Co-products share the micrograms of their process, exactly."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.lifecycle import co_products
from tanlu.account.lifecycle.coproducts import split
from tanlu.errors import TanluError


def frame(whole: int, weights: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {"process": ["p"] * len(weights), "product": [f"c{n}" for n in range(len(weights))],
         "mass_mg": weights, "amount_fen": weights[::-1], "physical": weights,
         "co2e_ug": [whole] * len(weights)}
    )  # fmt: skip


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=6).filter(any),
)
def test_the_shares_of_co_products_are_the_whole(whole: int, weights: list[int]) -> None:
    for basis in ("mass", "economic", "physical"):
        assert co_products(frame(whole, weights), basis)["co2e_ug"].sum() == whole


def test_a_third_each_gives_the_rest_to_the_first() -> None:
    assert co_products(frame(100, [1, 1, 1]), "mass")["co2e_ug"].to_list() == [34, 33, 33]


def test_value_and_mass_share_differently() -> None:
    assert co_products(frame(100, [90, 10]), "mass")["co2e_ug"].to_list() == [90, 10]
    assert co_products(frame(100, [90, 10]), "economic")["co2e_ug"].to_list() == [10, 90]


@pytest.mark.parametrize(("weights", "code"), [([-1, 2], "TL513"), ([0, 0], "TL513")])
def test_weights_that_cannot_share_are_refused(weights: list[int], code: str) -> None:
    with pytest.raises(TanluError) as told:
        co_products(frame(100, weights), "mass")

    assert told.value.code == code


def test_another_basis_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        co_products(frame(100, [1]), "taste")

    assert told.value.code == "TL502"


def test_exact_shares_add_up_to_one() -> None:
    found = split({"a": Fraction(1), "b": Fraction(2)})

    assert found == {"a": Fraction(1, 3), "b": Fraction(2, 3)}
    with pytest.raises(TanluError):
        split({"a": Fraction(0)})
