from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.factors.importers import decimals


def test_noise_of_a_workbook_beyond_15_digits_is_dropped():
    values = pl.Series([0.11270999999999999, 0.18399681818127539, 3e-05, 4660.0, None])

    assert decimals.kept(values).to_list() == [
        "0.11271", "0.183996818181275", "0.00003", "4660", None,
    ]  # fmt: skip


def test_only_a_number_is_a_number():
    told = pl.Series(["1,234.50", " 0.5500", "1e-5", "-2", "+3", "< 1", "1.2.3", "", None])

    assert decimals.numbers(told).to_list() == [
        "1234.50", "0.5500", "0.00001", "-2", "3", None, None, None, None,
    ]  # fmt: skip


def test_a_mile_becomes_a_kilometre_exactly_where_that_ends():
    assert decimals.scaled(pl.Series(["1.609344"]), 1 / Fraction("1.609344")).to_list() == ["1"]


def test_what_does_not_end_has_15_digits():
    assert decimals.text_of(Fraction(1, 3)) == "0.333333333333333"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, max_value=10**9, min_value=0))
def test_a_decimal_stays_itself(value: Decimal):
    assert Fraction(decimals.text_of(Fraction(value))) == Fraction(value)


@given(st.fractions(min_value=0, max_value=10**6))
def test_no_fraction_moves_by_more_than_its_digits(value: Fraction):
    assert abs(Fraction(decimals.text_of(value)) - value) <= value * Fraction(1, 10**14)


def test_places_are_those_of_the_print():
    assert pl.select(decimals.places(pl.lit("0.5500"))).item() == 4
