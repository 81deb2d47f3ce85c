"""The report of a comparison names both states, all six stages and every induced effect."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.report.ledger import Ledger, activity, emission

from tanlu.account.shift import STAGES, compare, elasticities
from tanlu.errors import TanluError
from tanlu.report import text
from tanlu.report.shift import shift, shift_sections
from tanlu.terms import schema

KG = 10**9
DAY_US = 86_400_000_000


def books(*rows: tuple[str, int, int]) -> Ledger:
    """Emissions of (stage, day of October 2026, kg), a shipment each."""
    made: list[dict[str, Any]] = []
    for number, (stage, day, kg) in enumerate(rows):
        start = 1_790_784_000_000_000 + (day - 1) * DAY_US
        done = activity(number, start=start, end=start + 1, shipment=f"s{number}")
        made.append(emission(done, "ttw", kg * KG, stage=stage))
    types = schema("emission").dtypes()
    rows_ = [{name: row.get(name) for name in types} for row in made]
    return Ledger(emission=pl.DataFrame(rows_, schema=types))


LEDGER = books(("trunk", 1, 100), ("delivery", 1, 50), ("trunk", 2, 80), ("production", 2, 10))


def test_every_stage_and_every_effect_is_in_the_facts() -> None:
    facts = shift(LEDGER, "2026-10-01", "2026-10-02").facts

    assert [row["stage"] for row in facts["stages"]] == list(STAGES)
    assert [row["name"] for row in facts["induced"]] == [each.name for each in elasticities()]
    assert (facts["before_kg"], facts["after_kg"], facts["gross_kg"]) == ("150", "90", "60")
    assert (facts["before_volume"], facts["after_volume"], facts["per"]) == (2, 2, "shipment")


def test_what_moved_and_what_disappeared_are_named() -> None:
    facts = shift(LEDGER, "2026-10-01", "2026-10-02").facts

    assert [(row["code"], row["subject"]) for row in facts["findings"]] == [
        ("TL557", "stage:delivery"),
        ("TL558", "stage:production"),
    ]


def test_orders_that_are_told_win_over_shipments() -> None:
    facts = shift(LEDGER, "2026-10-01", "2026-10-02", orders=(10, 20)).facts

    assert (facts["per"], facts["gross_kg"]) == ("order", "210")


def test_an_edition_is_a_state_too() -> None:
    one = {"edition": "first", "version": 3, "period_start": None, "period_end": None}
    types = schema("edition").dtypes()
    edition = pl.DataFrame([{name: one.get(name) for name in types}], schema=types)
    whole = Ledger(emission=LEDGER.tables["emission"], edition=edition)

    assert shift(whole, "first", "2026-10-02").facts["before_kg"] == "240"


def test_a_word_that_is_neither_edition_nor_period_is_refused() -> None:
    with pytest.raises(TanluError, match="TL112"):
        shift(LEDGER, "yesterday", "2026-10-02")


def test_a_state_without_electricity_does_not_hide_that_of_the_other() -> None:
    rows = LEDGER.tables["emission"]
    day = rows["start"] == rows["start"].max()
    electric = rows.with_columns(
        basis=pl.when(day).then(pl.lit("location")).otherwise(pl.lit("none"))
    )
    facts = shift(Ledger(emission=electric), "2026-10-01", "2026-10-02").facts

    assert (facts["basis"], facts["before_kg"], facts["after_kg"]) == ("location", "150", "90")


def test_a_state_without_emissions_is_refused_and_no_saving_of_all() -> None:
    with pytest.raises(TanluError, match=r"TL556.*after 2026-11"):
        shift(LEDGER, "2026-10-01", "2026-11")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_said_in_both_tongues_and_shows_the_source_of_each_effect(
    language: str,
) -> None:
    shown = text(shift(LEDGER, "2026-10-01", "2026-10-02", language=language), width=400)

    assert {"en": "Net saving", "zh": "净减排"}[language] in shown
    assert "Mulalic" in shown
    assert {"en": "assumption", "zh": "假设"}[language] in shown


def test_the_sections_go_into_another_report() -> None:
    rows = LEDGER.tables["emission"]
    found = compare(rows, rows)
    titles = [section.title for section in shift_sections(found)]

    assert titles[0] == "Rebound and burden shift"
    assert len(titles) == len(set(titles)) == 6
