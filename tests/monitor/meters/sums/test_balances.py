"""Meters that do not add up are found, with the figures; what they may err is allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.monitor.meters import Hourly, balance
from tanlu.terms import schema
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, reads, tell

DAY = 24 * HOUR
CLOSED = {"stream": "closed", "role": "interval", "formula": "pv + grid - use - feed",
          "minimum": 0.0, "maximum": 0.0, "kind": None}  # fmt: skip


def _hourly(path: Path, rates: dict[str, float], *lines: dict[str, Any], **of: Any) -> Hourly:
    books = ledger(path, {"kind": None}, *([of] if of else []))
    tell(books, "device", *lines)
    for name, kwh in rates.items():
        reads(
            books, [(name, n, START + n * 10 * MINUTE, round(kwh * n / 6, 6)) for n in range(145)]
        )
    return Hourly.of(books)


def test_meters_below_that_count_more_than_the_main_one_are_found(tmp_path: Path) -> None:
    lines = [device("main", accuracy_ppm=5000), device("a", parent="main", accuracy_ppm=10_000),
             device("b", parent="main", accuracy_ppm=10_000)]  # fmt: skip
    found = balance(
        _hourly(tmp_path, {"main": 10.0, "a": 4.0, "b": 7.0}, *lines), START, START + DAY
    )
    row = found.findings.row(0, named=True)
    told = json.loads(row["evidence"])

    assert (row["code"], row["subject"], row["count"]) == ("TL379", "meter:main", 24)
    assert told["rows"][0]["amount"] == -3_600_000
    # 0.5 % of 10 kWh, 1 % of 11 kWh, and one joule a meter
    assert told["rows"][0]["allowed"] == 180_000 + 396_000 + 3
    schema("finding").check(found.findings)


@pytest.mark.parametrize("accuracy", [None, 10_000])
def test_what_meters_may_err_and_what_nobody_meters_is_no_finding(
    tmp_path: Path, accuracy: int | None
) -> None:
    lines = [
        device("main", accuracy_ppm=accuracy),
        device("a", parent="main", accuracy_ppm=accuracy),
    ]
    near = balance(
        _hourly(tmp_path / "near", {"main": 10.0, "a": 10.15}, *lines), START, START + DAY
    )
    rest = balance(_hourly(tmp_path / "rest", {"main": 10.0, "a": 2.0}, *lines), START, START + DAY)

    assert (near.findings.height, near.checked.height) == (0, 24)
    assert (rest.findings.height, rest.checked["amount"].sum()) == (0, 24 * 8 * 3_600_000)


def test_pv_and_import_equal_use_and_export(tmp_path: Path) -> None:
    rates = {"pv": 5.0, "grid": 3.0, "use": 6.0, "feed": 2.0}
    closed = balance(_hourly(tmp_path / "ok", rates, **CLOSED), START, START + DAY)
    rates["feed"] = 3.0
    lost = balance(_hourly(tmp_path / "bad", rates, **CLOSED), START, START + DAY)

    assert (closed.findings.height, closed.checked.height) == (0, 24)
    assert lost.findings["subject"].to_list() == ["stream:closed"]
    assert lost.findings["value"][0].startswith("-3600000 at ")


def test_a_day_is_weighed_when_all_of_its_hours_are_known(tmp_path: Path) -> None:
    hourly = _hourly(tmp_path, {"main": 1.0, "a": 2.0}, device("main"), device("a", parent="main"))
    days = balance(hourly, START - DAY, START + 2 * DAY, by="day")

    assert days.checked.select("start", "end", "amount").rows() == [
        (START, START + DAY, -24 * 3_600_000)
    ]
    assert days.findings["count"].to_list() == [1]


def test_a_balance_that_cannot_be_reckoned_is_told(tmp_path: Path) -> None:
    found = balance(_hourly(tmp_path, {"pv": 1.0}, **CLOSED), START, START + DAY)

    assert "grid sends nothing" in str(found.refused["closed"])
    assert found.checked.is_empty()
