"""Half-open times, folders with odd names, and identities asked for twice."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.store import open_workspace
from tests.store.activities import activities, emissions

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ((HOUR, 2 * HOUR), ["a100001"]),  # what ends at the start or starts at the end is outside
        ((HOUR, 2 * HOUR + 1), ["a100001", "a100002"]),
        ((HOUR - 1, 2 * HOUR), ["a100000", "a100001"]),
    ],
)
def test_a_time_holds_its_start_and_not_its_end(workspace, between, expected) -> None:
    workspace.append("activity", activities(4))

    assert (
        workspace.scan("activity", between=between).collect()["activity_id"].to_list() == expected
    )


@pytest.mark.parametrize("name", ["books[1]", "what*", "a?b", "账 本"])
def test_a_ledger_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    workspace = open_workspace(tmp_path / name, create=True)
    first = activities(3)
    workspace.commit({"activity": first, "emission": emissions(first)})
    ids = pl.Series(["a100001", "a100001", None, "a999999"])

    assert workspace.scan("activity").collect().height == 3
    assert workspace.known("activity", ids)["activity_id"].to_list() == ["a100001"]


def test_a_retraction_by_one_key_hides_nothing_of_another(workspace) -> None:
    first = activities(2)
    workspace.append("emission", emissions(first))
    # the text of an activity, retracted as the name of an emission
    workspace.retract("emission", pl.Series(["a100000"]), key="emission_id", reason="none such")

    assert workspace.scan("emission").collect().height == 2


def test_a_commit_knows_its_time(workspace) -> None:
    import time

    before = time.time_ns() // 1000
    workspace.append("activity", activities(1))
    written = workspace.log("append")[-1]["at"]

    assert before <= written <= time.time_ns() // 1000
