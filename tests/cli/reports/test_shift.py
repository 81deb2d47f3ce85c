"""tanlu report shift compares two periods of a ledger."""

from __future__ import annotations

from pathlib import Path

from tests.cli.books import Tongue


def test_two_days_are_compared(books: Tongue) -> None:
    books.ask("quantify")
    facts = books.ask("report", "shift", "--before", "2026-03-01", "--after", "2026-03-02")

    assert facts["report"] == "shift"
    assert facts["before_volume"] == facts["after_volume"] == 1


def test_orders_and_drivers_are_read(books: Tongue, tmp_path: Path) -> None:
    books.ask("quantify")
    days = ("report", "shift", "--before", "2026-03-01", "--after", "2026-03-02")
    file = tmp_path / "shift.json"
    more = ("--orders", "10,20", "--plan", "--given", "return_cost=0.5", "--out", file)
    facts = books.ask(*days, *more)

    assert (facts["per"], facts["after_volume"], facts["planned"]) == ("order", 20, True)
    assert file.exists()


def test_a_slip_is_a_sentence(books: Tongue) -> None:
    days = ("report", "shift", "--before", "2026-03-01", "--after", "2026-03-02")

    for wrong in (("--orders", "10"), ("--given", "return_cost"), ("--given", "x=-1")):
        assert books.ask(*days, *wrong, expect=2)["error"]["code"] == "TL001"


def test_the_transport_report_is_still_what_report_gives(books: Tongue) -> None:
    books.ask("quantify")

    assert books.ask("report", "--period", "2026-03")["report"] == "transport"
