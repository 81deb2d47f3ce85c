"""Totals with their reasons, and one number with all of its own."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.books import Tongue


def test_the_report_has_the_total_of_quantify(books: Tongue) -> None:
    assert books.ask("quantify")["co2e_wtw_kg"] == books.ask("report")["co2e_wtw_kg"]


def test_the_report_of_another_year_is_empty(books: Tongue) -> None:
    facts = books.ask("report", "--period", "2019")

    assert facts["legs"] == 0 if "legs" in facts else facts["emissions"] == 0


def test_a_wrong_period_is_a_sentence(books: Tongue) -> None:
    facts = books.ask("report", "--period", "2026-Q7", expect=2)

    assert facts["error"]["code"].startswith("TL1")


def test_a_wrong_column_to_group_by_is_a_sentence(books: Tongue) -> None:
    assert books.ask("report", "--by", "colour", expect=2)["error"]["code"] == "TL803"


def test_out_writes_the_file_instead_of_the_screen(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    shown = books.say("report", "--out", file)

    assert shown == f"wrote {file}\n"
    assert json.loads(file.read_text(encoding="utf-8"))


def test_a_workbook_has_every_row_of_the_report(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "verify.xlsx"
    shown = books.say("report", "--out", file)
    rows = books.ask("report")["rows"]

    assert file.read_bytes().startswith(b"PK")
    assert shown == f"wrote {file}: {rows} of {rows} rows by formula, 0 printed\n"


def test_a_workbook_of_nothing_has_its_sections(books: Tongue, tmp_path: Path) -> None:
    shown = books.say("report", "--period", "2019", "--out", tmp_path / "r.xlsx")

    assert shown == f"wrote {tmp_path / 'r.xlsx'}\n"


def test_why_shows_the_line_as_it_was_read(books: Tongue) -> None:
    shown = books.say("why", "waybill:W1")

    assert "line 2" in shown
    assert "= W1 · " in shown


def test_why_speaks_chinese(books: Tongue) -> None:
    assert "计算" in books.say("why", "W1", language="zh")


def test_an_unknown_subject_is_a_sentence(books: Tongue) -> None:
    assert books.ask("why", "waybill:none", expect=1)["error"]["code"].startswith("TL8")


def test_a_report_is_cut_by_a_label_that_may_be_on_no_row(books: Tongue) -> None:
    books.ask("quantify")

    assert "By colour" in books.say("report", "--by", "label:colour")
    assert books.ask("report", "--by", "label:", expect=2)["error"]["code"] == "TL803"


def test_a_file_that_cannot_be_written_is_called_by_its_name(books: Tongue, tmp_path: Path) -> None:
    (tmp_path / "shut").touch()
    error = books.ask("report", "--out", tmp_path / "shut" / "x.html", expect=1)["error"]

    assert error["code"] == "TL004"
    assert "shut" in error["message"]
    assert books.ask("report", "--out", tmp_path, expect=2)["error"]["code"] == "TL805"
