"""Sums are wide, their layers few."""

from __future__ import annotations

import threading

import polars as pl
from tests.store.activities import activities, emissions
from tests.store.cube.test_holding import EMISSIONS, NAMES

from tanlu.store import Workspace
from tanlu.store.cube import cells, holding

LARGE = 9_000_000_000_000_000_000


def test_amounts_near_the_end_of_a_column_do_not_wrap(workspace: Workspace) -> None:
    rows = activities(9, first=3)
    great = emissions(rows).with_columns(co2e_ug=pl.lit(LARGE, pl.Int64), kind=pl.lit("hub"))
    for _ in range(2):
        workspace.commit({"emission": great})
        found = cells(workspace, EMISSIONS)
    assert found is not None
    assert sum(found["co2e_ug"].to_list()) == 18 * LARGE
    assert found["co2e_ug"].dtype == pl.Int128


def test_layers_stay_few_and_threads_may_ask_at_once(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setattr(holding, "WORTH", 0)
    seen: list[int] = []

    def ask() -> None:
        for _ in range(12):
            found = cells(workspace, NAMES)
            assert found is not None
            seen.append(int(found["rows"].sum()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for each in threads:
        each.start()
    for number in range(16):
        workspace.append("activity", activities(6, first=6 * number))
        cells(workspace, NAMES)
    for each in threads:
        each.join()

    assert len(seen) == 36
    assert all(count % 2 == 0 and count <= 32 for count in seen)
    assert len(list(workspace.path.glob("index/names-*.cells"))) <= 5
