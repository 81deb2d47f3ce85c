"""Every source is listed with what it brought."""

from __future__ import annotations

import pytest

from tanlu.monitor import Mapping, intake
from tanlu.monitor.sources import commits, months, sources
from tanlu.store import open_workspace
from tests.monitor.quarantine.test_mending import MAPPING


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,day,t,km\nA1,2026-07-01,1,10\nA2,2026-10-01,1,10\nA3,,1,10\n")
    made = open_workspace(tmp_path / "books", create=True)
    list(intake(path, Mapping.parse(MAPPING), made))
    return made


def test_an_empty_ledger_has_no_source(tmp_path):
    assert sources(open_workspace(tmp_path / "none", create=True)).is_empty()


def test_a_file_is_told_with_rows_period_gaps_and_refused_rows(workspace):
    (row,) = sources(workspace).iter_rows(named=True)
    assert (row["name"], row["rows"], row["refused"]) == ("a.csv", 2, 1)
    assert row["gaps"] == 2, "August and September"
    assert row["state"] == "refused"


def test_months_without_a_row_are_zero_and_not_left_out(workspace):
    sha256 = sources(workspace)["id"][0].removeprefix("file:")
    told = months(workspace, "file", sha256)
    assert told == [("2026-07", 1), ("2026-08", 0), ("2026-09", 0), ("2026-10", 1)]
    assert sum(each["rows"].get("activity", 0) for each in commits(workspace, sha256)) == 2
