"""New readings are judged once, and their findings are kept once."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor.quality import check_new, judge
from tanlu.monitor.quality.newly import Checked
from tanlu.store import Workspace, open_workspace
from tests.monitor.quality.made import five, stream, told

SPOILT = told(five(), spoil={"d1": lambda k, v: v + 9 * (k in (900, 3900))})


def checked(workspace: Workspace) -> Checked:
    """Judge what is new."""
    *_, last = check_new(workspace)
    assert isinstance(last.result, Checked)
    return last.result


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    workspace.append("stream", stream())
    for part in SPOILT.sort("at").iter_slices(6000):
        workspace.append("reading", part)
    return workspace


def test_findings_of_new_readings_are_kept_once(filled: Workspace) -> None:
    first, second = checked(filled), checked(filled)

    assert first.rows == SPOILT.height
    assert first.findings["subject"].to_list() == ["device:d1"] * 2
    assert (second.rows, second.findings.height) == (0, 0)
    assert filled.scan("finding").collect().equals(first.findings)


def test_the_parts_are_inputs_of_the_commit(filled: Workspace) -> None:
    checked(filled)
    line = filled.log("append")[-1]

    assert line["inputs"] == [part.file for part in filled.parts("reading")]
    assert set(line["source"]) == {"quality"}


def test_part_by_part_gives_the_same_findings_as_all_at_once(filled: Workspace) -> None:
    whole = judge(SPOILT, stream()).findings["finding_id"].to_list()
    other = open_workspace(filled.path.parent / "other", create=True)
    other.append("stream", stream())
    found = []
    for part in SPOILT.sort("at").iter_slices(6000):
        other.append("reading", part)
        found += checked(other).findings["finding_id"].to_list()

    assert sorted(found) == sorted(whole)


def test_a_reading_that_comes_late_brings_no_finding_twice(filled: Workspace) -> None:
    late = told({"late": lambda k: 20.0}, days=0.001)
    checked(filled)
    filled.append("reading", late)

    assert checked(filled).findings.height == 0
    assert filled.scan("finding").collect()["finding_id"].is_unique().all()


def test_a_later_part_is_judged_by_what_was_learned_before(filled: Workspace) -> None:
    checked(filled)
    usual = filled.scan("usual").collect()
    later = told(five(), days=3.05, spoil={"d2": lambda k, v: v + 9 * (k == 4350)})
    filled.append("reading", later.filter(pl.col("seq") >= 4320))
    found = checked(filled)

    assert usual.height == 5
    assert found.findings["subject"].to_list() == ["device:d2"]


def test_a_ledger_without_readings_has_nothing_to_judge(workspace: Workspace) -> None:
    version = workspace.version

    assert checked(workspace).rows == 0
    assert workspace.version == version
