"""Gases with their GWP come to what is kept; factors name their documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.report.workbook.cells import Book
from tests.report.workbook.test_book import last
from tests.report.workspace import made

from tanlu.report import workbook


@pytest.fixture
def book(tmp_path: Path) -> Book:
    last(workbook(made(tmp_path), tmp_path / "b.xlsx"))
    return Book(tmp_path / "b.xlsx")


def test_masses_times_gwp_come_to_the_total_but_for_rounding(book: Book) -> None:
    rows, potentials = 8, 1 + 29.8 + 273
    found = book.column("GWP", "Difference [µg]")

    assert abs(found[-1]) <= 0.5 * rows * (potentials + 1)
    assert "Σ" in book.column("GWP", "Gas")


def test_every_factor_has_a_document_and_a_licence(book: Book) -> None:
    assert [t for t in book.column("Factors", "Source") if not t] == []
    assert [t for t in book.column("Factors", "Licence") if not t] == []


def test_the_first_sheet_says_how_to_verify_and_from_what(book: Book) -> None:
    said = " ".join(str(value) for value in book.cells["Read me"].values())

    assert next(iter(book.cells)) == "Read me"
    assert "tanlu verify" in said
    assert "SHA-256 of the formulas" in said
