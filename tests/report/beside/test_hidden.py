"""Hidden carbon is shown by cause, brand and lane, with its cost and the rows that show it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest
from tests.report.ledger import Ledger, activity, emission

from tanlu.report import text
from tanlu.report.beside import hidden, hidden_sections
from tanlu.terms import schema

KG = 10**9


def books(*rows: tuple[dict[str, Any], int]) -> Ledger:
    """Activities with what is told of them, and kg of each."""
    done = [activity(n, **told) for n, (told, _) in enumerate(rows)]
    made = [emission(each, "ttw", kg * KG, labels=each.get("labels"))
            for each, (_, kg) in zip(done, rows, strict=True)]  # fmt: skip
    frames = {}
    for name, table in (("activity", done), ("emission", made)):
        types = schema(name).dtypes()
        frames[name] = pl.DataFrame([{n: r.get(n) for n in types} for r in table], schema=types)
    return Ledger(**frames)


LEDGER = books(
    ({"labels": json.dumps({"idle": "0.1", "brand": "Alpha"})}, 1000),
    ({"kind": "packaging.carton", "labels": json.dumps({"fill": "0.65"})}, 950),
    ({}, 50),
)


def test_causes_and_use_are_the_total() -> None:
    facts = hidden(LEDGER).facts
    causes = {row["cause"]: row["co2e_kg"] for row in facts["causes"]}

    # 10 % of 1,000 and 31.5789 % of 950
    assert causes == {"useful": "1600.00045", "overpackaging": "299.99955", "idling": "100"}
    assert (facts["co2e_kg"], facts["hidden_kg"]) == ("2000", "399.99955")


def test_the_cost_is_that_of_the_last_day_of_the_period() -> None:
    facts = hidden(LEDGER, "2026-10").facts

    assert facts["carbon_fen"] == 975 + 2925
    assert "97.49 yuan/t, 2024-12-31" in facts["prices"]["carbon_price"]
    assert hidden(LEDGER, on=dt.date(2022, 7, 1)).facts["carbon_fen"] == 434 + 1303


def test_the_rows_behind_a_cause_are_named_with_what_was_recorded() -> None:
    facts = hidden(LEDGER).facts

    assert [(r["activity_id"], r["cause"], r["told"]) for r in facts["evidence"]] == [
        ("a1", "overpackaging", "0.65"),
        ("a0", "idling", "0.1"),
    ]
    assert "Alpha" in [row["brand"] for row in facts["brands"]]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_its_order_and_its_prices(language: str) -> None:
    shown = " ".join(text(hidden(LEDGER, language=language), width=300).split())

    assert {"en": "over-packaging", "zh": "过度包装"}[language] in shown
    assert "97.49 yuan/t" in shown


def test_its_sections_go_into_another_report() -> None:
    titles = [s.title for s in hidden_sections(LEDGER.tables["activity"],
              LEDGER.tables["emission"], dt.date(2026, 1, 1))]  # fmt: skip

    assert titles[0] == "Hidden carbon"
    assert len(titles) == 6


def test_an_empty_period_has_nothing_to_show() -> None:
    document = hidden(LEDGER, "2026-01")

    assert document.facts["co2e_kg"] == "0"
    assert [section.title for section in document.sections] == [
        "Hidden carbon",
        "How was it found?",
    ]


def test_before_the_first_price_the_report_says_no_cost_and_not_zero() -> None:
    found = hidden(LEDGER, on=dt.date(2020, 12, 31))

    assert found.facts["hidden_kg"] == "399.99955"
    assert (found.facts["carbon_fen"], found.facts["energy_fen"]) == (None, None)
    assert "–" in text(found)


def test_labels_that_cannot_be_are_shown_and_not_only_left_out() -> None:
    books_ = books(({"labels": json.dumps({"idle": "0.1"})}, 10),
                   ({"labels": json.dumps({"idle": "a tenth"})}, 10))  # fmt: skip
    found = hidden(books_)

    assert found.facts["hidden_kg"] == "1"
    assert "1 label cannot be" in text(found)
    assert "activity:a1" in text(found)
