"""Replay finds what was changed, and nothing else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.account import quantify_all
from tanlu.store import open_workspace
from tanlu.terms import schema
from tanlu.verify import replay
from tests.report.workspace import HOUR_US, START_US, made

module = import_module("tanlu.verify.replay")


def result(workspace: Any, sample: int | None = None) -> dict[str, Any]:
    *_, last = replay(workspace, sample)
    assert isinstance(last.result, dict)
    return last.result


def test_an_untouched_ledger_is_equal_to_the_microgram(tmp_path: Path) -> None:
    found = result(made(tmp_path))

    assert (found["activities"], found["compared"], found["equal"]) == (6, 8, 8)
    assert found["differences"] == 0


def test_one_changed_microgram_is_found(tmp_path: Path) -> None:
    found = result(made(tmp_path, wrong=("a1|iso14083|ttw|none|", 1)))

    assert [(f["code"], f["subject"], f["column"]) for f in found["findings"]] == [
        ("TL702", "a1", "co2e_ug")
    ]
    assert found["equal"] == 7


def test_one_changed_microgram_of_a_share_is_found(tmp_path: Path) -> None:
    found = result(made(tmp_path, wrong=("b1|iso14083|wtt|none|e1", -1)))

    assert [f["subject"] for f in found["findings"]] == ["b1"]


def test_missing_and_extra_emissions_are_told_apart(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    rows = workspace.scan("emission").filter(pl.col("activity_id") == "a1").collect()
    workspace.retract("emission", rows["emission_id"][:1], reason="test")
    workspace.append(
        "emission", schema("emission").fit(rows[1:].with_columns(emission_id=pl.lit("made up")))
    )

    found = result(workspace)

    assert (found["missing"], found["extra"], found["differences"]) == (1, 1, 2)


def test_an_emission_of_no_activity_is_extra(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    rows = workspace.scan("emission").filter(pl.col("activity_id") == "a1").collect()
    stray = rows[:1].with_columns(emission_id=pl.lit("s"), activity_id=pl.lit("nobody"))
    workspace.append("emission", schema("emission").fit(stray))
    found = result(workspace)

    assert [(f["code"], f["subject"]) for f in found["findings"]] == [("TL704", "nobody")]
    assert (found["compared"], found["equal"], found["extra"]) == (9, 8, 1)


def test_decisions_of_the_workspace_on_chains_are_repeated(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w", create=True)
    (workspace.path / "chain.toml").write_text("[circuity.road]\nCN = 1.5\n", encoding="utf-8")
    row = {
        "activity_id": "o1", "kind": "transport.road", "mass_mg": 2 * 10**9, "start": START_US,
        "end": START_US + HOUR_US, "zone": "Asia/Shanghai", "precision": "hour",
        "origin": "CN-SH", "destination": "CN-GD", "subject": "waybill:o1",
    }  # fmt: skip
    types = schema("activity").dtypes()
    frame = pl.DataFrame([row], schema={name: types[name] for name in row})
    workspace.append("activity", schema("activity").fit(frame))
    *_, last = quantify_all(workspace)
    assert last.result["emissions"] > 0

    assert result(workspace)["differences"] == 0
    (workspace.path / "chain.toml").write_text("[circuity.road]\nCN = 2\n", encoding="utf-8")
    # what is recorded was made under the former decision, and that is repeated
    assert result(workspace)["differences"] == 0


def test_slices_of_the_start_give_what_one_batch_gives(tmp_path: Path, monkeypatch: Any) -> None:
    whole = result(made(tmp_path))
    monkeypatch.setattr(module, "SLICE_ROWS", 1)

    assert whole == result(open_workspace(tmp_path / "ledger"))


def test_a_sample_takes_whole_rounds(tmp_path: Path) -> None:
    for size in range(1, 7):
        assert result(made(tmp_path / str(size)), size)["differences"] == 0


def test_the_last_progress_is_complete(tmp_path: Path) -> None:
    last = list(replay(made(tmp_path)))[-1]

    assert last.done == last.total
