"""A slice gives the rows of its parts, period and mates, tells what is absent, writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store import Slice, needed
from tests.verify.pack import made
from tests.verify.pack.made import OCTOBER

NOBODY = pl.DataFrame(schema={"activity_id": pl.String})
MATE = pl.DataFrame({"activity_id": ["c2"]})


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made.ledger(tmp_path_factory.mktemp("books"))


def sliced(workspace: Any, mates: pl.DataFrame = NOBODY) -> Slice:
    files = [part.file for part in needed(workspace, OCTOBER, mates)]
    return Slice(workspace.path, files, OCTOBER, mates)


def ids(cut: Slice, table: str = "activity") -> set[str]:
    return set(cut.scan(table).collect()["activity_id"])


def test_a_period_has_the_rows_that_start_in_it(workspace: Any) -> None:
    cut = sliced(workspace)

    assert "a1" in ids(cut)
    assert ids(cut) & {"c2", "e2", "n1"} == set()
    assert ids(cut, "emission") & {"c2", "n1"} == set()


def test_mates_come_with_their_emissions(workspace: Any) -> None:
    cut = sliced(workspace, MATE)

    assert "c2" in ids(cut)
    assert "c2" in ids(cut, "emission")
    assert "n1" not in ids(cut)


def test_parts_of_another_time_are_needed_only_for_mates(workspace: Any) -> None:
    alone = {part.file for part in needed(workspace, OCTOBER, NOBODY)}
    both = {part.file for part in needed(workspace, OCTOBER, MATE)}
    november = workspace.parts("activity")[1].file

    assert november not in alone
    assert november in both
    assert {part.file for part in workspace.parts("finding")} <= alone


def test_the_whole_manifest_tells_of_absent_parts(workspace: Any) -> None:
    cut = sliced(workspace)

    assert cut.version == workspace.version
    assert len(cut.parts("activity")) == 1
    assert sum(len(line.get("parts", ())) for line in cut.manifest.lines) > len(
        cut.parts("activity")
    )


def test_rows_held_in_memory_are_those_of_the_files(workspace: Any) -> None:
    for mates in (NOBODY, MATE):
        cut, again = sliced(workspace, mates), sliced(workspace, mates)
        frames = {
            part.file: pl.read_parquet(workspace.path / part.file)
            for part in again.parts("emission")
        }

        assert cut.hold("emission").equals(again.hold("emission", frames))
        assert (
            again.scan("emission")
            .collect()
            .equals(sliced(workspace, mates).scan("emission").collect())
        )


def test_a_part_that_no_line_names_is_refused(workspace: Any) -> None:
    with pytest.raises(TanluError, match="TL603"):
        Slice(workspace.path, ["parts/activity/99999999.parquet"], OCTOBER)


def test_a_slice_is_never_written(workspace: Any, tmp_path: Path) -> None:
    cut = sliced(workspace)
    before = (workspace.path / "manifest.jsonl").read_bytes()

    with pytest.raises(TanluError, match="TL614"):
        cut.append("activity", made.rows())
    assert (workspace.path / "manifest.jsonl").read_bytes() == before
