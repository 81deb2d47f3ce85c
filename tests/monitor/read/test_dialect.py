"""What a file is, told from its content."""

from __future__ import annotations

import gzip
import random
import time
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tests.monitor.files import TEXT, saved

from tanlu.errors import TanluError
from tanlu.monitor import sniff
from tanlu.monitor.read.dialect import names_of


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "，"])
def test_the_delimiter_is_found(tmp_path: Path, sign: str) -> None:
    found = sniff(saved(tmp_path, TEXT.replace(",", sign)))

    assert (found.delimiter, found.columns) == (
        sign, ("id", "mode", "kg", "km", "from", "to", "day"),
    )  # fmt: skip


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    text = "id;kg;km\n" + "".join(f"A{n};{n},5;{n},25\n" for n in range(20))

    assert sniff(saved(tmp_path, text)).delimiter == ";"


@pytest.mark.parametrize(("end", "name"), [("\n", "LF"), ("\r\n", "CRLF"), ("\r", "CR")])
def test_line_ends_are_found(tmp_path: Path, end: str, name: str) -> None:
    assert sniff(saved(tmp_path, TEXT.replace("\n", end))).line_end == name


def test_a_file_of_two_systems_has_mixed_ends(tmp_path: Path) -> None:
    assert sniff(saved(tmp_path, TEXT + TEXT.replace("\n", "\r"))).line_end == "mixed"


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    title = "某某物流有限公司运单明细表,,,,,,\n制表日期：2026-03-01,,,,,,\n\n"
    found = sniff(saved(tmp_path, title + TEXT))

    assert (found.header_line, found.columns[0]) == (4, "id")


def test_single_quotes_are_found(tmp_path: Path) -> None:
    text = "id,kg\n'1,a','2'\n'3','4'\n'5','6'\n"

    assert sniff(saved(tmp_path, text)).quote == "'"


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_an_error(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(TanluError, match="TL301"):
        sniff(saved(tmp_path, raw))


def test_an_absent_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    for path in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(TanluError, match="TL301"):
            sniff(path)


def test_a_compressed_file_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(TanluError, match="compressed"):
        sniff(saved(tmp_path, gzip.compress(b"id,kg\n1,2\n")))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<html><table><tr><td>运单号</td></tr></table></html>", "web page"),
        ('\n<?xml version="1.0"?><a/>', "XML"),
        ('[{"id": 1}, {"id": 2}]', "JSON"),
        ('{"id": 1}\n{"id": 2}\n', "JSON"),
    ],
)
def test_a_web_page_or_json_is_an_error_that_says_so(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(TanluError, match=what):
        sniff(saved(tmp_path, text, "export.xls"))


@pytest.mark.parametrize("head", [b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_damaged_file_of_another_format_is_an_error(tmp_path: Path, head: bytes) -> None:
    with pytest.raises(TanluError, match="TL301"):
        sniff(saved(tmp_path, head + b"\x00" * 100))


def test_names_are_unique_and_never_blank() -> None:
    assert names_of(["a", "a", "", None, " a  b\n", "_line"]) == (
        "a", "a (2)", "column 3", "column 4", "a b", "_line (2)",
    )  # fmt: skip


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["A"], "kg": [1.0]})
    frame.write_parquet(tmp_path / "file.csv")

    assert sniff(tmp_path / "file.csv").format == "parquet"
    assert sniff(saved(tmp_path, TEXT, "file.xlsx")).format == "csv"


def test_the_sheet_with_rows_is_taken(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        book.add_worksheet("封面").write_row(0, 0, ["title"])
        sheet = book.add_worksheet("明细")
        sheet.write_row(0, 0, ["id", "kg"])
        sheet.write_row(1, 0, ["A", 1])
    found = sniff(tmp_path / "b.xlsx")

    assert (found.sheet, found.sheets, found.rows) == ("明细", ("封面", "明细"), 1)
    with pytest.raises(TanluError, match="no sheet"):
        sniff(tmp_path / "b.xlsx", {"sheet": "x"})


def test_a_header_of_two_lines_is_one(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "三月台账")
        for column, name in ((0, "运单号"), (3, "重量(吨)"), (4, "里程(km)")):
            sheet.merge_range(1, column, 2, column, name)
        sheet.merge_range(1, 1, 1, 2, "运输信息")
        sheet.write_row(2, 1, ["运输方式", "发货日期"])
        sheet.write_row(3, 0, ["Y1", "公路", "2026-03-01", 1, 2])
    found = sniff(tmp_path / "b.xlsx")

    assert found.columns == ("运单号", "运输方式", "发货日期", "重量(吨)", "里程(km)")
    assert (found.header_line, found.rows) == (3, 1)
    text = "id,trip,,kg\n,mode,day,\nA1,road,2026-03-01,1\n"
    assert sniff(saved(tmp_path, text)).columns == ("id", "mode", "day", "kg")


@pytest.mark.parametrize(
    "text",
    [
        "id,a,,kg\nA1,x,,1\n",
        "id,a,,kg\n,x,1,\n",
        ",a,b\n0,x,y\n",
        "id,a,\nA1,x,y\n",
        "id,a,b\n,x,\n",
    ],
)
def test_a_row_of_data_is_no_second_line_of_the_header(tmp_path: Path, text: str) -> None:
    assert sniff(saved(tmp_path, text)).header_line == 1


def test_what_is_pinned_wins(tmp_path: Path) -> None:
    path = saved(tmp_path, "a;b\n1;2\n".encode("cp1252"))
    found = sniff(path, {"encoding": "latin-1", "delimiter": "|", "header_line": 2})

    assert (found.encoding, found.delimiter, found.columns) == (
        "iso8859-1", "|", ("1;2",),
    )  # fmt: skip
    with pytest.raises(TanluError, match="no encoding"):
        sniff(path, {"encoding": "klingon"})
    with pytest.raises(TanluError, match="no line"):
        sniff(path, {"header_line": 99})


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(random.Random(1).randbytes(20_000))

    with pytest.raises(TanluError, match=r"TL301.*neither text nor a workbook"):
        sniff(tmp_path / name)


def test_a_header_of_one_word_takes_no_longer_than_it_is_long() -> None:
    begun = time.process_time()
    found = names_of(["a", "a (3)"] + ["a"] * 60_000)
    assert time.process_time() - begun < 5
    assert found[:5] == ("a", "a (3)", "a (2)", "a (4)", "a (5)")
    assert len(set(found)) == len(found)


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "a (2) (2)", "b", ""]), max_size=12))
def test_names_are_the_first_that_are_free(cells: list[str]) -> None:
    taken = {"_line"}
    for place, (cell, name) in enumerate(zip(cells, names_of(cells), strict=True), start=1):
        stem = cell or f"column {place}"
        free = (f"{stem} ({n})" for n in range(2, 99) if f"{stem} ({n})" not in taken)
        assert name == (stem if stem not in taken else next(free))
        taken.add(name)
