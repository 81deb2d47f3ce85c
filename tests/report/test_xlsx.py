"""The workbook: numbers are numbers, texts never become formulas."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal

import polars as pl
import pytest
from tests.report.ledger import network

from tanlu.report import transport
from tanlu.report.xlsx import workbook
from tanlu.terms import Document, Section

EVIL = ('=HYPERLINK("x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "https://example.org", "=cmd|x")


def sheets(made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as folder:
        return "".join(
            folder.read(name).decode() for name in folder.namelist() if "worksheets" in name
        )


def test_texts_never_become_formulas_or_links() -> None:
    section = Section(
        "S", EVIL[0], ((EVIL[0], EVIL[1], EVIL[2]),), ("n",), tuple((e,) for e in EVIL)
    )
    made = sheets(workbook(Document("=D", "en", (section,))))

    assert re.findall(r"<f>|<hyperlink", made) == []


def test_numbers_come_back_as_numbers() -> None:
    section = Section("S", "", (), ("x [t]", "n"), ((Decimal("1.5"), 3), (None, 4)))
    table = pl.read_excel(
        io.BytesIO(workbook(Document("D", "en", (section,)))), engine="calamine",
        read_options={"header_row": 2},
    )  # fmt: skip

    assert table["x [t]"].to_list() == [1.5, None]
    assert table["n"].to_list() == [3, 4]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_is_a_sheet_for_every_section(language: str) -> None:
    document = transport(network(), language=language)
    with zipfile.ZipFile(io.BytesIO(workbook(document))) as folder:
        names = [name for name in folder.namelist() if "worksheets/sheet" in name]

    assert len(document.sections) == len(names)


def test_equal_and_forbidden_titles_become_different_names() -> None:
    sections = tuple(Section(title, "words") for title in ("a/b?", "a b", "A:B" * 20, "A:B" * 20))

    assert workbook(Document("D", "en", sections)).startswith(b"PK")
