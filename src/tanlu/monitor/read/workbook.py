"""Sheets of a workbook as text: dates as ISO, numbers as they stand, errors of formulas named."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.read.guarded import guarded

__all__ = ["Book", "failures"]

# a cell that holds the error of a formula, as spreadsheet programs write it; each repetition has an
# end and stops at the next sign, so that no text takes longer than in proportion to its length
FAILED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]{0,200}?\bt="e"[^<>]{0,200}>'
    rb"(?:<f[^<]{0,8192}</f>|<f[^<>]{0,400}/>)?(?:<v>([^<]{0,80}))?"
)
EXTENT = re.compile(rb'<dimension ref="([A-Z]+)\d+')
SHEET = re.compile(rb"<sheet\b([^>]*)/?>")
RELATION = re.compile(rb"<Relationship\b([^>]*)/?>")
# references that alone make a sheet large: beyond column ZZ or row 99 999
FAR = re.compile(rb"""\sr=["'](?:[A-Za-z]{3,}\d*|[A-Za-z]*\d{6,})["']""")
PLACE = re.compile(rb"""\sr=["']([A-Za-z]*)(\d*)["']""")
MOST = 100_000_000  # cells between the first and the last: the decoder holds them all
# sheets of a workbook, and bytes of them that are looked through for the first full one: a thousand
# names may lead to the same sheet
MOST_SHEETS, LOOKED = 1_000, 256 << 20
MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"


class Book:
    """An opened workbook.

    Raises
    ------
    TanluError
        TL301 when it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        import fastexcel

        self.path = path
        self._near: set[str] = set()
        self._looked = 0
        with guarded(path):
            self._reader = fastexcel.read_excel(path)
        self.sheets: tuple[str, ...] = tuple(self._reader.sheet_names)
        if not self.sheets:
            raise TanluError("TL301", value=path.name, why="it has no sheet")
        if len(self.sheets) > MOST_SHEETS:
            why = f"it has {len(self.sheets):,} sheets; {MOST_SHEETS:,} at most"
            raise TanluError("TL301", value=path.name, why=why)

    def first_full(self) -> str:
        """Give the first sheet that holds more than one row, if it comes soon, else the first."""
        for name in self.sheets:
            if self._looked > LOOKED:
                break
            if self._load(name, rows=2).total_height > 1:
                return name
        return self.sheets[0]

    def top(self, sheet: str, rows: int) -> tuple[list[list[str | None]], int]:
        """Give the first rows of a sheet as texts, and how many rows it has."""
        loaded = self._load(sheet, rows=rows)
        return [list(row) for row in self._texts(loaded).rows()], int(loaded.total_height)

    def frame(self, sheet: str) -> pl.DataFrame:
        """Give a whole sheet as texts, with the row of the sheet from 1 as ``_line``."""
        texts = self._texts(self._load(sheet))
        return texts.with_row_index("_line", offset=1).with_columns(pl.col("_line").cast(pl.Int64))

    def _load(self, sheet: str, rows: int | None = None) -> Any:
        # a stray cell in the last corner of a sheet asks the decoder for more memory than there
        # is, and that ends the process: no exception could be caught
        if sheet not in self._near:
            xml = _xml(self.path, sheet)
            self._looked += len(xml)
            if spanned(xml) > MOST:
                why = f"a cell of {sheet} lies far away"
                raise TanluError("TL301", value=self.path.name, why=why)
        self._near.add(sheet)
        with guarded(self.path):
            return self._reader.load_sheet(
                sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string"
            )

    def _texts(self, loaded: Any) -> pl.DataFrame:
        found: pl.DataFrame = loaded.to_polars() if loaded.width else pl.DataFrame()
        return found.rename(lambda name: name.replace("__UNNAMED__", "c")).with_columns(
            pl.all().cast(pl.String).str.replace(MIDNIGHT, "$1")
        )


def spanned(xml: bytes) -> int:
    """Give how many cells lie between the first and the last of a sheet, 0 where few must."""
    if not FAR.search(xml):
        return 0
    lines, columns = [], []
    for letters, digits in PLACE.findall(xml):
        if digits:
            lines.append(int(digits[:18]))
        if letters:
            columns.append(_place(letters[:12].upper()))
    tall, wide = ((max(each) - min(each) + 1 if each else 1) for each in (lines, columns))
    return tall * wide


def failures(path: Path, sheet: str) -> pl.DataFrame:
    """Give the cells that hold an error: ``_line``, ``place`` (column from 0), ``error``."""
    xml = _xml(path, sheet)
    extent = EXTENT.search(xml[:65536])
    left = _place(extent.group(1)) if extent else 0
    rows = [
        (int(line), _place(column) - left, value.decode("utf-8", "replace") or "#ERROR!")
        for column, line, value in FAILED.findall(xml)
    ]
    kinds = {"_line": pl.Int64, "place": pl.Int64, "error": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _xml(path: Path, sheet: str) -> bytes:
    """Give the XML of a sheet, empty when the workbook is of another kind."""
    if not zipfile.is_zipfile(path):
        return b""
    with guarded(path), zipfile.ZipFile(path) as book:
        if "xl/workbook.xml" not in book.namelist():
            return b""
        parts = {
            _attribute(raw, "Id"): _attribute(raw, "Target")
            for raw in RELATION.findall(book.read("xl/_rels/workbook.xml.rels"))
        }
        for raw in SHEET.findall(book.read("xl/workbook.xml")):
            if _attribute(raw, "name") == sheet:
                target = parts[_attribute(raw, "r:id")].removeprefix("/xl/")
                return book.read(f"xl/{target}")
    return b""


def _attribute(raw: bytes, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"'.encode(), raw)
    text = found.group(1).decode("utf-8", "replace") if found else ""
    for escaped, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(escaped, plain)
    return text.replace("&amp;", "&")
