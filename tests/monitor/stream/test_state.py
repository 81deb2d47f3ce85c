"""Snapshots: what is written is what is read."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.stream import state
from tanlu.monitor.stream.counting import Windows
from tanlu.monitor.stream.feeds import Feed


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5_000)), max_size=60))
def test_windows_come_back_as_they_were(rows: list[tuple[int, int]]) -> None:
    feed = Feed(state.bare("s", "position"))
    feed.names.add(pl.Series(["a", "b", "c", "碳"]))
    told = np.array(rows, np.int64).reshape(-1, 2)
    numbers = np.ascontiguousarray(told[:, 1])
    content = numbers.view(np.uint64)
    feed.windows.take(told[:, 0].astype(np.int32), numbers, numbers, content)
    ids, held = state.restore(state.snapshot(["q1", "q2"], {"s": feed, "t": feed}))

    assert ids == ["q1", "q2"]
    assert list(held) == ["s", "t"]
    assert held["t"].table == "position"
    assert held["t"].names.to_list() == ["a", "b", "c", "碳"]
    again = Windows()
    again.adopt(held["t"].arrays)
    assert [each.tolist() for each in again.gaps()] == [
        each.tolist() for each in feed.windows.gaps()
    ]
