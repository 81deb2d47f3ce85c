"""What commits hid is told by column; what was hidden before is not told again."""

from __future__ import annotations

import polars as pl
from tests.store.activities import activities, emissions

from tanlu.store import Workspace
from tanlu.store.cube import leaving
from tanlu.store.cube.leaving import few, hidden_by


def test_superseded_and_retracted_rows_are_told_by_the_columns_that_name_them(
    workspace: Workspace,
) -> None:
    rows = activities(9)
    workspace.commit({"activity": rows, "emission": emissions(rows)})
    workspace.retract("emission", pl.Series(["a100001|ttw"]))
    workspace.append("activity", activities(1, first=50, supersedes="a100004"))

    told = {key: ids.to_list() for key, ids in hidden_by(workspace, "emission", 1, 3).items()}
    assert told == {
        "emission_id": ["a100001|ttw"], "activity_id": ["a100004"], "share_of": ["a100004"],
    }  # fmt: skip
    assert set(hidden_by(workspace, "activity", 1, 3)) == {"activity_id"}
    assert hidden_by(workspace, "emission", 3, 3) == {}


def test_the_index_is_asked_for_few_of_a_column_it_knows(workspace, monkeypatch) -> None:
    ids = pl.Series("id", ["a", "b"])
    assert few(workspace, "emission", {"activity_id": ids})
    assert not few(workspace, "emission", {"emission_id": ids})
    monkeypatch.setattr(leaving, "FEW", 1)
    assert not few(workspace, "emission", {"activity_id": ids})
