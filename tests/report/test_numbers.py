"""Amounts are exact, and read well."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.numbers import EXACT, digits, exact, grouped, plain, quotient, scale, share


@given(st.integers(-(10**30), 10**30), st.integers(0, 18))
def test_a_kept_integer_comes_back_from_its_decimal(kept: int, power: int) -> None:
    assert kept == int(exact(kept, power).scaleb(power, context=EXACT))


@pytest.mark.parametrize(("value", "places", "shown"), [
    ("1234567.5", 0, "1,234,568"), ("0.5", 0, "1"), ("-0.5", 0, "-1"), ("2.675", 2, "2.68"),
    ("0", 2, "0.00"), ("0.000123", 2, "0.00012"),
])  # fmt: skip
def test_numbers_are_grouped_and_rounded_half_away_from_zero(
    value: str, places: int, shown: str
) -> None:
    assert shown == grouped(Decimal(value), places)


def test_null_is_a_dash_and_not_zero() -> None:
    assert grouped(None) == "–"


def test_plain_text_has_no_exponent_and_no_idle_zeros() -> None:
    assert [
        plain(Decimal(value)) for value in ("1E3", "0.50", "0", "1E-7")
    ] == ["1000", "0.5", "0", "0.0000001"]


def test_the_unit_follows_the_size() -> None:
    assert [
        scale(10**n).unit for n in (7, 9, 12, 17, 19)
    ] == ["g", "kg", "t", "kt", "Mt"]  # fmt: skip


def test_a_share_of_nothing_is_zero_and_a_quotient_by_nothing_is_null() -> None:
    assert (Decimal(0), None) == (share(1, 0), quotient(Decimal(1), Decimal(0)))


def test_digits_suit_the_largest_number_of_a_column() -> None:
    assert [digits([n]) for n in (5000, 500, 50, 5, 0.5, 0)] == [0, 1, 2, 3, 4, 0]
