"""Two sets of emissions become classes of one unit and rows that may be summed."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from tests.account.shift.rows import emissions

from tanlu.account.shift.gather import classes, spreads, usable


def test_a_class_is_counted_in_a_unit_that_both_states_know() -> None:
    before = emissions(("trunk", 10, 100)).with_columns(mass_mg=pl.lit(5))
    after = emissions(("trunk", 0, 80)).with_columns(mass_mg=pl.lit(4))
    found = classes(usable(before, after)[0]).row(0, named=True)

    assert (found["unit"], found["before_amount"], found["after_amount"]) == ("mass_mg", 5, 4)


def test_what_no_amount_counts_is_counted_by_rows() -> None:
    rows = emissions(("trunk", 0, 80), ("trunk", 0, 20))
    found = classes(usable(rows, rows)[0]).row(0, named=True)

    assert (found["unit"], found["before_amount"]) == ("rows", 2)


def test_rows_that_are_no_emission_are_given_apart() -> None:
    rows = emissions(("trunk", 1, -5), ("trunk", 1, 7))
    kept, left = usable(rows, emissions())

    assert kept.collect()["co2e_ug"].to_list() == [7]
    assert left["boundary"].to_list() == ["ttw"]


def test_errors_of_one_factor_cancel_as_far_as_the_amounts_do() -> None:
    kept, _ = usable(emissions(("trunk", 1, 10**7)), emissions(("trunk", 1, 10**7)))

    assert spreads(kept, Fraction(1)) == {"trunk": 0.0}
    assert spreads(kept, Fraction(2), whole_sum=True) == {"": 10.0**6}
