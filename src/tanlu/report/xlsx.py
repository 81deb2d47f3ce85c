"""A document as a workbook: a sheet a section, numbers as numbers, units in the headers."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

from tanlu.report.numbers import digits
from tanlu.terms import Document, Section

__all__ = ["Styles", "section_sheets", "workbook"]

NAME_LIMIT = 31
CELL_LIMIT = 32_000
BAD_NAME = re.compile(r"[\[\]:*?/\\']")
WIDEST, NARROWEST = 60, 10


def workbook(document: Document) -> bytes:
    """Give a document as an XLSX file.

    Texts are written as texts, never as formulas or links, whatever they begin with: a shipper
    named ``=HYPERLINK(…)`` stays a name.
    """
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": document.title, "author": "Tanlu 碳路"})
        section_sheets(book, document, set())
    return file.getvalue()


def section_sheets(book: Any, document: Document, used: set[str]) -> None:
    """Add a sheet for each section to a workbook; ``used`` are names that others have [lower]."""
    styles = Styles(book)
    for section in document.sections:
        _write(book.add_worksheet(_name(section.title, used)), section, styles)


class Styles:
    """The cell formats of a workbook, made when they are first needed."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.words = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#5C6A65"})
        self.head = book.add_format(
            {
                "bold": True,
                "bottom": 1,
                "text_wrap": True,
                "valign": "bottom",
                "bg_color": "#E1EFE9",
            }
        )
        self.text = book.add_format({"valign": "top"})

    def number(self, places: int) -> Any:
        """Give the format of a number with so many decimals."""
        form = "#,##0" + ("." + "0" * places if places else "")
        if form not in self._made:
            self._made[form] = self._book.add_format({"num_format": form})
        return self._made[form]


def _name(title: str, used: set[str]) -> str:
    base = BAD_NAME.sub(" ", title).strip()[:NAME_LIMIT] or "–"
    name, count = base, 2
    while name.lower() in used:
        suffix = f" {count}"
        name, count = base[: NAME_LIMIT - len(suffix)] + suffix, count + 1
    used.add(name.lower())
    return name


def _write(sheet: Any, section: Section, styles: Styles) -> None:
    sheet.write_string(0, 0, section.title[:CELL_LIMIT], styles.title)
    row = 1
    if section.text:
        sheet.merge_range(row, 0, row, 7, "", styles.words)
        sheet.write_string(row, 0, section.text[:CELL_LIMIT], styles.words)
        sheet.set_row(row, 15 * (1 + len(section.text) // 90))
        row += 1
    for label, value, unit in section.figures:
        sheet.write_string(row, 0, label[:CELL_LIMIT], styles.text)
        _figure(sheet, (row, 1), value, styles)
        sheet.write_string(row, 2, unit[:CELL_LIMIT], styles.text)
        row += 1
    if section.rows:
        _table(sheet, section, styles, row + 1)
    elif section.figures:
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 1, 22)
    if section.chart is not None and section.chart.links:
        _links(sheet, section, styles, row + len(section.rows) + 2)


def _figure(sheet: Any, at: tuple[int, int], value: str, styles: Styles) -> None:
    bare = value.replace(",", "")
    if re.fullmatch(r"-?\d+(\.\d+)?", bare):
        places = len(bare.partition(".")[2])
        sheet.write_number(*at, float(bare), styles.number(places))
    else:
        sheet.write_string(*at, value[:CELL_LIMIT], styles.text)


def _table(sheet: Any, section: Section, styles: Styles, top: int) -> None:
    """Write the table row after row, as a workbook that keeps none in memory wants it."""
    looks = []
    for i, name in enumerate(section.columns):
        column = [row[i] for row in section.rows]
        amounts = [value for value in column if isinstance(value, Decimal)]
        looks.append(styles.number(max(digits(amounts), 3) if amounts else 0))
        longest = max([len(name) // 2, *(len(str(v)) for v in column if isinstance(v, str))])
        sheet.set_column(i, i, min(max(longest + 2, NARROWEST + 3), WIDEST))
        sheet.write_string(top, i, name[:CELL_LIMIT], styles.head)
    for j, row in enumerate(section.rows, top + 1):
        for i, value in enumerate(row):
            if isinstance(value, int | float | Decimal):
                sheet.write_number(j, i, float(value), looks[i])
            elif value is not None:
                sheet.write_string(j, i, str(value)[:CELL_LIMIT], styles.text)
    sheet.autofilter(top, 0, top + len(section.rows), len(section.columns) - 1)
    sheet.freeze_panes(top + 1, 1)


def _links(sheet: Any, section: Section, styles: Styles, top: int) -> None:
    chart = section.chart
    if chart is None:
        return
    sheet.write_string(top - 1, 2, f"[{chart.unit}]", styles.head)
    for j, (source, target, value) in enumerate(chart.links, top):
        sheet.write_string(j, 0, source[:CELL_LIMIT], styles.text)
        sheet.write_string(j, 1, target[:CELL_LIMIT], styles.text)
        sheet.write_number(j, 2, value, styles.number(3))
    sheet.set_column(0, 1, 24)
