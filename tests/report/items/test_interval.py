"""The interval of a sum."""

from __future__ import annotations

import math

import polars as pl

from tanlu.report.items.interval import span


def groups(**columns: list[object]) -> pl.DataFrame:
    rows = len(next(iter(columns.values())))
    usual: dict[str, list[object]] = {
        "kind": ["transport.road"] * rows,
        "tier": ["modelled"] * rows,
        "factor_id": [f"f{n}" for n in range(rows)],
        "assumptions": [None] * rows,
        "co2e_ug": [10**12] * rows,
        "weighed_ug": [10**12 * 200_000] * rows,
    }
    shape = {"assumptions": pl.String, "co2e_ug": pl.Int128, "weighed_ug": pl.Int128}
    return pl.DataFrame({**usual, **columns}, schema_overrides=shape)


def width(found: tuple[int, int]) -> float:
    return (found[1] - found[0]) / 10**12


def test_rows_that_rest_on_one_assumption_err_together_though_their_factors_differ() -> None:
    apart = width(span(groups(co2e_ug=[10**12, 10**12])))
    assumed = width(span(groups(assumptions=["A-LOAD", "A-LOAD"])))
    one = width(span(groups(factor_id=["f", "f"])))

    # A-LOAD is all of the 0.2 of each row, so that both err by one cause
    assert apart < assumed <= one * 1.0001
    assert abs(assumed - one) < 1e-6


def test_a_sum_of_nothing_has_no_width() -> None:
    assert span(groups(co2e_ug=[0], weighed_ug=[0])) == (0, 0)


def test_one_row_keeps_the_interval_that_it_was_written_with() -> None:
    lower, upper = span(groups(co2e_ug=[10**12], weighed_ug=[10**12 * 200_000]))

    assert (lower, upper) == (round(10**12 / math.exp(0.392)), round(10**12 * math.exp(0.392)))


def test_amounts_that_all_but_cancel_leave_their_errors_and_no_infinite_ones() -> None:
    # the second's sum is one part in 10^15 of what it is of
    for each in (10**12, 10**15):
        lower, upper = span(
            groups(co2e_ug=[each, 1 - each], weighed_ug=[each * 200_000, (1 - each) * 200_000])
        )

        assert lower < 0 < upper
    assert width(span(groups(co2e_ug=[10**12, 1 - 10**12]))) < 2
