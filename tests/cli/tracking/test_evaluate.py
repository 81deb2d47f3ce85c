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


@pytest.fixture(scope="module")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two parcels on their way, of a seed that was open to fitting."""
    place = str(tmp_path_factory.mktemp("journeys"))
    words = ["simulate", "journeys", "--n", "2", "--seed", "3", "--template", "parcel"]
    assert main([*words, "--out", place]) == 0
    return place


def test_figures_of_journeys_stand_beside_their_bars(
    journeys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["track", "evaluate", "--journeys", journeys, "--json"])
    facts = json.loads(capsys.readouterr().out)

    held = {bar["name"]: bar for bar in facts["bars"]}
    assert set(held) == {"mode", "median", "p95", "carbon", "node", "ellipses"}
    assert held["mode"]["value"] == facts["mode"]["share"]
    assert held["median"]["holds"] is (facts["distance"]["median"] <= 0.005)
    assert held["ellipses"]["holds"] is (0.88 <= facts["ellipses"] <= 0.92)
    missed = any(bar["holds"] is False for bar in facts["bars"])
    code = main(["track", "evaluate", "--journeys", journeys, "--strict"])
    assert code == (3 if missed else 0)


def test_a_network_is_judged_beside_and_never_instead(
    journeys: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["track", "evaluate", "--journeys", journeys, "--json"])
    bare = json.loads(capsys.readouterr().out)
    main(["track", "evaluate", "--journeys", journeys, "--network", "--json"])
    both = json.loads(capsys.readouterr().out)
    main(["track", "evaluate", "--journeys", journeys, "--network"])
    said = capsys.readouterr().out

    assert "network" not in bare
    assert both["distance"] == bare["distance"]
    assert both["network"]["distance"] != bare["distance"]
    assert both["network"]["lines"] > 100
    assert {bar["name"] for bar in both["network"]["bars"]} == {bar["name"] for bar in bare["bars"]}
    assert "with ways over network.parquet" in said
    assert "without a network" in said


@pytest.mark.parametrize(
    ("tongue", "told", "warned"), [("en", "bar", "not a fair"), ("zh", "目标", "不作为公正")]
)
def test_people_see_tables_and_that_so_few_legs_tell_little(
    journeys: str, tongue: str, told: str, warned: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["track", "evaluate", "--journeys", journeys, "--language", tongue])
    said = capsys.readouterr().out

    assert told in said.splitlines()[1]
    assert warned in said
    assert "van" in said if tongue == "en" else "厢式车" in said


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
        if name == "tanlu.track" and words[2:] and "courier" in (words[2] or ()):
            raise ModuleNotFoundError(name, name="numba")
        return real(name, *words, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    assert main(["track", "evaluate", str(folder)]) == 1
    assert "tanlu[track]" in capsys.readouterr().err
