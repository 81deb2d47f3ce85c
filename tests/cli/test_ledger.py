"""The ledger is checked, sealed, taken away and brought back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.books import Tongue


def test_a_whole_ledger_holds(books: Tongue) -> None:
    facts = books.ask("ledger", "check")

    assert facts["findings"] == []
    assert facts["rows"] > 0


def test_a_flipped_bit_is_found_and_is_3(books: Tongue) -> None:
    part = next((books.ledger / "parts/emission").glob("*.parquet"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.chmod(0o644)
    part.write_bytes(data)

    assert books.ask("ledger", "check", expect=3)["findings"]
    assert "does NOT hold" in books.say("ledger", "check", expect=3)


def test_sealing_twice_seals_once(books: Tongue) -> None:
    assert books.ask("ledger", "seal")["records"] > 0
    assert books.ask("ledger", "seal")["records"] == 0


def test_an_export_restores_the_same_numbers(books: Tongue, tmp_path: Path) -> None:
    before = books.ask("report")["co2e_wtw_kg"]
    books.ask("ledger", "export", tmp_path / "books.tanlu")
    books.ledger = tmp_path / "again"
    books.ask("ledger", "restore", tmp_path / "books.tanlu")

    assert before == books.ask("report")["co2e_wtw_kg"]


def test_a_ledger_of_today_is_up_to_date(books: Tongue) -> None:
    assert books.ask("ledger", "upgrade")["format"] == 1
    assert "已是最新" in books.say("ledger", "upgrade", language="zh")
