"""Amounts are decimal strings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.pact.amounts import (
    DECIMAL,
    of_micrograms,
    percent,
    read,
    tolerance,
    written,
)

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**20),
                      max_value=10**20)  # fmt: skip


@given(numbers)
def test_what_is_written_is_read_back_and_never_has_an_exponent(number):
    text = written(number)
    assert DECIMAL.fullmatch(text)
    assert read(text) == number


NO_AMOUNTS = ["1E+2", "1e2", "8,4", "1 000", "", "-", ".5", "5.", "+1", "NaN", "Infinity", "0x1",
              "１", 1, 1.5, None, True, "9" * 65, "1\n"]  # fmt: skip


@pytest.mark.parametrize("value", NO_AMOUNTS)
def test_what_is_no_decimal_string_is_no_amount(value):
    assert read(value) is None


TEXTS = [
    ("1E+2", "100"), ("-0", "0"), ("0.000", "0"), ("1E-7", "0.0000001"), ("12.50", "12.5"),
    ("-0.10", "-0.1"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "text"), TEXTS)
def test_a_number_has_one_text(number, text):
    assert written(Decimal(number)) == text


@given(st.integers(-(2**63), 2**63 - 1))
def test_micrograms_become_kilograms_exactly(amount_ug):
    assert Decimal(of_micrograms(amount_ug)) * 10**9 == amount_ug


def test_a_share_of_nothing_is_nought():
    assert (percent(Decimal(1), Decimal(3)), percent(Decimal(1), Decimal(0))) == (
        Decimal("33.333333"), Decimal(0))  # fmt: skip


@pytest.mark.parametrize(
    ("total", "parts", "off"),
    [("2.25", ["2", "0.2", "0.05"], "0.02"), ("2", ["1.96"], "0.01"), ("5", ["2", "3"], "0"),
     ("5.1", ["2.04", "3.1"], "0.06")],
)  # fmt: skip
def test_who_rounds_each_line_is_half_a_last_place_off_at_most(total, parts, off):
    assert tolerance(total, parts) == Decimal(off)
