"""Who bears what of shared totals, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.books import Tongue


def test_the_whole_ledger_is_shown(books: Tongue) -> None:
    facts = books.ask("account", "allocation")

    assert (facts["keys"], facts["findings"]) == ([], 0)
    assert "Keys in use" in books.say("account", "allocation")


def test_a_group_that_is_none_is_a_sentence(books: Tongue) -> None:
    found = books.ask("account", "allocation", "round:nobody", expect=1)

    assert found["error"]["code"] == "TL806"


def test_strict_without_findings_is_done(books: Tongue) -> None:
    assert books.ask("account", "allocation", "--strict")["findings"] == 0


def test_out_writes_the_file_instead_of_the_screen(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"

    assert books.say("account", "allocation", "--out", file) == f"wrote {file}\n"
    assert json.loads(file.read_text(encoding="utf-8"))["facts"]["report"] == "allocation"


def test_it_speaks_chinese(books: Tongue) -> None:
    assert "所用分摊依据" in books.say("account", "allocation", language="zh")
