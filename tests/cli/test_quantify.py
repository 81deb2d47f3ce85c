"""New activities become emissions; what cannot is said beside the total."""

from __future__ import annotations

from decimal import Decimal

from tests.cli.books import Tongue


def test_the_total_is_the_sum_of_its_boundaries(books: Tongue) -> None:
    facts = books.ask("quantify")

    assert Decimal(facts["co2e_wtw_kg"]) > 0
    assert Decimal(facts["co2e_wtw_kg"]) == Decimal(facts["co2e_ttw_kg"]) + Decimal(
        facts["co2e_wtt_kg"]
    )


def test_a_leg_without_distance_is_counted_as_not_quantified(books: Tongue) -> None:
    assert books.ask("quantify")["unquantified"]["rows"] == 1


def test_strict_is_3_when_something_is_not_quantified(books: Tongue) -> None:
    assert "unquantified" in books.ask("quantify", "--strict", expect=3)


def test_people_see_the_total_in_their_tongue(books: Tongue) -> None:
    assert "not quantified: 1 activity" in books.say("quantify")
    assert "未量化：1 项活动" in books.say("quantify", language="zh")
