"""The same goods under two identities in two files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.monitor import Mapping, nearness
from tanlu.store import Workspace
from tests.monitor.files import HEADER, MAPPING, TEXT, saved, taken

BY = Mapping.parse(MAPPING.replace('shipment = { from = "id" }', 'shipment = { from = "ship" }'))


def lines(*rows: str) -> str:
    return "\n".join((HEADER + ",ship", *rows)) + "\n"


def test_a_row_of_another_file_under_another_identity_is_told(
    tmp_path: Path, workspace: Workspace
) -> None:
    row = "road,12,1,CNSHA,CNHGH,2026-03-01,S1"
    taken(saved(tmp_path, lines(f"A1,{row}"), "a.csv"), workspace, BY)
    facts = taken(saved(tmp_path, lines(f"B1,{row}"), "b.csv"), workspace, BY)
    note = workspace.scan("finding").filter(pl.col("code") == "TL337").collect()

    assert facts["findings"]["TL337"] == 1
    assert note.select("subject", "value").rows() == [("activity:B1", "A1")]
    assert facts["rows_new"] == 1  # told, not dropped


@pytest.mark.parametrize(
    ("row", "twin"),
    [
        ("road,12.1,1,a,b,2026-03-01,S1", True),  # weighed again
        ("road,12,1,a,b,2026-03-02,S1", True),  # a day of another zone
        ("road,12,99,a,b,2026-03-01,S1", True),  # another distance
        ("road,12.2,1,a,b,2026-03-01,S1", False),
        ("road,12,1,a,b,2026-03-03,S1", False),
    ],
)
def test_a_twin_may_differ_by_a_hundredth_and_a_day(
    tmp_path: Path, workspace: Workspace, row: str, *, twin: bool
) -> None:
    taken(saved(tmp_path, lines("A1,road,12,1,a,b,2026-03-01,S1"), "a.csv"), workspace, BY)
    facts = taken(saved(tmp_path, lines(f"B1,{row}"), "b.csv"), workspace, BY)

    assert ("TL337" in facts["findings"]) == twin


def test_a_consignment_of_many_lines_is_compared_exactly(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearness, "PAIRS", 3)
    rows = [f"road,{kg},1,a,b,2026-03-01,S1" for kg in (100, 200)]
    first = lines(*(f"A{n},{row}" for n, row in enumerate(rows)))
    other = lines(f"B0,{rows[0]}", f"B1,{rows[1].replace('200', '201')}")
    taken(saved(tmp_path, first, "a.csv"), workspace, BY)

    assert taken(saved(tmp_path, other, "b.csv"), workspace, BY)["findings"]["TL337"] == 1


def test_rows_that_differ_are_no_twins(tmp_path: Path, workspace: Workspace) -> None:
    taken(saved(tmp_path, lines("A1,road,12,1,a,b,2026-03-01,S1"), "a.csv"), workspace, BY)
    other = lines(
        "B1,road,13,1,a,b,2026-03-01,S1", "B2,road,12,1,a,b,2026-03-09,S1",
        "B3,road,12,1,a,b,2026-03-01,S2", "B4,road,12,1,a,c,2026-03-01,S1",
    )  # fmt: skip

    assert "TL337" not in taken(saved(tmp_path, other, "b.csv"), workspace, BY)["findings"]


def test_two_rows_of_one_file_are_lines_of_one_shipment(
    tmp_path: Path, workspace: Workspace
) -> None:
    rows = lines("A1,road,12,1,a,b,2026-03-01,S1", "A2,road,12,1,a,b,2026-03-01,S1")

    assert "TL337" not in taken(saved(tmp_path, rows), workspace, BY)["findings"]


def test_reading_the_file_again_does_not_tell_again(tmp_path: Path, workspace: Workspace) -> None:
    path = saved(tmp_path, TEXT)
    taken(path, workspace)

    assert "TL337" not in taken(path, workspace)["findings"]
