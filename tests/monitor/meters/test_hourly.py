"""Hours for people: as the readings stand, passed on or not."""

from __future__ import annotations

from pathlib import Path

from tanlu.monitor.meters import Hourly
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, passed, reads, tell


def _rows(name: str, last: int, kwh: float = 1.0) -> list[tuple[str, int, int, float]]:
    return [(name, n, START + n * 10 * MINUTE, round(kwh * n / 6, 6)) for n in range(last + 1)]


def test_what_was_not_passed_on_is_shown_and_the_hour_that_goes_on_is_marked(
    tmp_path: Path,
) -> None:
    books = ledger(tmp_path)
    reads(books, _rows("a", 15))
    found = Hourly.of(books).meters(START, START + 24 * HOUR)

    assert found.select("amount", "tail").rows() == [
        (3_600_000, False), (3_600_000, False), (1_800_000, True)
    ]  # fmt: skip
    assert Hourly.of(books).span() == (START, START + 150 * MINUTE)


def test_revisions_of_hours_that_were_passed_on_are_known(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, _rows("a", 15))
    passed(books)
    found = Hourly.of(books).written("energy", START, START + 24 * HOUR)

    assert found.select("device", "hour", "revision").rows() == [
        ("a", START, 0),
        ("a", START + HOUR, 0),
    ]


def test_a_time_within_has_the_hours_that_the_whole_has(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    reads(books, [*_rows("a", 60), *_rows("b", 60, 2.5)])
    hourly = Hourly.of(books)
    whole = hourly.meters(START, START + 24 * HOUR)
    part = hourly.meters(START + 3 * HOUR, START + 5 * HOUR, devices=["b"])

    low, high = START + 3 * HOUR, START + 5 * HOUR
    inside = whole.filter(device="b").filter(
        whole.filter(device="b")["hour"].is_between(low, high - 1)
    )
    assert part.equals(inside)


def test_calculated_streams_and_points_are_reckoned_from_readings(tmp_path: Path) -> None:
    rest = {"stream": "rest", "role": "interval", "formula": "main - subs(main)", "kind": None}
    books = ledger(tmp_path, {}, rest)
    tell(books, "device", device("main"), device("sub", parent="main"))
    reads(books, [*_rows("main", 12, 3.0), *_rows("sub", 12)])
    hourly = Hourly.of(books)

    assert hourly.calculated("rest", START, START + 2 * HOUR)["amount"].to_list() == [7_200_000] * 2
    assert hourly.points(START, START + HOUR)["amount"].sort().to_list() == [3_600_000, 10_800_000]
