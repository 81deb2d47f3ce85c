from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tests.store.activities import activities, emissions

PINS = {
    "profile": "iso14083", "gwp_set": "AR6", "spec_hash": "s", "factors_hash": "f",
    "code_version": "0", "co2e_ug": "0",
}  # fmt: skip


def test_what_is_appended_is_read_back(workspace) -> None:
    frame = activities(200)
    commit = workspace.append("activity", frame, source={"file": "x"})

    assert (commit.version, commit.rows, commit.part) == (1, 200, "parts/activity/00000001.parquet")
    assert_frame_equal(frame, open_workspace(workspace.path).scan("activity").collect())


def test_a_commit_of_several_tables_is_one_version(workspace) -> None:
    first = activities(3)
    commit = workspace.commit({"activity": first, "emission": emissions(first)}, inputs=["a"])

    assert commit.version == 1
    assert {"activity", "emission"} == {entry.table for entry in commit.parts}
    assert frozenset({"a"}) == workspace.inputs("emission")


def test_a_table_without_rows_still_covers_its_inputs(workspace) -> None:
    workspace.commit({"emission": emissions(activities(0))}, inputs=["a"])

    assert (1, frozenset({"a"})) == (workspace.version, workspace.inputs("emission"))


def test_nothing_to_write_makes_no_version(workspace) -> None:
    assert (workspace.append("activity", activities(0)).version, None) == (0, None)
    assert workspace.version == 0


def test_a_refused_commit_leaves_nothing(workspace) -> None:
    bad = activities(2).with_columns(origin=pl.lit("two\nlines"))
    with pytest.raises(TanluError, match="TL604"):
        workspace.commit({"emission": emissions(activities(1)), "activity": bad})

    assert workspace.version == 0
    assert workspace.scan("emission").collect().height == 0
    workspace.append("activity", activities(2))
    assert workspace.scan("activity").collect().height == 2


def test_columns_that_are_not_the_tables_are_refused(workspace) -> None:
    with pytest.raises(TanluError, match="TL101"):
        workspace.append("activity", pl.DataFrame({"colour": ["red"]}))
    with pytest.raises(TanluError, match="TL101"):
        workspace.scan("colours")


def test_every_version_stays_readable(workspace) -> None:
    for number in range(4):
        workspace.append("activity", activities(1, first=number))

    assert [workspace.scan("activity", as_of=version).collect().height for version in range(5)] == [
        0,
        1,
        2,
        3,
        4,
    ]
    with pytest.raises(TanluError, match="TL610"):
        workspace.scan("activity", as_of=5)


def test_an_edition_keeps_what_it_pinned(workspace) -> None:
    workspace.append("activity", activities(2))
    workspace.publish_edition("2026-1", **PINS)
    workspace.append("activity", activities(2, first=9, supersedes="a100000"))

    assert workspace.scan("activity", as_of="2026-1").collect().height == 2
    assert workspace.editions()["edition"].to_list() == ["2026-1"]
    assert workspace.editions()["version"].to_list() == [1]
    with pytest.raises(TanluError, match="TL609"):
        workspace.publish_edition("2026-1", **PINS)
    with pytest.raises(TanluError, match="TL610"):
        workspace.scan("activity", as_of="2025-1")


def test_an_edition_needs_its_pins(workspace) -> None:
    with pytest.raises(TanluError, match="TL102"):
        workspace.publish_edition("2026-1", profile="iso14083")


def test_a_reader_opened_before_sees_what_is_added(workspace) -> None:
    reader = open_workspace(workspace.path)
    before = reader.scan("activity")
    workspace.append("activity", activities(3))

    assert (before.collect().height, reader.scan("activity").collect().height) == (0, 3)


def test_a_new_workspace_keeps_its_keys_closed(workspace) -> None:
    assert (workspace.path / "keys").stat().st_mode & 0o777 == 0o700
    assert (workspace.path / "keys/secret").stat().st_mode & 0o777 == 0o600
    assert len(workspace.secret) == 32


def test_a_folder_that_is_no_workspace_is_named(tmp_path) -> None:
    with pytest.raises(TanluError, match="TL601"):
        open_workspace(tmp_path)


def test_the_zone_is_kept(tmp_path) -> None:
    open_workspace(tmp_path / "w", create=True, zone="Europe/Berlin")

    assert open_workspace(tmp_path / "w", create=True).zone == "Europe/Berlin"


def test_the_log_tells_every_commit(workspace) -> None:
    workspace.append("activity", activities(1))
    workspace.retract("activity", pl.Series(["a100000"]), reason="test")

    assert [line["kind"] for line in workspace.log()] == ["append", "retract"]
    assert len(workspace.log("retract")) == 1


def test_pseudonyms_differ_between_workspaces(workspace, tmp_path) -> None:
    other = open_workspace(tmp_path / "other", create=True)
    texts = pl.Series(["a"])

    assert workspace.pseudonyms(texts)[0] == open_workspace(workspace.path).pseudonyms(texts)[0]
    assert workspace.pseudonyms(texts)[0] != other.pseudonyms(texts)[0]
