"""What cannot simply be added up is told, and not added."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.sums.doubts import below_zero, twice
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, current, ledger, passed, reads

POWER = {"stream": "power", "role": "gauge", "unit": "kW"}


def test_power_below_zero_is_not_taken_from_what_was_drawn_and_is_told(tmp_path: Path) -> None:
    books = ledger(tmp_path, POWER)
    # 6 kW drawn but for twenty minutes of the second hour in which 30 kW are fed in
    rows = [("m", n, START + n * 10 * MINUTE, -30.0 if n in (8, 9) else 6.0) for n in range(25)]
    reads(books, rows, "power")

    told = passed(books, until=START + 4 * HOUR)

    hours = [(at - START) // HOUR for at in current(books)["start"]]
    assert hours == [0, 2, 3]
    assert set(current(books)["energy_j"]) == {6 * 3_600_000}
    found = books.scan("finding").collect().row(0, named=True)
    assert (found["code"], found["subject"], found["count"]) == ("TL398", "meter:m", 2)
    assert "export" in found["hint"]
    assert [each["code"] for each in told["findings"]] == ["TL398"]
    assert passed(books)["findings"] == []
    assert books.scan("finding").collect().height == 1


def test_power_that_makes_no_activities_may_go_both_ways(tmp_path: Path) -> None:
    books = ledger(tmp_path, POWER | {"kind": None})
    reads(books, [("m", n, START + n * 10 * MINUTE, -6.0) for n in range(7)], "power")

    assert passed(books)["findings"] == []
    of = definitions(books).streams["power"]
    assert below_zero(books.scan("reading").collect(), of).is_empty()


@pytest.mark.parametrize(
    ("other", "late", "expected"),
    [({}, 0, 1), ({"kind": None}, 0, 0), ({"carrier": "heat"}, 0, 0), ({}, 3 * HOUR, 0)],
)
def test_two_streams_of_one_kind_from_one_meter_are_told_once(
    tmp_path: Path, other: dict[str, str | None], late: int, expected: int
) -> None:
    books = ledger(tmp_path, {}, {"stream": "second"} | other)
    reads(books, [("m", n, START + n * 10 * MINUTE, float(n)) for n in range(13)])
    reads(books, [("m", n, START + late + n * 10 * MINUTE, float(n)) for n in range(13)], "second")
    reads(books, [("n", n, START + n * 10 * MINUTE, float(n)) for n in range(13)])

    told = passed(books, until=START + 2 * HOUR)

    assert [each["code"] for each in told["findings"]] == ["TL399"] * expected
    assert books.scan("finding").collect().height == expected


def test_streams_without_readings_are_counted_once(tmp_path: Path) -> None:
    shape = {"stream": pl.String, "device": pl.String, "first": pl.Int64, "last": pl.Int64}
    books = ledger(tmp_path)

    assert twice(pl.DataFrame(schema=shape), definitions(books)).is_empty()
