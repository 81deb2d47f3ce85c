from __future__ import annotations

import polars as pl
import pytest

from tanlu.store.ledger import current
from tests.store.activities import activities, emissions
from tests.store.stream.feeds import readings


def ids(rows: pl.LazyFrame, column: str = "activity_id") -> list[str]:
    return rows.collect()[column].to_list()


@pytest.fixture
def filled(workspace):
    first = activities(4)
    workspace.commit({"activity": first, "emission": emissions(first)})
    workspace.append("activity", activities(2, first=10, supersedes="a100001"))
    return workspace


def test_a_superseded_activity_goes_with_its_emissions(filled) -> None:
    assert ids(filled.scan("activity")) == ["a100000", "a100002", "a100003", "a100010", "a100011"]
    assert ids(filled.scan("emission")) == ["a100000", "a100002", "a100003"]


def test_shares_of_a_superseded_total_go_too(workspace) -> None:
    first = activities(2)
    rows = emissions(first).with_columns(share_of=pl.lit("a100009"))
    workspace.append("emission", rows)
    workspace.append("activity", activities(1, first=20, supersedes="a100009"))

    assert ids(workspace.scan("emission")) == []


def test_before_the_correction_the_old_rows_hold(filled) -> None:
    assert [f"a10000{n}" for n in range(4)] == ids(filled.scan("emission", as_of=1))


def test_raw_gives_everything(filled) -> None:
    assert len(ids(filled.scan("activity", raw=True))) == 6


def test_a_retraction_hides_what_was_before_and_not_what_comes_with_it(filled) -> None:
    again = emissions(activities(1))
    line = pl.DataFrame(
        {"id": ["a100000|ttw", "a100002|ttw"], "key": "emission_id", "of": "emission"}
    )
    filled.commit({"retraction": line, "emission": again})

    assert ids(filled.scan("emission")) == ["a100003", "a100000"]
    assert ids(filled.scan("emission", as_of=2)) == ["a100000", "a100002", "a100003"]


def test_emissions_are_retracted_by_activity_too(filled) -> None:
    filled.retract("emission", pl.Series(["a100003"]), key="activity_id", reason="late meter")

    assert ids(filled.scan("emission")) == ["a100000", "a100002"]
    assert len(ids(filled.scan("activity"))) == 5


def test_two_retractions_each_hide_what_was_before_them(filled) -> None:
    one = pl.Series(["a100000|ttw"])
    for _ in range(2):
        filled.retract("emission", one)
        filled.append("emission", emissions(activities(1)))

    assert ids(filled.scan("emission")).count("a100000") == 1


def test_parts_that_cannot_hold_a_subject_or_time_are_skipped(workspace) -> None:
    for first in (0, 100, 200):
        workspace.append("activity", activities(10, first=first))
    parts = workspace.parts("activity")
    hour = 3_600_000_000

    assert [parts[1]] == current.within(parts, "waybill:100105", None)
    assert current.within(parts, "waybill:100999", None) == []
    assert [parts[2]] == current.within(parts, None, (200 * hour, 300 * hour))
    assert ids(workspace.scan("activity", subject="waybill:100105")) == ["a100105"]
    assert ids(workspace.scan("activity", between=(9 * hour, 100 * hour))) == ["a100009"]


def test_known_ids_open_only_parts_in_range(workspace) -> None:
    for first in (0, 100):
        workspace.append("activity", activities(10, first=first))
    (workspace.path / workspace.parts("activity")[0].file).unlink()
    asked = pl.Series(["a100103", "a100199", "b", None, "a100103"])

    assert workspace.known_ids("activity", asked).to_list() == ["a100103"]
    assert workspace.known("activity", asked, columns=["mass_mg"])["mass_mg"].to_list() == [
        103 * 1_000_003
    ]


def test_nothing_is_known_in_an_empty_ledger(workspace) -> None:
    assert workspace.known_ids("activity", pl.Series(["a"])).to_list() == []
    assert workspace.scan("emission").collect().height == 0


def test_a_column_added_later_reads_as_null(workspace) -> None:
    workspace.append("activity", activities(3))
    part = workspace.path / workspace.parts("activity")[0].file
    pl.read_parquet(part).drop("labels", "round").write_parquet(part)

    assert (
        workspace.scan("activity", columns=["labels"]).collect()["labels"].to_list() == [None] * 3
    )


def test_rows_of_an_instant_are_found_by_time_and_other_parts_stay_closed(workspace) -> None:
    for first in (0, 10, 20):
        workspace.append("reading", readings(first, 10))
    minute = 60_000_000
    (workspace.path / workspace.parts("reading")[0].file).unlink()
    rows = workspace.scan("reading", between=(15 * minute, 22 * minute)).collect()

    assert rows["seq"].to_list() == list(range(15, 22))
