"""A sheet of a workbook as text, with its numbers as they are kept and not as they are shown."""

from __future__ import annotations

import re
import zipfile
from functools import reduce
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers.read import bounds
from tanlu.factors.importers.read.archive import Archive

__all__ = ["Sheet", "sheet_names", "sheet_of"]

# references that alone make a sheet large: beyond column ZZ or row 99 999
FAR = re.compile(rb"""\sr=["'](?:[A-Za-z]{3,}\d*|[A-Za-z]*\d{6,})["']""")
PLACE = re.compile(rb"""\sr=["']([A-Za-z]{0,7})(\d{0,18})["']""")


class Sheet(NamedTuple):
    """Cells as text, and the same cells as numbers where they are numbers; columns ``c0, c1, …``.

    Both have ``_line``, the row of the sheet from 1.
    """

    name: str
    text: pl.DataFrame
    numbers: pl.DataFrame


def sheet_names(path: Path) -> tuple[str, ...]:
    """Give the names of the sheets.

    Raises
    ------
    TanluError
        TL220 for what is no workbook.
    """
    return tuple(_opened(path).sheet_names)


def sheet_of(path: Path, name: str) -> Sheet:
    """Give one sheet.

    The decoder writes a number with nine decimals where it makes text of it: what was
    0.0000965517 would be 0.000096552, so numbers are asked for as numbers.

    Raises
    ------
    TanluError
        TL220 for what cannot be read, TL221 for a sheet with a stray cell far away.
    """
    book = _opened(path)
    if name not in book.sheet_names:
        raise TanluError("TL220", value=path.name, why=f"it has no sheet {name}")
    with bounds.guarded(path):
        text = _frame(book, name, "string")
        numbers = _frame(book, name, "float")
    bounds.within(path, text.height, bounds.ROWS, "rows")
    return Sheet(name, text, numbers)


def _opened(path: Path) -> Any:
    import fastexcel

    with bounds.guarded(path):
        if zipfile.is_zipfile(path):
            _looked_through(path)
        return fastexcel.read_excel(path)


def _looked_through(path: Path) -> None:
    # a stray cell in the last corner of a sheet asks the decoder for more memory than there is
    with Archive(path) as archive:
        for name in archive.names:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                bounds.within(path, _spanned(archive.read(name)), bounds.CELLS, "cells")


def _spanned(xml: bytes) -> int:
    if not FAR.search(xml):
        return 0
    lines, columns = [1], [1]
    for letters, digits in PLACE.findall(xml):
        lines.append(int(digits or 1))
        columns.append(reduce(lambda place, sign: place * 26 + sign - 64, letters.upper(), 0))
    return (max(lines) - min(lines) + 1) * max(columns)


def _frame(book: Any, name: str, kind: str) -> pl.DataFrame:
    loaded = book.load_sheet(name, header_row=None, skip_rows=0, dtypes=kind)
    found: pl.DataFrame = loaded.to_polars() if loaded.width else pl.DataFrame()
    named = found.rename({old: f"c{place}" for place, old in enumerate(found.columns)})
    kept = named.with_columns(pl.all().cast(pl.String if kind == "string" else pl.Float64))
    return kept.with_row_index("_line", offset=1).with_columns(pl.col("_line").cast(pl.Int64))
