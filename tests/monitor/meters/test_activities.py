"""Hours as activities: identity, revision, what is taken back."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tanlu.monitor.meters import activities
from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.resample import AMOUNTS
from tanlu.store import Workspace
from tests.monitor.meters.ledgers import HOUR, START, device, ledger, tell


@pytest.fixture
def books(tmp_path: Path) -> Workspace:
    return ledger(tmp_path / "books")


def _hours(*amounts: int | None, quality: str = "measured", name: str = "a") -> pl.DataFrame:
    rows = [
        (name, START + n * HOUR, START + n * HOUR, START + (n + 1) * HOUR, amount, 0, 9,
         quality if amount is not None else "missing", n, False, False)
        for n, amount in enumerate(amounts)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=AMOUNTS, orient="row")


def _write(books: Workspace, hours: pl.DataFrame) -> tuple[int, int]:
    told = definitions(books)
    of = told.streams["energy"]
    kept = activities.given(hours, of, told, books.zone)
    new, gone = activities.revised(books, kept, hours, of)
    tables = {"activity": activities.rows(new, of)}
    if gone.len():
        tables["retraction"] = activities.retractions(gone)
    books.commit(tables)
    return new.height, gone.len()


def test_an_hour_is_known_by_stream_time_revision_and_meter(books: Workspace) -> None:
    tell(books, "device", device("a:1", place="CN-GD", custodian="park"))
    _write(books, _hours(5, name="a:1"))
    row = books.scan("activity").collect().row(0, named=True)

    assert row["activity_id"] == "meter:energy:20261101T1600Z:r0:a:1"
    assert (row["source_device"], row["source_seq"], row["subject"]) == ("a:1", 0, "meter:a:1")
    assert (row["place"], row["operator"], row["precision"]) == ("CN-GD", "park", "hour")
    assert (row["energy_j"], row["energy_carrier"], row["quality"]) == (5, "electricity", 1)
    found = activities.written(books, "energy", (START, START + 1), current=True)
    assert found.select("device", "hour", "revision").rows() == [("a:1", START, 0)]


def test_only_what_differs_is_revised(books: Workspace) -> None:
    assert _write(books, _hours(5, 6)) == (2, 0)
    assert _write(books, _hours(5, 6)) == (0, 0)
    assert _write(books, _hours(5, 7)) == (1, 0)
    assert _write(books, _hours(5, 6)) == (1, 0)
    rows = books.scan("activity").select("activity_id", "energy_j", "supersedes").collect()

    assert sorted(rows.rows()) == [
        ("meter:energy:20261101T1600Z:r0:a", 5, None),
        ("meter:energy:20261101T1700Z:r2:a", 6, "meter:energy:20261101T1700Z:r1:a"),
    ]


def test_an_hour_that_is_not_known_any_more_is_taken_back_and_may_come_again(
    books: Workspace,
) -> None:
    _write(books, _hours(5, 6))

    assert _write(books, _hours(5, None)) == (0, 1)
    assert books.scan("activity").collect()["energy_j"].to_list() == [5]
    assert _write(books, _hours(5, 6)) == (1, 0)
    assert sorted(books.scan("activity").collect()["energy_j"]) == [5, 6]


def test_an_estimate_carries_its_interval(books: Workspace) -> None:
    _write(books, _hours(5, quality="estimated"))
    row = books.scan("activity").collect().row(0, named=True)

    assert json.loads(row["labels"]) == {"lower": "0", "upper": "9"}
    assert row["quality"] == activities.ESTIMATED


def test_place_and_custody_are_those_of_the_hour(books: Workspace) -> None:
    tell(books, "device", device("a", place="CN-GD"),
         device("a", place="CN-BJ", since=START + HOUR))  # fmt: skip
    _write(books, _hours(5, 6))

    assert books.scan("activity").collect().sort("start")["place"].to_list() == ["CN-GD", "CN-BJ"]
