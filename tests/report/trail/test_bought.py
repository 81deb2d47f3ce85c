"""A subject whose electricity was bought shows both bases, each with its own reason."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.account.market.test_books import used
from tests.account.market.test_instruments import lines

from tanlu.account import quantify_all
from tanlu.report import text, why
from tanlu.report.trail.bought import bought
from tanlu.store import Workspace, open_workspace


@pytest.fixture
def books(tmp_path: Path) -> Workspace:
    made = open_workspace(tmp_path / "books", create=True)
    rows = [used(0, 1500), used(1, 500), used(2, technology="pv.onsite")]
    made.append("activity", pl.DataFrame(rows, infer_schema_length=None))
    (made.path / "instruments.csv").write_bytes(lines({"co2e_g_per_kwh": "36"}))
    list(quantify_all(made, profile="ghg_protocol"))
    return made


def test_a_row_by_market_tells_what_covers_it_and_at_which_rate(books: Workspace) -> None:
    [row] = why(books, "a0", profile="ghg_protocol").facts["by_market"]

    assert (row["covered_percent"], row["instruments"]) == ("50.0000", "G1")
    assert (row["rate_g_per_kwh"], row["energy_j"]) == ("36", 1500 * 3_600_000)


def test_the_total_of_a_subject_is_by_location_and_its_sheet_is_equal(books: Workspace) -> None:
    facts = why(books, "a0", profile="ghg_protocol").facts

    assert facts["total"]["co2e_kg"] == facts["total"]["generation_kg"] == "662.85"
    assert facts["legs"][0]["sheets"][0]["differences"] == []


def test_own_generation_is_covered_by_itself(books: Workspace) -> None:
    [row] = why(books, "a2", profile="ghg_protocol").facts["by_market"]

    assert (row["covered_percent"], row["instruments"], row["co2e_ug"]) == ("100.0000", None, "0")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_people_read_it_in_their_tongue(books: Workspace, language: str) -> None:
    said = text(why(books, "a0", profile="ghg_protocol", language=language))

    assert {"en": "Electricity by market", "zh": "按市场基准的电力"}[language] in said
    assert "G1" in said


def test_nothing_bought_is_nothing_said(books: Workspace) -> None:
    assert bought(books, pl.DataFrame(), "ghg_protocol", None) == []
