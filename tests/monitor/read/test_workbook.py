"""Sheets of a workbook as text."""

from __future__ import annotations

import re
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.monitor.files import HEADER, mapping, saved, whole

from tanlu.errors import TanluError
from tanlu.monitor.read import workbook
from tanlu.monitor.read.workbook import Book, failures


def book(folder: Path, *rows: tuple[Any, ...], first: int = 0) -> Path:
    path = folder / "book.xlsx"
    options = {"default_date_format": "yyyy/m/d", "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(path, options) as file:
        sheet = file.add_worksheet("明细")
        for at, row in enumerate(rows):
            sheet.write_row(first + at, 0, row)
    return path


def test_a_workbook_is_read_like_a_text(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        tuple(HEADER.split(",")),
        ("A1", "road", 1.5, 350, "a", "b", date(2026, 3, 1)),
        ("A2", "rail", "2", "1e2", "a", "b", "2026-03-02"),
    )
    found = whole(path)

    assert found.activities.select("mass_mg", "distance_m").rows() == [
        (1_500_000, 350_000), (2_000_000, 100_000),
    ]  # fmt: skip
    assert found.activities["source_sheet"].to_list() == ["明细", "明细"]
    assert found.activities["source_line"].to_list() == [2, 3]


def test_dates_of_a_sheet_are_iso_and_midnight_is_a_day(tmp_path: Path) -> None:
    path = book(tmp_path, ("a", "b"), (date(2026, 3, 1), datetime(2026, 3, 1, 8, 30)))
    frame = Book(path).frame("明细")

    assert frame.row(1)[1:] == ("2026-03-01", "2026-03-01 08:30:00")


def test_the_error_of_a_formula_breaks_its_row_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as file:
        sheet = file.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["A1", "road", None, 1, "a", "b", "2026-03-01"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 0, ["A2", "road", 1, 1, "a", "b", "2026-03-01"])
    found = whole(path)

    assert found.quarantine.select("code", "value").rows() == [("TL310", "kg #DIV/0!")]
    assert found.activities["activity_id"].to_list() == ["A2"]


def test_an_error_in_a_column_that_is_not_read_breaks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as file:
        sheet = file.add_worksheet()
        sheet.write_row(0, 0, [*HEADER.split(","), "note"])
        sheet.write_row(1, 0, ["A1", "road", 1, 1, "a", "b", "2026-03-01"])
        sheet.write_formula(1, 7, "=1/0", None, "#DIV/0!")

    assert whole(path).activities.height == 1


def test_a_title_that_is_merged_over_the_header_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as file:
        sheet = file.add_worksheet()
        sheet.merge_range(0, 0, 0, 6, "三月运单明细", file.add_format({"align": "center"}))
        sheet.write_row(2, 0, HEADER.split(","))
        sheet.write_row(3, 0, ["A1", "road", 1, 1, "a", "b", "2026-03-01"])
    found = whole(path)

    assert found.activities["source_line"].to_list() == [4]


def test_empty_rows_of_a_sheet_are_no_rows(tmp_path: Path) -> None:
    row = ("A1", "road", 1, 1, "a", "b", "2026-03-01")
    path = book(tmp_path, tuple(HEADER.split(",")), (), row, (), ())

    assert whole(path).rows_in == 1


def test_a_damaged_workbook_is_an_error(tmp_path: Path) -> None:
    raw = book(tmp_path, ("a",), (1,)).read_bytes()
    for at in (30, len(raw) // 2, len(raw) - 5):
        with pytest.raises(TanluError, match="TL301"):
            Book(saved(tmp_path, raw[:at], "half.xlsx"))


def test_an_archive_that_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("x", "y")

    with pytest.raises(TanluError, match="TL301"):
        Book(tmp_path / "a.zip")
    assert failures(tmp_path / "a.zip", "x").is_empty()


def test_a_sheet_with_a_header_only_has_no_rows(tmp_path: Path) -> None:
    from tanlu.monitor import read

    assert sum(b.rows_in for b in read(book(tmp_path, tuple(HEADER.split(","))), mapping())) == 0


@pytest.mark.parametrize("corner", ["XFD1048576", "inlineStrG2", "AAAAAA1", "A99999999999"])
def test_a_stray_cell_far_away_is_refused_before_it_takes_all_memory(
    tmp_path: Path, corner: str
) -> None:
    # the decoder holds every cell between the first and the last: 412 GB for the last corner

    path, far = tmp_path / "near.xlsx", tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(300):
            sheet.write_row(row, 0, ["x"] * 30)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(far, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name.endswith("sheet1.xml"):
                raw = raw.replace(b'r="AD300"', f'r="{corner}"'.encode())
            new.writestr(name, raw)

    assert Book(path).frame("Sheet1").height == 300
    with pytest.raises(TanluError, match="TL301"):
        Book(far).frame("Sheet1")


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 3), (4, 16_383)])
def test_a_tall_or_a_wide_sheet_is_read(tmp_path: Path, row: int, column: int) -> None:
    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "id")
        sheet.write(row, column, "x")
        sheet.write(2, 2, "x")

    assert Book(path).frame("Sheet1").height == row + 1


@pytest.mark.parametrize("junk", [b'<c r="A1" t="e"', b'<c r="A1" t="e"><f', b' t="e" ' * 30])
def test_what_stands_behind_a_sheet_takes_no_longer_than_it_is_long(
    tmp_path: Path, junk: bytes
) -> None:
    plain, path = book(tmp_path, ("a", "b"), ("1", "2")), tmp_path / "junk.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                # decoders end where the cells end: nobody else looks behind them
                data += b'<c r="A1" ' + junk * (400_000 // len(junk))
            new.writestr(part, data)
    assert path.stat().st_size < 20_000
    assert Book(path).frame("明细").height == 2
    begun = time.process_time()
    failures(path, "明细")
    assert time.process_time() - begun < 2


def test_the_error_of_a_shared_formula_is_seen_too(tmp_path: Path) -> None:
    plain, path = book(tmp_path, ("a", "b"), ("1", "2")), tmp_path / "shared.xlsx"
    cell = b'<c r="B3" s="1" t="e"><f t="shared" si="0"/><v>#N/A</v></c>'
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            row = b'<row r="3">' + cell + b"</row></sheetData>"
            new.writestr(part, old.read(part).replace(b"</sheetData>", row))
    assert failures(path, "明细").rows() == [(3, 1, "#N/A")]


def many(folder: Path, count: int) -> Path:
    """A workbook whose sheets are all the same one, which has nothing in it but spaces."""
    plain, path = book(folder, ("a",)), folder / "many.xlsx"
    said = b"".join(
        b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (at, at + 1) for at in range(count)
    )
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/workbook.xml":
                data = re.sub(rb"<sheet [^>]*/>", said, data)
            elif part.filename.startswith("xl/worksheets/"):
                data = data.replace(b"</sheetData>", b" " * 100_000 + b"</sheetData>")
            new.writestr(part, data)
    return path


def test_a_thousand_names_of_one_sheet_are_not_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    monkeypatch.setattr(workbook, "LOOKED", 450_000)
    monkeypatch.setattr(workbook, "spanned", lambda xml: looked.append(len(xml)) or 0)
    assert Book(many(tmp_path, 900)).first_full() == "s0"
    assert len(looked) == 5
    with pytest.raises(TanluError, match="it has 1,001 sheets"):
        Book(many(tmp_path, 1001))
