"""How far the meters are stands in the ledger's own lines."""

from __future__ import annotations

from pathlib import Path

from tanlu.monitor.meters.state import first_readings, fresh, state
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, ledger, passed, reads


def test_a_new_ledger_is_nowhere(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", 0, START, 1.0)])
    known = state(books)

    assert (known.of("energy"), known.spans, known.version) == (None, {}, 0)
    assert len(fresh(books, known, "reading")) == 1


def test_a_run_tells_parts_times_and_how_far_hours_are(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", n, START + n * 10 * MINUTE, float(n)) for n in range(12)])
    passed(books)
    known = state(books)

    assert known.of("energy") == START + HOUR
    assert list(known.spans.values()) == [(START, START + 110 * MINUTE)]
    assert [fresh(books, known, table) for table in ("reading", "stream")] == [[], []]
    assert books.inputs("activity") == known.taken
    assert first_readings(books).rows() == [("energy", "a", START)]


def test_an_earlier_reading_moves_the_beginning_of_its_channel(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [("a", 5, START, 1.0)])
    passed(books)
    reads(books, [("a", 4, START - HOUR, 0.5), ("a", 6, START + HOUR, 2.0)])
    passed(books)

    assert first_readings(books).rows() == [("energy", "a", START - HOUR)]
