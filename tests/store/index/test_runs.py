"""A run: looked up page by page, and known to be damaged when it is."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.store.index.keys import LOW
from tanlu.store.index.runs import Covered, Damaged, Run, written

PARTS = [Covered("a", "0", 64 * 5, 0, {}), Covered("b", "1", 10, 5, {})]


def run(entries: list[int]) -> Run:
    return Run("activity", written("activity", pl.Series(entries, dtype=pl.UInt64), PARTS))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=9000, unique=True))
def test_every_block_of_a_hash_is_given_across_pages(pairs) -> None:
    made = run([(key << 24) | block for key, block in pairs])

    for key in range(41):
        assert sorted(block for each, block in pairs if each == key) == made.blocks_of(key << 24)


def test_a_hash_that_fills_pages_is_followed_over_them() -> None:
    made = run([(1 << 24) | block for block in range(5000)] + [(2 << 24) | 7])

    assert made.blocks_of(1 << 24) == list(range(5000))
    assert made.blocks_of(2 << 24) == [7]
    assert made.blocks_of(3 << 24) == []


def test_a_block_leads_to_its_part_and_row() -> None:
    made = run([])

    assert made.part_of(4) == (PARTS[0], 256)
    assert made.part_of(5) == (PARTS[1], 0)
    assert made.blocks == 6


@pytest.mark.parametrize("cut", [0, 10, -1])
def test_a_file_that_was_cut_is_damaged(cut: int) -> None:
    data = written("activity", pl.Series([1, LOW + 2], dtype=pl.UInt64), PARTS)

    with pytest.raises(Damaged):
        Run("activity", data[:cut])


def test_a_run_of_another_table_is_damaged() -> None:
    data = written("event", pl.Series([1], dtype=pl.UInt64), PARTS)

    with pytest.raises(Damaged):
        Run("activity", data)


def test_a_run_by_other_hashes_is_damaged(monkeypatch) -> None:
    data = written("activity", pl.Series([1], dtype=pl.UInt64), PARTS)
    monkeypatch.setattr("tanlu.store.index.runs.hashing", lambda: "of another build")

    with pytest.raises(Damaged):
        Run("activity", data)
