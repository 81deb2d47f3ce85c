"""tanlu account: learn, adopt, explain and evaluate, in both tongues."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.cli import main
from tanlu.monitor import intake
from tanlu.simulate import write_telemetry
from tanlu.store import open_workspace

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books of drives that a mapping read from a file."""
    pytest.importorskip("sklearn", reason="extra learn")
    home = tmp_path_factory.mktemp("drives")
    made = write_telemetry(home, vehicles=260, seed=2, drives=30)
    for _ in intake(made["file"], made["mapping"], open_workspace(home / "books", create=True)):
        pass
    return home / "books"


@pytest.fixture
def ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*words: str, expect: int = 0, language: str = "en") -> str:
        capsys.readouterr()
        code = main([*words, "--ledger", str(folder), "--language", language])
        shown = capsys.readouterr()
        assert code == expect, shown.err
        return shown.out + shown.err

    return run


def test_a_ledger_learns_adopts_quantifies_and_verifies(ask: Any, folder: Path) -> None:
    assert "uses no model card" in ask("account", "card")
    ask("quantify")
    dry = json.loads(ask("account", "learn", "--dry-run", "--json"))
    learned = json.loads(ask("account", "learn", "--json"))
    said = ask("quantify")

    assert dry["card"] == learned["card"]
    assert "version" not in dry
    assert learned["before"] is None
    assert "quantified again by other factors, formulas or rules" in said
    assert learned["card"][:12] in ask("account", "card")
    assert json.loads(ask("account", "card", "--json"))["card"] == learned["card"]
    assert "0 differ" in ask("verify")
    assert open_workspace(folder).log("cards")[-1]["cards"][0]["hash"] == learned["card"]

    told = json.loads(ask("account", "choose", "drive:D7", "--json"))
    assert told["card"] == learned["card"]
    assert told["legs"][0]["chosen"] in {"measured", "learned"}
    assert "→ " in ask("account", "choose", "drive:D7")
    assert "车型曲线" in ask("account", "choose", "drive:D7", language="zh")

    back = ask("account", "adopt", "none")
    assert f"{learned['card'][:12]} → none" in back
    assert learned["card"][:12] in ask("account", "adopt", learned["card"], language="zh")


def test_refused_classes_are_shown_with_both_figures_or_counts(ask: Any) -> None:
    shown = ask("account", "learn", "--dry-run")

    assert "on vehicles not seen" in shown or "refused" in shown
    assert "TL536" in shown  # some classes of so small a fleet have too few vehicles


def test_a_small_evaluation_tells_all_and_does_not_pass_for_a_large_one(ask: Any) -> None:
    words = ("account", "choose", "--evaluate", "--vehicles", "200", "--drives", "25")
    facts = json.loads(ask(*words, "--json", expect=3))

    assert list(facts["methods"]) == [
        "measured", "learned", "physics", "scaled", "class", "default",
    ]  # fmt: skip
    assert facts["bar"]["coverage_holds"] is False  # fewer than 10,000 legs
    assert facts["bar"]["choice_holds"] is True
    assert facts["claimed_accuracy"] == 0.995


def test_what_cannot_be_understood_is_2_and_what_is_not_there_1(ask: Any) -> None:
    assert "TL001" in ask("account", "choose", expect=2)
    assert "TL542" in ask("account", "choose", "drive:none", expect=1)
    assert "TL607" in ask("account", "adopt", "f" * 64, expect=1)


def test_a_fleet_too_small_for_any_class_adopts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sklearn", reason="extra learn")
    made = write_telemetry(tmp_path, vehicles=8, seed=2, drives=10)
    books = open_workspace(tmp_path / "books", create=True)
    for _ in intake(made["file"], made["mapping"], books):
        pass
    code = main(["account", "learn", "--ledger", str(books.path), "--language", "en"])

    assert code == 3
    assert "nothing was adopted" in capsys.readouterr().out
    assert open_workspace(books.path).log("cards") == []
