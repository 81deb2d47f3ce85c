"""Why a figure is off: a unit slip, digits in another order, or neither."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap import Checked, Finding
from tanlu.share.exchange.ileap.amounts import amount
from tanlu.share.exchange.ileap.checks.findings import OTHER, SLIPS, SWAPPED, near, off


@given(
    st.fractions(Fraction(1, 1000), 10**6).filter(lambda value: value > 0),
    st.sampled_from([*SLIPS]),
)
def test_a_power_of_ten_is_named(value: Fraction, power: int) -> None:
    assert off(amount(value * Fraction(10) ** power, 12), value) == SLIPS[power]


def test_swapped_digits_are_named_and_the_rest_is_not() -> None:
    assert off("1692.72", Fraction("1962.72")) == SWAPPED
    assert off("1962.73", Fraction("1962.72")) == OTHER
    assert off("0", Fraction(5)) == OTHER
    assert off("5", Fraction(0)) == OTHER


def test_a_computed_value_is_exact_where_it_ends_and_sensible_where_not() -> None:
    assert near(Fraction("36.801"), Fraction(1)) == "36.801"
    assert near(Fraction(100, 3), Fraction(1, 10)) == "33.33"


def test_a_comparison_holds_or_is_a_finding_or_has_no_number() -> None:
    found = Checked()
    found.compare("TL911", "a", "5", Fraction(5), Fraction(0), formula="f")
    found.compare("TL911", "b", "6", Fraction(5), Fraction(0), formula="f")
    found.compare("TL911", "c", "6,0", Fraction(5), Fraction(0), formula="f")

    assert found.held == 1
    assert [(each.where, each.computed) for each in found.findings] == [("b", "5")]


@pytest.mark.parametrize(("computed", "said"), [("5", "we compute 5"), (None, "ask the sender")])
def test_a_finding_says_what_mends_it(computed: str | None, said: str) -> None:
    told = Finding("TL914", "x.loadFactor", "7", computed, (("why", "it is empty"),))

    assert said in told.say()
    assert told.facts()["en"] == told.say("en")
    assert told.facts()["computed"] == computed
