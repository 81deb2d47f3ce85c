"""What no emission is of: found again when its emission goes, gone when one comes."""

from __future__ import annotations

import polars as pl
import pytest
from tests.store.activities import activities, emissions
from tests.store.cube.test_holding import LACK

from tanlu.store import Workspace
from tanlu.store.cube import cells, lacking, leaving


def left(workspace: Workspace) -> list[str]:
    found = cells(workspace, LACK)
    assert found is not None
    return sorted(found["activity_id"])


@pytest.mark.parametrize("few", [0, 4096])
def test_an_activity_whose_emission_goes_is_lacked_until_it_has_another(
    workspace: Workspace, monkeypatch, few: int
) -> None:
    monkeypatch.setattr(leaving, "FEW", few)
    monkeypatch.setattr(lacking, "FEW", few)
    rows = activities(10)
    workspace.commit({"activity": rows, "emission": emissions(rows.head(8))})
    assert left(workspace) == ["a100008", "a100009"]
    workspace.retract("emission", pl.Series(["a100003"]), key="activity_id")
    assert left(workspace) == ["a100003", "a100008", "a100009"]
    workspace.append("emission", emissions(rows.slice(3, 6)))
    assert left(workspace) == ["a100009"]
    workspace.append("activity", activities(1, first=50, supersedes="a100009"))
    assert left(workspace) == ["a100050"]


def test_an_emission_may_be_there_before_its_activity(workspace: Workspace) -> None:
    rows = activities(6)
    workspace.append("emission", emissions(rows.head(4)))
    assert left(workspace) == []
    workspace.append("activity", rows)
    assert left(workspace) == ["a100004", "a100005"]


def test_pieces_are_the_whole(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(lacking, "AT_ONCE", 7)
    rows = activities(40)
    workspace.commit({"activity": rows, "emission": emissions(rows.head(30))})
    assert left(workspace) == [f"a1000{number}" for number in range(30, 40)]
