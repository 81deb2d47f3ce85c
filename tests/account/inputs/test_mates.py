"""Mates: what a period depends on outside itself, and nothing else."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.report.workspace import HOUR_US
from tests.verify.pack import made
from tests.verify.pack.made import DAY_US, OCTOBER

from tanlu.account.inputs import mates
from tanlu.store import open_workspace


def ids(workspace: Any, span: tuple[int, int]) -> list[str]:
    found: list[str] = mates(workspace, span)["activity_id"].to_list()
    return found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return made.ledger(tmp_path_factory.mktemp("books"))


def test_who_shares_a_measured_total_is_a_mate(workspace: Any) -> None:
    assert ids(workspace, OCTOBER) == ["c2", "e2"]


def test_a_whole_time_has_no_mates(workspace: Any) -> None:
    assert ids(workspace, (0, 2**62)) == []


def test_electricity_of_the_year_belongs_to_rows_by_market(workspace: Any) -> None:
    november = (OCTOBER[1], OCTOBER[1] + 30 * DAY_US)

    # nobody bought power in November, so its year is not asked for
    assert ids(workspace, november) == ["c1"]
    assert ids(workspace, (OCTOBER[0], OCTOBER[0] + HOUR_US)) == ["c2", "e2"]


def test_power_of_another_month_of_the_year_is_a_mate(tmp_path: Any) -> None:
    facts = made.rows()
    later = facts.filter(pl.col("activity_id") == "p1").with_columns(
        activity_id=pl.lit("p2"), start=pl.lit(OCTOBER[1]), end=pl.lit(OCTOBER[1] + HOUR_US)
    )
    books = made.ledger(tmp_path, pl.concat([facts, later]))

    assert ids(books, OCTOBER) == ["c2", "e2", "p2"]


def test_rounds_without_measured_energy_bind_nobody(tmp_path: Any) -> None:
    workspace = open_workspace(tmp_path / "w", create=True)
    workspace.append("activity", made.rows().filter(~pl.col("kind").str.starts_with("energy.")))

    assert ids(workspace, OCTOBER) == []
