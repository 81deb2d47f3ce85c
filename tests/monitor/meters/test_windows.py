"""Which hours must be computed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.state import State
from tanlu.monitor.meters.windows import (
    Window,
    apart,
    changed,
    reopened,
    survey,
    taken_back,
    to_come,
)
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, reads, tell

NOTHING = State({}, {}, frozenset(), 0)


def test_a_survey_tells_times_channels_and_late_hours(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", n, START + n * HOUR + 5, 1.0) for n in range(4)])
    reads(books, [("a", 9, START + 5, None)])
    known = State({"energy": START + 2 * HOUR}, {}, frozenset(), 1)
    found = survey(books, books.parts("reading"), {"energy"}, known)

    assert found.channels.rows() == [("energy", "a", START + 5, START + 3 * HOUR + 5, 4)]
    assert sorted(found.late["hour"]) == [START, START + HOUR]
    assert next(iter(found.spans.values())) == (START + 5, START + 3 * HOUR + 5)
    assert found.newest("energy") == START + 3 * HOUR + 5
    assert found.newest("water_ml") is None


def test_a_reading_on_an_edge_reopens_the_hour_that_it_ends(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", 0, START + HOUR, 1.0)])
    known = State({"energy": START + HOUR}, {}, frozenset(), 1)

    assert survey(books, books.parts("reading"), {"energy"}, known).late["hour"].to_list() == [
        START
    ]


def test_late_hours_side_by_side_are_one_window_of_a_day_at_most() -> None:
    hours = [START + n * HOUR for n in (*range(30), 40)]
    late = pl.DataFrame({"stream": "energy", "device": "a", "hour": hours})
    found = [((w.low - START) // HOUR, (w.high - START) // HOUR) for w in reopened(late, "energy")]

    assert found == [(0, 24), (24, 30), (40, 41)]
    assert reopened(late, "water_ml") == []


def test_hours_to_come_are_cut_into_slices_of_about_so_many_rows(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", n, START + n * MINUTE, 1.0) for n in range(600)])
    seen = survey(books, books.parts("reading"), {"energy"}, NOTHING)
    of = definitions(books).streams["energy"]
    found = to_come(of, seen, START, START + 10 * HOUR, 120)

    assert [(w.high - w.low) // HOUR for w in found] == [2] * 5
    assert [w.sliced for w in found] == [False, True, True, True, True]


def test_a_window_of_many_meters_is_cut_into_several_of_few(tmp_path: Path) -> None:
    of = definitions(ledger(tmp_path)).streams["energy"]
    names = pl.Series("device", [f"m{n}" for n in range(10)])
    whole = Window("energy", START, START + 4 * HOUR, names, anew=True)
    found = apart(whole, of, 4 * 6 * 6)  # six readings in each of six hours, of four meters

    assert [each.devices.len() for each in found if each.devices is not None] == [4, 4, 2]
    assert all(each.anew for each in found)
    assert apart(Window("energy", START, START + HOUR), of, 1)[0].devices is None


def test_a_line_matters_where_hours_hang_on_what_it_changes(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    tell(books, "device", device("a", place="CN-GD"), device("a", place="CN-GD", since=5, key="k"),
         device("a", place="CN-BJ", since=9), device("b", since=7, replaces="a"))  # fmt: skip
    told = definitions(books)
    found = dict(changed(told, told.devices.select("device", "since")).iter_rows())

    assert found == {"a": -(2**62), "b": -(2**62)}
    later = changed(told, pl.DataFrame({"device": ["a", "a"], "since": [5, 9]}))
    assert dict(later.iter_rows()) == {"a": 9}


def test_what_was_taken_back_reopens_its_hours_up_to_the_watermark_once(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", n, START + n * HOUR + 5, 1.0) for n in range(4)])
    reads(books, [("b", n, START + n * HOUR + 5, 1.0) for n in range(9)])
    taken = frozenset(part.file for part in books.parts("reading"))
    known = State({"energy": START + 3 * HOUR}, {}, taken, 2, frozenset(), books.version)
    assert taken_back(books, {"energy"}, known) == []

    books.retract("finding", pl.Series(["a"]))
    assert taken_back(books, {"energy"}, known) == []
    books.retract("reading", pl.Series(["a"]))
    (found,) = taken_back(books, {"energy"}, known)

    assert (found.low, found.high, found.anew) == (START - HOUR, START + 3 * HOUR, True)
    assert found.devices is not None
    assert found.devices.to_list() == ["a"]
    assert taken_back(books, {"other"}, known) == []
    assert taken_back(books, {"energy"}, known._replace(looked=books.version)) == []
