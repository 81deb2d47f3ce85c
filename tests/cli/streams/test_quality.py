"""tanlu quality: a table with a picture of each stream, findings, and an exit code that tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.cli import main
from tanlu.cli.streams.quality import picture
from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.monitor.quality.made import five, stream, told

READINGS = told(five(), spoil={"d1": lambda k, v: v + 9 * (k == 2000)})


@pytest.fixture
def books(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tongue:
    workspace = open_workspace(tmp_path / "books", create=True)
    workspace.append("stream", stream(minimum=-40.0, maximum=60.0))
    workspace.append("reading", READINGS)
    return Tongue(workspace.path, capsys)


def test_scores_and_findings_are_told(books: Tongue) -> None:
    facts = books.ask("quality")

    assert facts["rows"] == READINGS.height
    assert facts["by_rule"] == {"spike": 1}
    assert [each["stream"] for each in facts["streams"]] == ["signal"]
    assert sum(each["came"] for each in facts["days"]) == READINGS.height


def test_strict_ends_with_three_when_there_are_findings(books: Tongue) -> None:
    assert books.ask("quality", "--strict", expect=3)["findings"] == 1


def test_a_day_without_a_finding_has_none(books: Tongue) -> None:
    facts = books.ask("quality", "--day", "2026-05-27", "--strict")

    assert facts["findings"] == 0
    assert {each["day"] for each in facts["days"]} == {"2026-05-27"}


def test_a_stream_that_is_not_there_has_no_readings(books: Tongue) -> None:
    assert books.ask("quality", "--stream", "other")["rows"] == 0


def test_findings_are_kept_once(books: Tongue) -> None:
    first, second = books.ask("quality", "--keep"), books.ask("quality", "--keep")

    assert (first["findings"], first["parts"]) == (1, 1)
    assert (second["findings"], second["parts"]) == (0, 0)


@pytest.mark.parametrize(("tongue", "word"), [("en", "doubtful"), ("zh", "可疑")])
def test_people_see_a_table_with_a_picture(
    books: Tongue, capsys: pytest.CaptureFixture[str], tongue: str, word: str
) -> None:
    capsys.readouterr()
    main(["quality", "--ledger", str(books.ledger), "--language", tongue])
    shown = capsys.readouterr().out

    assert word in shown
    assert "▇" in shown
    assert "[TL383]" in shown


def test_a_picture_is_full_for_the_best_day_and_low_for_the_worst() -> None:
    assert picture([1_000_000, 750_000, 0]) == "█▅▁"
