"""Old telemetry goes, its roots stay, and everything else holds."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.log import audit, begin_log
from tanlu.store.stream import retire_before
from tests.store.activities import activities
from tests.store.stream.feeds import readings

MINUTE = 60_000_000


@pytest.fixture
def filled(workspace):
    for first in (0, 10, 20):
        workspace.append("reading", readings(first, 10))
    workspace.append("activity", activities(3))
    return workspace


def test_parts_that_are_older_go_and_the_others_stay(filled) -> None:
    gone = list(retire_before(filled, "reading", 20 * MINUTE, reason="two years"))

    assert gone == ["parts/reading/00000001.parquet", "parts/reading/00000002.parquet"]
    assert not any((filled.path / file).exists() for file in gone)
    assert filled.scan("reading").collect()["seq"].to_list() == list(range(20, 30))
    assert filled.scan("activity").collect().height == 3
    assert [part.version for part in filled.parts("reading")] == [3]
    assert [line["reason"] for line in filled.log("retire")] == ["two years"] * 2


def test_a_part_with_a_row_of_that_time_stays(filled) -> None:
    assert len(list(retire_before(filled, "reading", 19 * MINUTE, reason="r"))) == 1
    assert list(retire_before(filled, "reading", 10 * MINUTE, reason="r")) == []


def test_what_stays_can_be_checked_sealed_stated_and_asked(filled, result) -> None:
    log = begin_log(filled)
    result(log.catch_up())
    list(retire_before(filled, "reading", 10 * MINUTE, reason="r"))
    filled.append("reading", readings(30, 10))
    list(retire_before(filled, "reading", 20 * MINUTE, reason="r"))
    result(log.catch_up())
    log.checkpoint()
    told = result(audit(filled.path))

    assert (told["findings"], told["waiting"]) == ([], 0)
    assert result(filled.check())["findings"] == []
    known = filled.known("reading", pl.Series(["meter-1"]), columns=["seq"])
    assert known["seq"].to_list() == list(range(20, 40))
    again = open_workspace(filled.path)
    assert again.scan("reading").collect()["seq"].to_list() == list(range(20, 40))


def test_a_part_that_was_not_sealed_yet_can_go(filled, result) -> None:
    list(retire_before(filled, "reading", 10 * MINUTE, reason="r"))

    assert result(filled.seal())["parts"] == 4


def test_a_part_that_came_back_is_a_finding(filled, result) -> None:
    path = filled.path / "parts/reading/00000001.parquet"
    raw = path.read_bytes()
    list(retire_before(filled, "reading", 10 * MINUTE, reason="r"))
    path.write_bytes(raw)

    assert len(result(filled.check())["findings"]) == 1


def test_other_tables_have_no_retention(filled) -> None:
    with pytest.raises(TanluError) as refused:
        list(retire_before(filled, "activity", 10 * MINUTE, reason="r"))

    assert refused.value.code == "TL608"


def test_an_erased_person_is_not_looked_for_in_what_is_gone(filled) -> None:
    persons = pl.DataFrame({"pseudonym": ["p:1"], "field": ["phone"], "value": ["1"]})
    filled.append("activity", activities(1, first=50), personal=persons)
    list(retire_before(filled, "reading", 10 * MINUTE, reason="r"))

    assert filled.erase("1", reason="asked")["pseudonym"] == "p:1"
