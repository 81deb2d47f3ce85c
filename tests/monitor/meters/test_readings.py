"""Only the parts and meters that a time hangs on are read."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.readings import Readings
from tanlu.monitor.meters.state import state
from tanlu.store import Workspace
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, passed, reads, tell


def _rows(name: str, first: int, last: int) -> list[tuple[str, int, int, float]]:
    return [(name, n, START + n * 10 * MINUTE, float(n)) for n in range(first, last)]


def _readings(books: Workspace) -> Readings:
    passed(books)
    known = state(books)
    return Readings(books, definitions(books), known.spans, known.taken)


def _begins(*names: str) -> pl.DataFrame:
    return pl.DataFrame({"device": list(names), "first": [START] * len(names)})


def test_parts_of_other_times_are_not_opened(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    for hour in range(10):
        reads(books, _rows("a", hour * 6, hour * 6 + 6))
    found = _readings(books)
    of = found.told.streams["energy"]
    rows = found.between(of, START + 3 * HOUR, START + 4 * HOUR - 1)

    assert (rows.height, found.rows_read) == (6, 6)


def test_a_silent_meter_is_looked_for_further_back_and_others_are_not(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [*_rows("a", 0, 6), *_rows("b", 0, 6)])
    for hour in range(1, 20):
        reads(books, _rows("b", hour * 6, hour * 6 + 6))
    reads(books, [*_rows("a", 121, 132), *_rows("b", 120, 132)])
    found = _readings(books)
    of = found.told.streams["energy"]
    low, high = START + 20 * HOUR, START + 21 * HOUR
    rows, loaded = found.around(of, low, high, _begins("a", "b"), cap=high)
    seen = dict(rows.group_by("device").agg(pl.col("at").min()).iter_rows())

    assert seen["a"] == START
    assert seen["b"] >= low - 8 * HOUR
    assert dict(loaded.select("device", "whole").iter_rows()) == {"a": True, "b": False}


def test_registers_written_down_at_a_change_are_readings_and_others_end_there(
    tmp_path: Path,
) -> None:
    books = ledger(tmp_path)
    swap = START + 35 * MINUTE
    line = device("b", since=swap, replaces="a", last_value=3.5, first_value=0.0)
    tell(books, "device", device("a"), line)
    reads(books, [*_rows("a", 0, 6), *_rows("b", 0, 6)])
    found = _readings(books)
    rows = found.between(found.told.streams["energy"], START, START + HOUR).sort("device", "at")

    assert rows.filter(device="a")["value"].to_list() == [0.0, 1.0, 2.0, 3.0, 3.5]
    assert rows.filter(device="b")["value"].to_list() == [0.0, 4.0, 5.0]
    assert found.closed.rows() == [("a", swap)]
