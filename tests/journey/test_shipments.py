"""Shipments in, explained footprints out: the whole journey on a small file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.journey.travel import tanlu

FILE = """\
Waybill,Mode,Weight (kg),Distance (km),From,To,Shipped
W1,Truck,12000,350,CN-SH,CN-ZJ,2026-03-01
W2,Truck,800,1200,CN-BJ,CN-SH,2026-03-02
W3,Rail,24000,2100,CN-GD,CN-BJ,2026-03-02
W4,Truck,oops,90,CN-JS,CN-SH,2026-03-03
W5,Boat?,500,90,CN-JS,CN-SH,2026-03-03
"""


@pytest.fixture
def ledger(tmp_path: Path, root: Path) -> Path:
    """A ledger with the small file read and quantified."""
    folder = tmp_path / "books"
    file = tmp_path / "shipments.csv"
    file.write_text(FILE, encoding="utf-8")
    tanlu("read", file, "--map", root / "tests/journey/shipments.map.toml", "--ledger", folder)
    tanlu("quantify", "--ledger", folder)
    return folder


def test_every_row_is_new_known_or_quarantined(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "shipments.csv"
    file.write_text(FILE, encoding="utf-8")
    words = ("read", file, "--map", root / "tests/journey/shipments.map.toml")
    first = tanlu(*words, "--ledger", tmp_path / "books")
    again = tanlu(*words, "--ledger", tmp_path / "books")

    assert first["rows_in"] == 5
    assert first["rows_in"] == sum(
        first[key] for key in ("rows_new", "rows_known", "rows_quarantined")
    )
    assert first["rows_new"] >= 3
    assert again["rows_new"] == 0
    assert again["rows_in"] == again["rows_known"] + again["rows_quarantined"]


def test_wtw_is_wtt_plus_ttw_in_the_report(ledger: Path) -> None:
    facts = tanlu("quantify", "--ledger", ledger)

    assert Decimal(facts["co2e_wtw_kg"]) == Decimal(facts["co2e_wtt_kg"]) + Decimal(
        facts["co2e_ttw_kg"]
    )
    assert Decimal(facts["co2e_wtw_kg"]) > 0


def test_quantifying_again_changes_nothing(ledger: Path) -> None:
    once = tanlu("quantify", "--ledger", ledger)
    twice = tanlu("quantify", "--ledger", ledger)

    assert once["co2e_wtw_kg"] == twice["co2e_wtw_kg"]


def test_why_reaches_the_line_of_the_file(ledger: Path) -> None:
    facts = tanlu("why", "W1", "--ledger", ledger)

    assert "shipments.csv" in str(facts) or '"W1"' in str(facts).replace("'", '"')
    assert "12000" in str(facts)


def test_report_writes_every_form(ledger: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"report{suffix}" for suffix in (".html", ".xlsx", ".json", ".txt")]
    words: list[str | Path] = ["report", "--ledger", ledger]
    for file in files:
        words += ["--out", file]
    tanlu(*words)

    assert [file.stat().st_size > 500 for file in files] == [True] * 4


def test_verify_repeats_every_number(ledger: Path) -> None:
    facts = tanlu("verify", "--ledger", ledger)

    assert facts["differences"] == 0
    assert facts["compared"] > 0


def test_export_and_restore_give_the_same_ledger(ledger: Path, tmp_path: Path) -> None:
    tanlu("ledger", "export", tmp_path / "books.tanlu", "--ledger", ledger)
    tanlu("ledger", "restore", tmp_path / "books.tanlu", "--ledger", tmp_path / "again")

    before = tanlu("ledger", "check", "--ledger", ledger)
    after = tanlu("ledger", "check", "--ledger", tmp_path / "again")

    assert before == after
