"""Money has a date and a source; figures of the founding texts come back."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from tanlu.account.hidden import cost_of_accounting, payback, price
from tanlu.errors import TanluError

T = 10**12
YUAN = 100


def test_the_newest_price_by_then_holds() -> None:
    assert price("carbon", dt.date(2021, 8, 1)).fen == 5278
    assert price("carbon", dt.date(2026, 1, 1)).fen == 9749
    assert "2025-09-25" in price("carbon", dt.date(2026, 1, 1)).source


def test_a_price_is_not_carried_back_in_time() -> None:
    with pytest.raises(TanluError, match="TL502"):
        price("carbon", dt.date(2020, 1, 1))


def test_s0_the_cost_of_accounting_for_ten_thousand_tonnes_falls_by_two_fifths() -> None:
    # 180,000 and 108,000 yuan
    before, after = (cost_of_accounting(yuan * YUAN, 10_000 * T) for yuan in (180_000, 108_000))

    assert (before, after) == (180_000 * YUAN, 108_000 * YUAN)
    assert after is not None
    assert before is not None
    assert 1 - after / before == Fraction(2, 5)


def test_twice_the_tonnes_for_the_same_money_cost_half() -> None:
    assert cost_of_accounting(18_000_000, 20_000 * T) == 9_000_000
    assert cost_of_accounting(5, 0) is None


def test_s2_a_payback_of_eight_years_less_30_percent_is_5_6_simple_and_5_0_discounted() -> None:
    # at 8.65 %, what is paid back in 8 years costs 5.607 yearly savings; 70 % of that in 5.0
    rate = 0.0865
    cost = (1 - (1 + rate) ** -8) / rate

    assert payback(cost, 1, rate) == pytest.approx(8, abs=1e-12)
    assert payback(0.7 * cost, 1, rate) == pytest.approx(5.0, abs=5e-3)
    assert payback(0.7 * 8, 1) == pytest.approx(5.6)


def test_what_never_pays_back_has_no_year() -> None:
    assert payback(100, 0) is None
    assert payback(100, 5, 0.06) is None


def test_s4_electricity_saved_is_worth_1_3_million_yuan() -> None:
    # 2,000 MWh at the text's own 0.65 yuan
    tariff = price("electricity", dt.date(2022, 6, 30))

    assert tariff.fen * 2_000_000 == 1_300_000 * YUAN
    assert tariff.status == "assumption"
