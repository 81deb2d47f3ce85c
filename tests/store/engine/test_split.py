from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.store.engine import run
from tanlu.store.engine.plan import plan
from tanlu.store.engine.split import columns_of, split
from tests.store.engine import formulas

SHARED = ["x", "s", "i"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(formulas.specs(), formulas.frames, st.data())
def test_what_cases_share_gives_the_same_bits(spec: object, frame: pl.DataFrame, data) -> None:
    table = frame.select(SHARED)
    numbers = st.integers(0, frame.height - 1)
    case = pl.Series(
        data.draw(st.lists(numbers, min_size=frame.height, max_size=frame.height)), dtype=pl.UInt32
    )
    rows = frame.drop(SHARED)
    expected = run(spec, rows.hstack(table[case].get_columns()))

    found = run(spec, rows, shared=(table, case))

    assert expected.select(found.columns).equals(found)


@pytest.mark.engine
def test_the_kernel_reads_cases_by_their_number() -> None:
    spec = formulas.one_step(["add", "x", ["mul", "y", {"n": "2"}]])
    table, case = pl.DataFrame({"x": [10.0, None]}), pl.Series([1, 0, 0], dtype=pl.UInt32)
    rows = pl.DataFrame({"y": [1.0, 2.0, None]})

    found = run(spec, rows, shared=(table, case), engine="fast")

    assert found["out"].to_list() == [None, 14.0, None]


def test_rows_keep_only_what_needs_a_column_of_theirs() -> None:
    made = plan(formulas.one_step(["add", ["mul", "x", "x"], "y"]))
    parts = split(made, {"x"})

    assert all("x" not in columns_of(node) for layer in parts.rows for node in layer.values())
