"""The interval of a sum."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.items.interval import interval


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
