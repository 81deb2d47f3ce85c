"""The inventory as facts: exact, complete, and it says what it does not know."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.report.ledger import Ledger
from tests.report.organisation.group import GROUP, boundary, ledger, row

from tanlu.errors import TanluError
from tanlu.report import render, text
from tanlu.report.organisation import inventory, organisation

POWER = {"energy_carrier": "electricity", "operator": "MALL"}


def book() -> Ledger:
    return ledger([
        row(1, "transport.road", "ttw", 70 * 10**9, operator="EXPRESS", payer="MALL",
            energy_carrier="diesel"),
        row(2, "energy.electricity", "generation", 40 * 10**9, basis="location", **POWER),
        row(3, "packaging.carton", "cradle_gate", 30 * 10**9, payer="BOXES"),
        row(4, "transport.road", "ttw", 9 * 10**9, operator="NOBODY"),
        row(5, "energy.fuel", "ttw", 10 * 10**9, operator="ASSOCIATE"),
        row(6, "travel.commute", "ttw", 10**9, operator="MALL", labels='{"site":"PK-1"}'),
    ])  # fmt: skip


def facts(book: Ledger, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = organisation(book, None, boundary(), **asked).facts
    return found


def test_the_total_is_the_sum_of_its_scopes_and_no_other() -> None:
    found = facts(book())

    scopes = {(each["scope"], each["basis"]): each["co2e_kg"] for each in found["scopes"]}
    assert scopes == {(1, "none"): "70", (2, "location"): "40", (3, "none"): "34"}
    assert (found["co2e_location_kg"], found["co2e_market_kg"]) == ("144", None)
    assert found["outside"]["unassigned"] == {"co2e_kg": "9", "rows": 1, "activities": 1}
    assert found["outside"]["outside"]["co2e_kg"] == "7"


def test_all_rows_of_the_ledger_stand_somewhere() -> None:
    found = facts(book())
    outside = kilograms(found["outside"].values())

    assert Decimal(found["all_rows_kg"]) == Decimal(found["co2e_location_kg"]) + outside == 160


def kilograms(rows: Any) -> Decimal:
    return sum((Decimal(each["co2e_kg"]) for each in rows), Decimal(0))


def test_what_is_unassigned_names_its_parties() -> None:
    assert facts(book())["strangers"] == [
        {"operator": "NOBODY", "payer": None, "co2e_kg": "9", "activities": 1}
    ]


@pytest.mark.parametrize("cut", ["by_category", "by_iso_category", "by_kind", "by_month"])
def test_every_cut_adds_up_to_the_total(cut: str) -> None:
    found = facts(book())

    assert sum(Decimal(each["co2e_kg"]) for each in found[cut]) == 144


def test_the_entities_show_their_share_and_what_they_count() -> None:
    found = {each["entity"]: each for each in facts(book())["entities"]}

    assert found["associate"]["relation"] == "investee"
    assert (found["associate"]["share"], found["associate"]["scope_3_kg"]) == ("0.3", "3")
    assert (found["express"]["scope_1_kg"], found["mall"]["scope_3_kg"]) == ("70", "1")
    assert found["mall"]["scope_2_market_kg"] is None


def test_what_was_taken_out_names_where_it_is_counted() -> None:
    assert facts(book())["eliminated"] == [
        {"entity": "mall", "category": 4, "counted_at": "express", "counted_scope": 1,
         "code": "TL813", "co2e_kg": "70", "activities": 1}
    ]  # fmt: skip


def test_both_bases_stand_side_by_side_where_the_ledger_has_them() -> None:
    rows = [
        row(1, "energy.electricity", "generation", 40 * 10**9, basis="location", **POWER),
        row(1, "energy.electricity", "generation", 5 * 10**9, basis="market", **POWER),
    ]
    found = facts(ledger(rows))

    assert found["dual"] == [
        {"entity": "mall", "kind": "energy.electricity", "location_kg": "40", "market_kg": "5"}
    ]
    assert (found["co2e_location_kg"], found["co2e_market_kg"]) == ("40", "5")
    assert [(each["basis"], each["co2e_kg"]) for each in found["scopes"]] == [
        ("location", "40"), ("market", "5"),
    ]  # fmt: skip


def test_the_gaps_are_findings_with_codes() -> None:
    assert {each["code"] for each in facts(book())["findings"]} == {"TL811", "TL812", "TL815"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("suffix", ["html", "json", "xlsx", "parquet", "txt"])
def test_the_document_takes_every_form_in_both_tongues(
    language: str, suffix: str, tmp_path: Path
) -> None:
    document = organisation(book(), None, boundary(), language=language)
    file = render(document, tmp_path / f"inventory.{suffix}")

    assert file.stat().st_size > 500
    assert ("温室气体清单" in text(document)) == (language == "zh")


def test_a_file_is_read_and_another_approach_may_be_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "organisation.toml"
    file.write_text(GROUP, encoding="utf-8")
    found = organisation(book(), None, file, approach="equity_share").facts

    assert found["approach"] == "equity_share"
    # the box pool counts at 60 %, the associate at 30 % of its fuel
    assert found["co2e_location_kg"] == "132"


def test_a_wrong_period_is_a_sentence() -> None:
    with pytest.raises(TanluError) as error:
        organisation(book(), "2026-Q7", boundary())
    assert error.value.code == "TL112"


def test_an_empty_ledger_is_an_inventory_of_nothing() -> None:
    found = facts(Ledger())

    assert (found["co2e_location_kg"], found["scopes"]) == ("0", [])
    assert [each["status"] for each in found["categories"]] == ["missing"] * 15


def test_how_sure_the_total_is_knows_what_its_rows_share() -> None:
    alike = ledger([
        row(1, "energy.fuel", "ttw", 10**9, operator="MALL"),
        row(2, "energy.fuel", "ttw", 10**9, operator="MALL"),
    ])  # fmt: skip
    found = facts(alike)
    [own] = [each for each in found["scopes"] if each["scope"] == 1]

    assert (found["lower_kg"], found["upper_kg"]) == (own["lower_kg"], own["upper_kg"])
    assert found["doubt"]["approach_1"]["lower_kg"] == found["lower_kg"]
    assert Decimal(found["lower_kg"]) < 2 < Decimal(found["upper_kg"])


def test_sites_beyond_the_largest_are_told_in_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inventory, "TOP", 1)
    facts = organisation(book(), None, boundary()).facts
    rest: Any = facts["by_site_rest"]
    listed: Any = facts["by_site"]

    assert (len(listed), rest["rows"] > 0) == (1, True)
    assert Decimal(listed[0]["co2e_kg"]) + Decimal(rest["co2e_kg"]) == Decimal(
        str(facts["co2e_location_kg"])
    )


def test_a_scope_of_which_an_entity_recorded_nothing_is_no_nought() -> None:
    stated = {each["entity"]: each for each in facts(book())["entities"]}

    assert stated["hub"]["scope_1_kg"] is None
    assert stated["express"]["scope_1_kg"] == "70"
