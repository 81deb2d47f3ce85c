"""The verb writes the folder, says what it wrote and what comes next."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tanlu.cli import main


def test_a_folder_is_written_and_the_next_step_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "o")
    code = main(["simulate", "journeys", "--n", "2", "--seed", "3", "--out", out])
    said = capsys.readouterr().out

    assert code == 0
    assert (tmp_path / "o" / "truth" / "legs.parquet").exists()
    assert "track evaluate --journeys" in said


def test_json_prints_all_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["simulate", "journeys", "--n", "7", "--region", "fit", "--template", "parcel"]
    code = main(
        [*words, "--faults", "all", "--conditions", "speed", "--out", str(tmp_path), "--json"]
    )
    facts = json.loads(capsys.readouterr().out)
    positions = pl.read_parquet(tmp_path / "positions.parquet")
    rows = positions.height

    assert code == 0
    assert (facts["n"], facts["region"], facts["positions"]) == (7, "fit", rows)
    assert facts["labels"] >= len(facts["faults"]) - 1 == 6
    assert positions["speed_mm_s"].null_count() == 0
    assert facts["conditions"] == ["speed"]
    assert "truth/faults.parquet" in " ".join(facts["files"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_unknown_fault_is_told_in_the_users_tongue(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "journeys", "--n", "1", "--faults", "war", "--out", str(tmp_path)]
    code = main([*words, "--language", language])
    said = capsys.readouterr().err

    assert code == 1
    assert "TL904" in said
    assert ("故障可选" in said) == (language == "zh")
