"""The interval of a sum."""

from __future__ import annotations

import math

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.items.interval import interval, span


@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=9))
def test_independent_errors_are_never_wider_than_shared_ones(widths: list[int]) -> None:
    one = pl.DataFrame({"factor_id": ["f"] * len(widths), "down_ug": widths, "up_ug": widths})
    many = one.with_columns(pl.Series("factor_id", [str(i) for i in range(len(widths))]))

    shared, apart = interval(one, 0), interval(many, 0)

    assert shared == (-sum(widths), sum(widths))
    assert apart[1] <= shared[1]
    assert apart[1] >= max(widths)


def test_a_curve_errs_with_itself_whatever_it_burns() -> None:
    rows = pl.DataFrame({"factor_id": ["hub/south", "hub/north"], "down_ug": 3, "up_ug": 4})

    assert interval(rows, 100) == (94, 108)
    assert interval(rows.with_columns(factor_id=pl.Series(["a/x", "b/x"])), 100) == (96, 105)


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
