"""The figures of a sheet: stages, shares, quality; null where nothing is known."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from tests.report.product.books import books

from tanlu.report.product.facts import findings_of, kg, quality, rated, ratio, sheet
from tanlu.report.product.ledger import of_ledger, of_subject
from tanlu.terms import schema


def rows(subject: str = "S1") -> pl.DataFrame:
    return of_subject(of_ledger(books(), None)[0], subject)


def test_the_stages_add_up_to_the_total() -> None:
    facts = sheet(rows(), {})
    parts = [Decimal(row["co2e_kg"]) for row in facts["stages"] if row["co2e_kg"]]

    assert sum(parts) == Decimal(facts["co2e_kg"]) == Decimal("2.240000001")


def test_a_stage_without_data_is_null_and_not_zero() -> None:
    facts = {row["stage"]: row for row in sheet(rows(), {})["stages"]}

    assert [facts["production"]["state"], facts["production"]["co2e_kg"]] == ["missing", None]
    assert "use" not in facts


def test_an_excluded_stage_says_its_reason() -> None:
    facts = sheet(rows(), {"use": {"en": "none", "zh": "无"}})["stages"]
    told = next(row for row in facts if row["stage"] == "use")

    assert (told["state"], told["excluded"]["zh"]) == ("excluded", "无")


def test_emissions_without_a_stage_stand_in_a_row_of_their_own() -> None:
    facts = {row["stage"]: row for row in sheet(rows("S2"), {})["stages"]}

    assert facts["untold"]["co2e_kg"] == "0.07"


def test_contributions_come_largest_first_and_are_all_of_it() -> None:
    facts = sheet(rows(), {})
    sizes = [Decimal(row["co2e_kg"]) for row in facts["contributions"]]

    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == Decimal(facts["co2e_kg"])


def test_what_flies_is_told_apart() -> None:
    assert sheet(rows(), {})["aircraft_kg"] == "0.09"


def test_the_share_of_primary_data_is_by_contribution() -> None:
    assert quality(rows())["primary_percent"] == "66.9643"


def test_a_credit_does_not_push_a_share_out_of_its_range() -> None:
    frame = pl.DataFrame(
        {"co2e_ug": [100, -90], "data": ["primary", "secondary"], "dqr": [1.0, None]}
    )
    found = quality(frame)

    assert found == {
        "primary_percent": "52.6316", "dqr": "1.00", "dqr_coverage_percent": "52.6316",
    }  # fmt: skip


def test_a_line_is_rated_as_told_else_as_its_factor() -> None:
    from tanlu.factors import library

    factor = library().factors.filter(pl.col("pedigree") == "22232")["factor_id"][0]
    frame = pl.DataFrame(
        {
            "factor_id": [factor, factor, factor, "x#flow"],
            "dqr": [1.5, None, None, None],
            "data": ["assumed", "assumed", "primary", "primary"],
        },
        schema_overrides={"dqr": pl.Float64},
    )

    # pedigree 22232: technology 2, geography 3, time 2; precision 5 of assumed, 1 of primary data
    assert rated(frame, library())["dqr"].to_list() == [1.5, 3.0, 2.0, None]


def test_nothing_rated_has_no_rating() -> None:
    assert quality(rows())["dqr"] is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_finding_is_told_in_the_language_of_the_reader(language: str) -> None:
    found = schema("finding").fit(
        pl.DataFrame([{"finding_id": "x", "code": "TL529", "severity": "warning", "count": 1,
                       "value": "trunk"}])
    )  # fmt: skip

    assert "trunk" in findings_of(found, language)[0]["text"]


def test_amounts_are_decimal_text() -> None:
    assert [kg(1), kg(None), kg(-1_500_000_000), ratio(39.4994), ratio(None)] == [
        "0.000000001", None, "-1.5", "39.5", None,
    ]  # fmt: skip
