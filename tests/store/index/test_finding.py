"""What the index finds is what a scan finds."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.activities import activities, emissions

from tanlu.store import Workspace, open_workspace
from tanlu.store.index import extend, find, finding

COMMITS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 90), st.integers(0, 60)),
        st.tuples(st.just("supersede"), st.integers(0, 60), st.integers(0, 3)),
        st.tuples(
            st.just("retract"), st.integers(0, 60), st.sampled_from(["activity", "emission"])
        ),
        st.tuples(st.just("reopen"), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=8,
)


def scanned(
    workspace: Workspace, table: str, column: str, values: list[str], **how
) -> pl.DataFrame:
    return workspace.scan(table, **how).filter(pl.col(column).is_in(values)).collect()


def commit(workspace: Workspace, what: str, first: int, second: object) -> None:
    if what == "append":
        rows = activities(first, first=int(str(second)))
        workspace.commit({"activity": rows, "emission": emissions(rows)})
    elif what == "supersede":
        rows = activities(1, first=200 + first, supersedes=f"a{100_000 + first}")
        workspace.commit({"activity": rows, "emission": emissions(rows)})
    elif what == "retract":
        workspace.retract(str(second), pl.Series([f"a{100_000 + first}"]), key="activity_id")


@settings(max_examples=25, deadline=None)
@given(COMMITS, st.lists(st.integers(0, 150), min_size=1, max_size=5))
def test_the_rows_are_those_of_a_scan_whatever_was_superseded_or_retracted(commits, asked) -> None:
    with TemporaryDirectory() as folder:
        workspace = open_workspace(folder, create=True)
        names = [f"waybill:{100_000 + number}" for number in asked]
        ids = [f"a{100_000 + number}" for number in asked]
        for what, first, second in commits:
            if what == "reopen":
                workspace = open_workspace(folder)
            commit(workspace, what, first, second)
            for version in (workspace.version, max(workspace.version - 1, 0)):
                for table, column, values in (
                    ("activity", "subject", names), ("emission", "activity_id", ids),
                ):  # fmt: skip
                    found = find(workspace, table, {column: values}, as_of=version)

                    assert scanned(workspace, table, column, values, as_of=version).equals(found)


def test_many_scattered_rows_are_found_as_well_as_near_ones(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    rows = activities(9_000).with_columns(
        subject=pl.when(pl.int_range(pl.len()) % 4_500 == 7)
        .then(pl.lit("box:1"))
        .otherwise("subject")
    )
    workspace.append("activity", rows)

    assert scanned(workspace, "activity", "subject", ["box:1"]).equals(
        find(workspace, "activity", {"subject": ["box:1"]})
    )
    assert find(workspace, "activity", {"subject": ["box:1"]}).height == 2


def test_of_several_columns_one_is_enough_and_each_row_comes_once(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(5))
    asked = {"subject": ["waybill:100001"], "activity_id": ["a100001", "a100003"]}

    assert find(workspace, "activity", asked)["activity_id"].to_list() == ["a100001", "a100003"]


def test_nothing_is_found_for_nothing(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)

    assert find(workspace, "activity", {"subject": []}).is_empty()
    assert find(workspace, "event", {"subject": ["box:1"]}).is_empty()


def test_each_row_says_where_it_stands(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(3))
    workspace.append("activity", activities(70, first=10))
    found = find(workspace, "activity", {"activity_id": ["a100079"]}, placed=True)
    place = found.select("_version", "_part", "_row").row(0)
    part = workspace.parts("activity")[1]
    row = workspace.scan("activity", raw=True, only=[part]).collect().row(place[2], named=True)

    assert place[:2] == (2, part.file)
    assert row["activity_id"] == "a100079"


def test_a_constant_column_is_given_though_it_is_not_read(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(4).with_columns(subject=pl.lit("box:1")))

    assert scanned(workspace, "activity", "subject", ["box:1"]).equals(
        find(workspace, "activity", {"subject": ["box:1"]})
    )
    assert find(workspace, "activity", {"subject": ["box:2"]}).is_empty()


def test_another_process_that_appends_is_seen(tmp_path: Path) -> None:
    reader = open_workspace(tmp_path, create=True)
    reader.append("activity", activities(2))
    before = find(reader, "activity", {"activity_id": ["a100050"]})
    open_workspace(tmp_path).append("activity", activities(1, first=50))

    assert before.is_empty()
    assert find(reader, "activity", {"activity_id": ["a100050"]}).height == 1


def test_what_is_indexed_is_not_read_again(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(5))

    assert [step.done for step in extend(workspace)] == [5]
    assert list(extend(workspace)) == []
    assert list(extend(open_workspace(tmp_path))) == []


@pytest.mark.parametrize("place", [3, 700, -1, -60])
def test_a_byte_that_is_not_what_was_written_makes_a_new_run(tmp_path: Path, place: int) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(300))
    list(extend(workspace))
    (file,) = (tmp_path / "index").glob("activity-*.run")
    data = bytearray(file.read_bytes())
    data[place] ^= 0x40
    file.write_bytes(data)
    names = [f"waybill:{100_000 + number}" for number in range(300)]

    assert find(open_workspace(tmp_path), "activity", {"subject": names}).height == 300


def test_an_index_that_is_gone_or_cannot_be_written_is_made_in_memory(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(3))
    (tmp_path / "index").write_text("not a folder", encoding="utf-8")

    assert find(workspace, "activity", {"activity_id": ["a100001"]}).height == 1


def test_a_damaged_run_that_is_to_grow_is_made_anew(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(3))
    list(extend(workspace, "activity"))
    (run,) = (tmp_path / "index").glob("*.run")
    data = bytearray(run.read_bytes())
    data[3] ^= 0xFF
    # another file in its place: one that is mapped stays as it was
    run.unlink()
    run.write_bytes(data)
    again = open_workspace(tmp_path)
    again.append("activity", activities(3, first=3))
    list(extend(again, "activity"))

    assert find(again, "activity", {"activity_id": ["a100001", "a100004"]}).height == 2


def test_who_asks_waits_for_who_brings_the_index_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace(tmp_path, create=True)
    workspace.append("activity", activities(8))
    at_work, go_on = threading.Event(), threading.Event()
    merged, first = finding.merged, threading.current_thread()

    def slow(*given: Any) -> Any:
        if threading.current_thread() is not first:
            at_work.set()
            go_on.wait(60)
        return merged(*given)

    def ask(version: int) -> int:
        asked = {"subject": ["waybill:100003"]}
        return find(workspace, "activity", asked, as_of=version).height

    monkeypatch.setattr(finding, "merged", slow)
    with ThreadPoolExecutor(1) as pool:
        before = pool.submit(ask, 1)
        at_work.wait(60)
        workspace.append("activity", activities(8, first=3))
        release = threading.Timer(0.2, go_on.set)
        release.start()
        began = time.monotonic()

        # the other one must not take the new part from the index again
        assert ask(2) == 2
        assert time.monotonic() - began > 0.15
        assert before.result() == 1
    assert ask(2) == 2
