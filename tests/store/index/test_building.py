"""Runs are built of parts, kept on the disk, and merged as they grow."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from tests.store.activities import activities

from tanlu.store import open_workspace
from tanlu.store.index import extend, find
from tanlu.store.index.building import built, merged, opened
from tanlu.store.index.runs import Run


def test_a_steady_appender_leaves_few_runs(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    for number in range(16):
        workspace.append("activity", activities(3, first=3 * number))
        list(extend(workspace))
    ids = [f"a{100_000 + number}" for number in range(48)]

    assert len(list((tmp_path / "index").glob("activity-*.run"))) <= 5
    assert find(workspace, "activity", {"activity_id": ids})["activity_id"].to_list() == ids


def test_a_run_of_other_parts_is_not_taken(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(3))
    list(extend(workspace))

    assert len(opened(tmp_path, "activity", workspace.parts("activity"))) == 1
    assert opened(tmp_path, "activity", []) == []


def test_parts_are_counted_and_their_constants_known(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(70))
    rows, run = built(tmp_path, "activity", workspace.parts("activity"))
    assert isinstance(run, Run)
    part = run.parts[0]

    assert (rows, part.rows, run.blocks) == (70, 70, 2)
    assert part.constant["zone"] == "Asia/Shanghai"
    assert part.constant["vehicle"] is None
    # null here and there is no constant
    assert "load_ppm" not in part.constant


def test_merged_runs_give_all_that_each_gave(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    for first in (0, 5):
        workspace.append("activity", activities(5, first=first))
    runs = [
        step
        for part in workspace.parts("activity")
        for step in built(tmp_path, "activity", [part])
        if isinstance(step, Run)
    ]
    (one,) = merged(tmp_path, "activity", runs)

    assert one.all().equals(one.all().sort())
    assert len(one.all()) == sum(len(run.all()) for run in runs)
    assert [part.first for part in one.parts] == [0, 1]
    assert one.all().dtype == pl.UInt64
