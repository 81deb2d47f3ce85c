"""The books beside carbon show their factors, their gaps, and equivalences that disagree."""

from __future__ import annotations

import json

import pytest
from tests.report.beside.test_hidden import books

from tanlu.report import text
from tanlu.report.beside import cobenefit, cobenefit_sections

DIESEL = {"kind": "packaging.carton", "mass_mg": 2_000_000, "labels": json.dumps({})}
LEDGER = books((DIESEL, 183), ({"kind": "packaging.tape", "mass_mg": 10**6}, 0))


def test_each_book_stands_with_its_source_and_none_is_carbon() -> None:
    facts = cobenefit(LEDGER).facts

    assert [(row["book"], row["amount"]) for row in facts["books"]] == [
        ("plastic", "1000000"),
        ("wood", "2000000"),
    ]
    assert all(row["source"] for row in facts["books"])
    assert facts["co2e_kg"] == "183"


def test_every_source_of_an_equivalence_is_printed_beside_its_number() -> None:
    equals = {row["name"]: row for row in cobenefit(LEDGER).facts["equals"]}

    # 183 kg are 10 trees of 18.3, 9.15 of 20 and 9.02 of 20.3
    assert equals["tree_years_s4"]["number"] == "10"
    assert equals["tree_years_s0_fleet"]["number"] == "9.15"
    assert all(row["source"] and row["date"] for row in equals.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_said_in_both_tongues(language: str) -> None:
    shown = text(cobenefit(LEDGER, language=language), width=300)

    assert {"en": "tree-years of uptake", "zh": "棵树一年的吸收量"}[language] in shown
    assert {"en": "Wood", "zh": "木材"}[language] in shown


def test_its_sections_go_into_another_report() -> None:
    made = cobenefit_sections(LEDGER.tables["activity"], LEDGER.tables["emission"])

    assert made[0].title == "Books beside carbon"
