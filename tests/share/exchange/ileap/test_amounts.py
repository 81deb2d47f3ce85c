"""Decimals as text: exact, without exponent, and as short as they can be."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap.amounts import amount, kept, number, shortest, ulp

RULE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@given(st.integers(-(10**30), 10**30), st.integers(0, 20))
def test_what_is_kept_is_told_exactly_and_without_exponent(value: int, power: int) -> None:
    text = kept(value, power)

    assert RULE.fullmatch(text)
    assert number(text) == Fraction(value, 10**power)


@given(st.fractions(), st.integers(0, 15))
def test_an_amount_is_rounded_half_away_from_zero(value: Fraction, places: int) -> None:
    text = amount(value, places)

    assert RULE.fullmatch(text)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**places)
    if value and amount(value, places) != "0":
        assert amount(-value, places) == f"-{text}".replace("--", "")


@given(st.fractions(0, 10**6), st.fractions(0, 1))
def test_the_shortest_decimal_lies_between_and_has_no_shorter_one(
    low: Fraction, width: Fraction
) -> None:
    high = low + width
    text = shortest(low, high)
    if text is None:
        assert width == 0
        return
    places = len(text.partition(".")[2])

    assert low <= Fraction(text) <= high
    if places:
        scale = 10 ** (places - 1)
        assert not any(
            low <= Fraction(each, scale) <= high
            for each in range(int(low * scale), int(high * scale) + 2)
        )


def test_bounds_that_cross_have_nothing_between() -> None:
    assert shortest(Fraction(2), Fraction(1)) is None
    assert shortest(Fraction(1, 3), Fraction(1, 3)) is None
    assert shortest(Fraction(1, 4), Fraction(1, 4)) == "0.25"


@pytest.mark.parametrize(
    "wrong",
    ["1E+2", "8,42", ".5", "5.", "+1", " 1", "１", "", "-", "1_0", 5, 0.5, None, "9" * 101],
)
def test_what_is_no_decimal_has_no_number(wrong: object) -> None:
    assert number(wrong) is None


def test_the_last_place_is_what_is_printed() -> None:
    told = [ulp(text) for text in ("4000", "8.42", "0.10")]
    assert told == [1, Fraction(1, 100), Fraction(1, 100)]
    assert ulp("0") < Fraction(1, 1000) < ulp("0.00")
