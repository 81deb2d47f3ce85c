"""tanlu report cobenefit answers from a ledger."""

from __future__ import annotations

from tests.cli.books import Tongue


def test_the_books_beside_carbon_are_a_topic(books: Tongue) -> None:
    books.ask("quantify")

    assert books.ask("report", "cobenefit", "--standard", "china_6")["report"] == "cobenefit"
    assert "相当于" in books.say("report", "cobenefit", language="zh")
