"""Rows that are kept because they were not taken."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from tanlu.monitor.stream import reasons, refused
from tanlu.monitor.stream.decoding import Refused


def test_identities_are_of_the_row_and_not_of_the_body_it_came_in() -> None:
    table = pl.DataFrame({"device": ["a", "b"], "seq": [1, 2], "value": [None, 7.0]})
    why = np.array([reasons.REASONS.index(reasons.VALUE), 0], np.int8)
    lines = np.array([4, 5])
    one = refused.rows_of_table(table, why, lines, "s", "aa")
    two = refused.rows_of_table(table[:1], why[:1], lines[:1] + 9, "s", "bb")

    assert one["quarantine_id"].to_list() == two["quarantine_id"].to_list()
    assert one.select("code", "column", "source_sheet", "source_line", "activity_id").rows() == [
        ("TL355", "value", "stream:s", 4, "a/1"),
    ]  # fmt: skip
    assert json.loads(one["raw"][0]) == {"device": "a", "seq": 1, "value": None}


def test_a_long_body_is_kept_in_part() -> None:
    kept = refused.whole(b"x" * 100_000, "s", "TL352", "why")

    assert json.loads(kept["raw"][0]) == {"": "x" * 65_536, "bytes": "100000"}


def test_no_raw_row_holds_what_the_ledger_refuses() -> None:
    cells = [Refused(1, None, None, json.dumps({"": "\x00\x7f"}, ensure_ascii=False))]
    raw = refused.rows_of_cells(cells, "s", "")["raw"][0]

    assert "\x7f" not in raw
    assert json.loads(raw) == {"": "\x00\x7f"}


def test_texts_that_would_fill_the_memory_are_cut() -> None:
    long = pl.Series(["y" * 1_000_000]).new_from_index(0, 100)
    table = pl.DataFrame({"device": long, "seq": range(100)})
    why = np.full(100, reasons.REASONS.index(reasons.NAME), np.int8)

    kept = refused.rows_of_table(table, why, np.arange(100), "s", "aa")
    assert kept["raw"].str.len_bytes().max() < 200  # type: ignore[operator]


def test_memory_of_identities_is_bounded_and_forgets_the_oldest() -> None:
    kept = refused.Remembered()
    for number in range(refused.REMEMBERED + 1):
        assert kept.note(str(number))

    assert len(kept.list()) == refused.REMEMBERED
    assert kept.note("0")
    assert not kept.note(str(refused.REMEMBERED))
    kept.drop([str(refused.REMEMBERED)])
    assert kept.note(str(refused.REMEMBERED))
