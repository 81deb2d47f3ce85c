"""Every source is listed with what it brought."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor import Mapping, intake
from tanlu.monitor.devices import enrol
from tanlu.monitor.sources import commits, months, sources
from tanlu.monitor.sources.listed import SILENT_US
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


def test_a_device_is_silent_once_it_was_longer_than_it_may_be_and_a_gateway_tells_of_others(
    workspace,
):
    enrol(workspace, pl.DataFrame({"device": ["meter", "box"], "type": ["meter", "gateway"]}))
    since = workspace.scan("device").select(pl.col("since").max()).collect().item()

    def states(later_us: int) -> dict[str, str]:
        return {row["name"]: row["state"] for row in
                sources(workspace, since + later_us).filter(kind="device").to_dicts()}  # fmt: skip

    assert states(SILENT_US) == {"meter": "whole", "box": "whole"}
    assert states(SILENT_US + 1) == {"meter": "silent", "box": "whole"}
