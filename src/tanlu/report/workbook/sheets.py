"""Sheets of a workbook written row after row, going on where one is full.

Texts are texts whatever they begin with; numbers keep all their digits, so that a program which
computes in the same doubles comes to the same microgram.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CELL_LIMIT", "Column", "Grid", "letter", "opened"]

ROWS = 1_048_575  # of a sheet, less the header
CELL_LIMIT = 32_000
STEP = 20_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Column(NamedTuple):
    """A column: its key in the frame, header, kind (text, number or formula) and width."""

    key: str
    head: str
    kind: str = "text"
    width: float = 14


class Grid:
    """Where the cells of a table lie: sheet, letter and row of each, over all its sheets."""

    def __init__(self, name: str, columns: list[Column]) -> None:
        self.name = name
        self.columns = columns
        self._letters = {column.key: letter(i) for i, column in enumerate(columns)}

    def cell(self, key: str, place: pl.Expr) -> pl.Expr:
        """Give the address of a cell from another sheet; ``place`` is its row from 0."""
        import polars as pl

        part = place // ROWS
        name = pl.when(part == 0).then(pl.lit(self.name)).otherwise(
            pl.concat_str(pl.lit(f"{self.name} "), (part + 1).cast(pl.String))
        )  # fmt: skip
        return pl.format("'{}'!{}", name, self.here(key, place))

    def here(self, key: str, place: pl.Expr) -> pl.Expr:
        """Give the address of a cell on its own sheet."""
        import polars as pl

        return pl.format("{}{}", pl.lit(self._letters[key]), place % ROWS + 2)

    def ranges(self, key: str, first: int, last: int) -> list[str]:
        """Give the ranges of a column from one row to another, one for each sheet they lie on."""
        found = []
        at = self._letters[key]
        for part in range(first // ROWS, last // ROWS + 1):
            low = max(first, part * ROWS) % ROWS + 2
            high = min(last, (part + 1) * ROWS - 1) % ROWS + 2
            found.append(f"'{self.sheet(part)}'!${at}${low}:${at}${high}")
        return found

    def sheet(self, part: int) -> str:
        """Give the name of a part: the second is called 2."""
        return self.name if part == 0 else f"{self.name} {part + 1}"

    def write(self, book: Any, frame: pl.DataFrame, look: dict[str, Any]) -> Iterator[int]:
        """Write a frame that has a column of each key (a formula's value is ``key=``)."""
        for part in range(max(1, -(-frame.height // ROWS))):
            sheet = book.add_worksheet(self.sheet(part))
            self._head(sheet, look)
            piece = frame.slice(part * ROWS, ROWS)
            for start in range(0, piece.height, STEP):
                self._rows(sheet, piece.slice(start, STEP), start + 1, look)
                yield part * ROWS + start + min(STEP, piece.height - start)

    def _head(self, sheet: Any, look: dict[str, Any]) -> None:
        sheet.freeze_panes(1, 1)
        for i, column in enumerate(self.columns):
            sheet.set_column(i, i, column.width)
            sheet.write_string(0, i, column.head, look["head"])

    def _rows(self, sheet: Any, piece: pl.DataFrame, top: int, look: dict[str, Any]) -> None:
        number = look["number"]
        plan = [
            (i, column.kind, piece[column.key].to_list(),
             piece[f"{column.key}="].to_list() if column.kind == "formula" else None)
            for i, column in enumerate(self.columns)
        ]  # fmt: skip
        for row in range(piece.height):
            for i, kind, values, cached in plan:
                value = values[row]
                if value is None:
                    continue
                if kind == "text":
                    sheet.write_string(top + row, i, clean(str(value)))
                elif kind == "number":
                    sheet.write_number(top + row, i, value, number)
                elif cached is not None:
                    sheet.write_formula(top + row, i, f"={value}", number, _kept(cached[row]))


def _kept(value: Any) -> Any:
    # the value that a viewer shows before it computes
    return 0 if value is None else repr(float(value)) if isinstance(value, float) else value


def clean(text: str) -> str:
    """Give a text as a cell may hold it."""
    return CONTROL.sub("\ufffd", text)[:CELL_LIMIT]


def letter(column: int) -> str:
    """Give the letters of a column, from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def opened(path: str) -> Any:
    """Give an empty workbook that keeps no row in memory and every digit of a number."""
    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    class Exact(Worksheet):  # type: ignore[misc]
        def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
            # the library writes 16 digits; a double needs 17 to come back as it was
            said = "".join(f' {key}="{value}"' for key, value in attributes)
            self.fh.write(f"<c{said}><v>{number!r}</v></c>")

    book = xlsxwriter.Workbook(
        path,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False, "nan_inf_to_errors": True},
    )  # fmt: skip
    book.worksheet_class = Exact
    return book
