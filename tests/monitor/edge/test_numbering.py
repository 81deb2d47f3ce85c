"""Numbers for senders that give none: the same for the same reading, also after a restart."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.edge.numbering import REMEMBERED, Numbering


def test_numbers_count_from_one_for_each_device_and_stream():
    numbers = Numbering()
    assert [numbers.number("a", "s", at) for at in (10, 20, 30)] == [1, 2, 3]
    assert numbers.number("a", "t", 10) == 1
    assert numbers.number("b", "s", 10) == 1


def test_the_same_time_has_the_same_number_and_a_late_one_its_own():
    numbers = Numbering()
    for at in (10, 20, 30):
        numbers.number("a", "s", at)
    assert [numbers.number("a", "s", at) for at in (20, 10, 15, 15, 30)] == [2, 1, 4, 4, 3]


def test_what_is_known_is_told():
    numbers = Numbering()
    assert not numbers.known("a", "s", 10)
    numbers.number("a", "s", 10)
    assert (numbers.known("a", "s", 10), numbers.known("a", "s", 11)) == (True, False)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=100), st.integers(0, 99))
def test_a_restart_that_learns_the_stored_rows_gives_the_same_numbers(times, cut):
    first, rows = Numbering(), []
    for at in times:
        seq = first.number("a", "s", at)
        rows.append({"device": "a", "stream": "s", "seq": seq, "at": at})
    kept = pl.DataFrame(rows[: cut % len(rows) + 1]).unique("seq", maintain_order=True)
    again = Numbering()
    again.learn(kept)
    assert [again.number("a", "s", at) for at in times] == [row["seq"] for row in rows]


def test_what_is_remembered_is_bounded():
    numbers = Numbering()
    for at in range(10_000):
        numbers.number("a", "s", at)
    assert numbers.number("a", "s", 10_000 - REMEMBERED) == 10_001 - REMEMBERED
    assert len(numbers._last["a", "s"].times) <= 2 * REMEMBERED
