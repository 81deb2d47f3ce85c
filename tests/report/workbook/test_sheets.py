"""Sheets hold texts as texts and numbers with all their digits."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.workbook.cells import Book

from tanlu.report.workbook import sheets
from tanlu.report.workbook.sheets import CELL_LIMIT, Column, Grid, clean, letter, opened

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "https://x.org", "{=1}", "a\x08b", "x" * 40_000, "_x000D_")


def written(path: Path, frame: pl.DataFrame, columns: list[Column]) -> Book:
    grid = Grid("S", columns)
    with opened(str(path)) as book:
        for _ in grid.write(book, frame, {"head": None, "number": None}):
            pass
    return Book(path)


def test_a_text_is_never_a_formula(tmp_path: Path) -> None:
    book = written(tmp_path / "x.xlsx", pl.DataFrame({"t": EVIL}), [Column("t", "T")])

    assert book.formulas == {}
    assert book.column("S", "T")[:6] == list(EVIL[:6])
    assert len(book.column("S", "T")[7]) == CELL_LIMIT


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, n: float) -> None:
    path = tmp_path_factory.mktemp("n") / "x.xlsx"
    book = written(path, pl.DataFrame({"n": [n]}), [Column("n", "N", "number")])

    assert book.column("S", "N") == [n]


def test_null_is_an_empty_cell(tmp_path: Path) -> None:
    frame = pl.DataFrame({"t": [None, "a"], "n": [1.5, None]}, {"t": pl.String, "n": pl.Float64})
    book = written(tmp_path / "x.xlsx", frame, [Column("t", "T"), Column("n", "N", "number")])

    assert book.cells["S"] == {"A1": "T", "B1": "N", "B2": 1.5, "A3": "a"}


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_letters(place: int, name: str) -> None:
    assert letter(place) == name


def test_a_range_over_two_sheets_is_two_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 10)
    grid = Grid("S", [Column("t", "T")])

    assert grid.ranges("t", 3, 21) == [
        "'S'!$A$5:$A$11", "'S 2'!$A$2:$A$11", "'S 3'!$A$2:$A$3",
    ]  # fmt: skip


def test_what_xml_forbids_is_replaced() -> None:
    assert clean("a\x00\ud800") == "a\ufffd\ufffd"
