"""The demo is the product: simulated files through the normal door."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.journey.travel import tanlu


def test_the_demo_shows_a_network_and_why(tmp_path: Path) -> None:
    facts = tanlu("demo", "--orders", "1000", "--seed", "7", "--ledger", tmp_path / "books")

    assert facts["rows_in"] == facts["rows_new"] + facts["rows_known"] + facts["rows_quarantined"]
    assert Decimal(facts["co2e_wtw_kg"]) > 0
    assert Path(facts["report"]).stat().st_size > 10_000
    assert tanlu("why", facts["subject"], "--ledger", tmp_path / "books")


def test_the_same_seed_gives_the_same_total(tmp_path: Path) -> None:
    totals = {
        tanlu("demo", "--orders", "1000", "--seed", "7", "--ledger", tmp_path / name)["co2e_wtw_kg"]
        for name in ("a", "b")
    }

    assert len(totals) == 1


def test_running_the_demo_again_adds_nothing(tmp_path: Path) -> None:
    words = ("demo", "--orders", "1000", "--seed", "7", "--ledger", tmp_path / "books")
    first = tanlu(*words)
    again = tanlu(*words)

    assert again["rows_new"] == 0
    assert first["co2e_wtw_kg"] == again["co2e_wtw_kg"]
