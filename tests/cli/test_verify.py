"""Every calculation can be repeated."""

from __future__ import annotations

from tests.cli.books import Tongue


def test_an_untouched_ledger_repeats(books: Tongue) -> None:
    facts = books.ask("verify")

    assert facts["differences"] == 0
    assert facts["compared"] > 0


def test_people_read_how_many_were_compared(books: Tongue) -> None:
    compared = books.ask("verify")["compared"]

    assert f"{compared} emissions recalculated, 0 differ" in books.say("verify")
