"""Lines of least squares, as another library draws them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tanlu.monitor.quality.rules.lines import lines

VALUES = some.lists(some.floats(-100, 100), min_size=4, max_size=20)


@given(VALUES.filter(lambda values: max(values) - min(values) > 1e-3))
def test_slope_and_error_are_those_of_scipy(values: list[float]) -> None:
    stats = pytest.importorskip("scipy.stats")
    frame = pl.DataFrame({"g": [7] * len(values), "t": range(len(values)), "y": values})
    told = stats.linregress(frame["t"].to_list(), values)
    found = lines(frame, pl.col("t"), pl.col("y")).row(0, named=True)

    assert (found["g"], found["n"]) == (7, len(values))
    assert found["slope"] == pytest.approx(told.slope, abs=1e-9)
    assert found["error"] == pytest.approx(told.stderr, abs=1e-5)


def test_each_series_has_its_own_line() -> None:
    frame = pl.DataFrame({"g": [0, 0, 0, 1, 1, 1], "t": [0, 1, 2] * 2, "y": [0, 1, 2, 9, 7, 5]})

    assert lines(frame, pl.col("t"), pl.col("y")).sort("g")["slope"].to_list() == [1.0, -2.0]


def test_two_points_have_no_error() -> None:
    frame = pl.DataFrame({"g": [0, 0], "t": [0, 1], "y": [0, 1]})

    assert lines(frame, pl.col("t"), pl.col("y"))["error"].to_list() == [None]
