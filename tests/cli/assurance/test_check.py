"""tanlu check: findings with their rows, what was not checked, and an exit code that tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.cli import main
from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.verify.plausibility.asked import NOON_US, rows

FAST = rows({"distance_m": 900_000, "start": NOON_US})


@pytest.fixture
def fast(books: Tongue) -> Tongue:
    """Books with one ride that no lorry can do."""
    open_workspace(books.ledger).append("activity", FAST)
    return books


def test_clean_books_have_no_finding(books: Tongue) -> None:
    facts = books.ask("check")

    assert facts["findings"] == 0
    assert {each["rule"] for each in facts["checked"]} >= {"duplicate"}
    assert {each["rule"] for each in facts["not_checked"]} >= {"speed", "odometer"}


def test_findings_end_with_exit_code_three_and_show_their_rows(fast: Tongue) -> None:
    facts = fast.ask("check", expect=3)

    assert facts["by_code"] == {"TL769": 1}
    assert json.loads(facts["shown"][0]["evidence"])["rows"][0]["distance_m"] == 900_000


def test_a_period_leaves_the_rest_out(fast: Tongue) -> None:
    assert fast.ask("check", "--period", "2026-03")["findings"] == 0
    assert fast.ask("check", "--period", "2026-10", expect=3)["findings"] == 1


def test_own_thresholds_replace_the_usual_ones(fast: Tongue, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[speed]\nroad = 1000\n", encoding="utf-8")

    assert fast.ask("check", "--rules", own)["findings"] == 0


def test_thresholds_that_are_not_understood_end_with_exit_code_two(
    fast: Tongue, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[speed]\nroads = 1000\n", encoding="utf-8")

    assert "TL765" in str(fast.ask("check", "--rules", own, expect=2))


def test_all_findings_are_written_where_asked(fast: Tongue, tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    fast.ask("check", "--out", out, expect=3)

    assert [each["code"] for each in json.loads(out.read_text("utf-8"))["findings"]] == ["TL769"]


def test_people_read_it_in_their_tongue(fast: Tongue) -> None:
    english, chinese = fast.say("check", expect=3), fast.say("check", language="zh", expect=3)

    assert "[TL769] no vehicle of this mode is so fast" in english
    assert "not checked: odometer" in english
    assert "[TL769] 该运输方式达不到此速度" in chinese
    assert "未检查：里程表" in chinese


def test_mere_information_is_no_failure(books: Tongue) -> None:
    never = rows(*({"operator": "o", "vehicle_class": "t", "vehicle": f"v{k}", "empty_ppm": 0,
                    "distance_m": 1_000 + k} for k in range(40)))  # fmt: skip
    open_workspace(books.ledger).append("activity", never)

    assert books.ask("check")["by_code"] == {"TL780": 1}


def test_a_folder_without_a_ledger_is_told(tmp_path: Path) -> None:
    assert main(["check", "--ledger", str(tmp_path), "--json"]) == 1
