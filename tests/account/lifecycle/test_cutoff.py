"""Cut-off: small lines may stay out, large ones are counted, both are told."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.lifecycle.cutoff import cut, limits


def rows(marked: list[int], counted: int) -> pl.DataFrame:
    names = [f"l{n:03d}" for n in range(len(marked))]
    return pl.DataFrame(
        {"demand": ["d"] * (len(marked) + 1), "line": ["big", *names],
         "process": ["p"] * (len(marked) + 1), "boundary": ["x"] * (len(marked) + 1),
         "factor_hash": ["f"] * (len(marked) + 1), "co2e_ug": [counted, *marked],
         "left_out": [None, *(["small"] * len(marked))]},
        schema_overrides={"left_out": pl.String, "co2e_ug": pl.Int64},
    )  # fmt: skip


def test_a_line_of_one_percent_stays_out_and_is_told() -> None:
    kept, out, findings = cut(rows([100], 9_900), {})

    assert kept["co2e_ug"].to_list() == [9_900]
    assert out["share"].to_list() == [pytest.approx(0.01)]
    assert findings.height == 0


def test_a_line_above_one_percent_is_counted_and_found() -> None:
    kept, out, findings = cut(rows([200], 9_800), {})

    assert kept["co2e_ug"].sum() == 10_000
    assert out.height == 0
    assert findings["code"].to_list() == ["TL532"]


def test_all_together_stay_below_five_percent() -> None:
    kept, out, findings = cut(rows([90] * 10, 9_100), {})

    assert out.height == 5
    assert out["share"].sum() <= 0.05
    assert findings.height == 5
    assert kept["co2e_ug"].sum() == 10_000 - 5 * 90


def test_a_study_may_state_its_own_limits() -> None:
    told = {"cut_off": {"each": 0.0, "total": 0.0}}

    assert limits(told) == (0.0, 0.0)
    assert cut(rows([1], 10_000), told)[1].height == 0


def test_without_marked_lines_nothing_happens() -> None:
    frame = rows([], 500)

    assert cut(frame, {})[0].equals(frame)


@given(st.lists(st.integers(0, 1000), max_size=8), st.integers(1, 10_000))
def test_every_line_is_counted_or_told(marked: list[int], counted: int) -> None:
    kept, out, findings = cut(rows(marked, counted), {})

    assert int(kept["co2e_ug"].sum()) + int(out["co2e_ug"].sum()) == counted + sum(marked)
    assert out.height + findings.height == len(marked)
