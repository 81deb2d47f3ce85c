"""The tracker is judged from the command line: figures, findings, exit codes, both languages."""

from __future__ import annotations

import builtins
import json
from pathlib import Path

import polars as pl
import pytest

from tanlu.cli import main
from tests.track.courier.couriers import couriers

NAMES = {"walk": "OnFoot", "van": "Driving"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six traces, and one file that is none."""
    place = tmp_path / "traces"
    place.mkdir()
    for (name,), one in couriers(6).group_by("trace"):
        one.select(
            timestamp=pl.from_epoch("at", "us").dt.strftime("%Y-%m-%d %H:%M:%S%.f"),
            x="x_m", y="y_m", groundtruth=pl.col("truth").replace(NAMES),
        ).write_csv(place / f"{name}.csv")  # fmt: skip
    (place / "none.csv").write_text("a,b\n1,2\n")
    return place


def test_all_facts_are_printed_for_programs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["track", "evaluate", str(folder), "--json"])
    facts = json.loads(capsys.readouterr().out)

    assert code == 0
    assert facts["traces"] == 6
    assert facts["unreadable"] == 1
    assert facts["findings"][0]["code"] == "TL410"
    assert set(facts["classes"]) == {"walk", "van"}
    assert facts["accuracy"] > 0.9


@pytest.mark.parametrize(("tongue", "word"), [("en", "accuracy"), ("zh", "准确率")])
def test_people_are_told_in_their_language(
    folder: Path, tongue: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["track", "evaluate", str(folder), "--language", tongue])
    said = capsys.readouterr().out

    assert code == 0
    assert word in said
    assert "[TL410]" in said


def test_findings_have_an_exit_code_of_their_own_when_asked(folder: Path) -> None:
    assert main(["track", "evaluate", str(folder), "--strict"]) == 3


def test_an_absent_source_is_a_failure_with_its_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["track", "evaluate", str(tmp_path / "none.zip")]) == 1
    assert "TL410" in capsys.readouterr().err


def test_nothing_to_judge_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["track", "evaluate"]) == 2
    assert "TL001" in capsys.readouterr().err


def test_a_missing_extra_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *words: object, **more: object) -> object:
        if name == "tanlu.track.courier":
            raise ModuleNotFoundError(name, name="numba")
        return real(name, *words, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    assert main(["track", "evaluate", str(folder)]) == 1
    assert "tanlu[track]" in capsys.readouterr().err
