"""Money of another year or currency is brought to dollars of 2022 by dated tables."""

from __future__ import annotations

from fractions import Fraction

from tanlu.terms.money import worth


def test_a_dollar_of_2022_is_a_dollar() -> None:
    assert worth("USD", 2022) == (Fraction(1), 2022)


def test_a_yuan_is_changed_at_the_rate_and_freed_of_the_prices_of_its_year() -> None:
    found = worth("CNY", 2024)

    assert found is not None
    assert found.usd == Fraction("292.655") / Fraction("313.689") / Fraction("7.1217")


def test_the_newest_tables_hold_for_later_years_and_say_so() -> None:
    assert worth("CNY", 2026) == worth("CNY", 2024)
    assert (worth("CNY", 2026) or (0, 0))[1] == 2024


def test_no_table_tells_of_earlier_years_or_other_currencies() -> None:
    assert worth("CNY", 1999) is None
    assert worth("EUR", 2024) is None
    assert worth("", 2024) is None
