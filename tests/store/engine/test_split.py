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


@pytest.mark.engine
@pytest.mark.parametrize("there", [lambda n: n >= 0, lambda n: n < 0, lambda n: n % 3 == 0])
def test_the_kernel_reads_thousands_of_cases_full_empty_and_between(there) -> None:
    spec = formulas.one_step(["add", ["coalesce", "x", "y"], ["coalesce", "i", {"n": "7"}]])
    numbers = range(5_000)
    known = [n if there(n) else None for n in numbers]
    table = pl.DataFrame({"x": known, "i": known}, schema={"x": pl.Float64, "i": pl.Int64})
    case = pl.Series(list(reversed(numbers)), dtype=pl.UInt32)
    rows = pl.DataFrame({"y": [0.5] * len(numbers)})

    found = run(spec, rows, shared=(table, case), engine="fast")

    expected = [n + n if there(n) else 7.5 for n in reversed(numbers)]
    assert found["out"].to_list() == expected


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["polars", "fast", "python"])
def test_only_what_is_asked_for_comes_out(engine) -> None:
    spec = formulas.one_step(["add", "x", "y"])
    table, case = pl.DataFrame({"x": [10.0]}), pl.Series([0, 0], dtype=pl.UInt32)

    found = run(spec, pl.DataFrame({"y": [1.0, 2.0]}), shared=(table, case), engine=engine, kept=[])
    whole = run(spec, pl.DataFrame({"y": [1.0, 2.0]}), shared=(table, case), engine=engine)

    assert found.columns == []
    assert whole["out"].to_list() == [11.0, 12.0]


def test_rows_keep_only_what_needs_a_column_of_theirs() -> None:
    made = plan(formulas.one_step(["add", ["mul", "x", "x"], "y"]))
    parts = split(made, {"x"})

    assert all("x" not in columns_of(node) for layer in parts.rows for node in layer.values())
