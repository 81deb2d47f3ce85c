"""tanlu report hidden answers from a ledger."""

from __future__ import annotations

from tests.cli.books import Tongue


def test_hidden_carbon_is_a_topic(books: Tongue) -> None:
    books.ask("quantify")
    facts = books.ask("report", "hidden", "--period", "2026-03")

    assert facts["report"] == "hidden"
    assert facts["co2e_kg"] == books.ask("report", "--period", "2026-03")["co2e_wtw_kg"]
