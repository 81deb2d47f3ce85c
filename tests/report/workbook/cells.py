"""A small spreadsheet: reads a workbook's formulas and computes them in doubles, from nothing."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RANGE = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)")
CELL = re.compile(r"(?:'([^']+)'!)?(?<![A-Z\d.])([A-Z]{1,3})(\d+)(?![\d(])")


class Book:
    """Cells by sheet and address: numbers, texts, and formulas that are computed when asked."""

    def __init__(self, path: Path) -> None:
        self.cells: dict[str, dict[str, Any]] = {}
        self.formulas: dict[tuple[str, str], str] = {}
        with zipfile.ZipFile(path) as folder:
            book = ET.fromstring(folder.read("xl/workbook.xml"))
            links = ET.fromstring(folder.read("xl/_rels/workbook.xml.rels"))
            files = {link.get("Id"): link.get("Target") for link in links}
            shared = self._texts(folder)
            for sheet in book.iter(f"{SPACE}sheet"):
                name = str(sheet.get("name"))
                root = ET.fromstring(folder.read(f"xl/{files[sheet.get(RELATION)]}"))
                self.cells[name] = {}
                for cell in root.iter(f"{SPACE}c"):
                    self._read(name, cell, shared)
        self.known: dict[tuple[str, str], float] = {}

    @staticmethod
    def _texts(folder: zipfile.ZipFile) -> list[str]:
        if "xl/sharedStrings.xml" not in folder.namelist():
            return []
        root = ET.fromstring(folder.read("xl/sharedStrings.xml"))
        return ["".join(t.text or "" for t in item.iter(f"{SPACE}t")) for item in root]

    def _read(self, name: str, cell: ET.Element, shared: list[str]) -> None:
        at = str(cell.get("r"))
        formula, value = cell.find(f"{SPACE}f"), cell.find(f"{SPACE}v")
        if formula is not None:
            self.formulas[name, at] = str(formula.text)
        elif cell.get("t") == "inlineStr":
            self.cells[name][at] = "".join(t.text or "" for t in cell.iter(f"{SPACE}t"))
        elif value is not None:
            text = str(value.text)
            self.cells[name][at] = shared[int(text)] if cell.get("t") == "s" else float(text)

    def value(self, sheet: str, at: str) -> Any:
        """The value of a cell, computed if it is a formula; an empty one counts as nought."""
        if (sheet, at) not in self.formulas:
            return self.cells[sheet].get(at, 0.0)
        if (sheet, at) not in self.known:
            self.known[sheet, at] = self._compute(sheet, self.formulas[sheet, at])
        return self.known[sheet, at]

    def _compute(self, sheet: str, formula: str) -> float:
        names: dict[str, Any] = {"ROUND": rounded, "SUM": added, "SUMIFS": added_if}

        def keep(value: Any) -> str:
            names[f"v{len(names)}"] = value
            return f"v{len(names) - 1}"

        def span(found: re.Match[str]) -> str:
            where, column = found[1] or sheet, found[2]
            rows = range(int(found[3]), int(found[5]) + 1)
            return keep([self.value(where, f"{column}{row}") for row in rows])

        def one(found: re.Match[str]) -> str:
            return keep(self.value(found[1] or sheet, f"{found[2]}{found[3]}"))

        text = CELL.sub(one, RANGE.sub(span, formula))
        return float(eval(text, {"__builtins__": {}}, names))

    def column(self, sheet: str, head: str) -> list[Any]:
        """The values below a header."""
        row = {
            value: at
            for at, value in self.cells[sheet].items()
            if at.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "1"
        }
        letters = row[head].rstrip("1")
        last = max(
            int(re.sub(r"\D", "", at))
            for at in [*self.cells[sheet], *(a for s, a in self.formulas if s == sheet)]
        )
        return [self.value(sheet, f"{letters}{i}") for i in range(2, last + 1)]


def rounded(value: float, places: float) -> float:
    assert places == 0
    return math.copysign(math.floor(abs(value) + 0.5), value)


def added(*parts: list[Any]) -> float:
    return math.fsum(v for part in parts for v in part if isinstance(v, float))


def added_if(amounts: list[Any], keys: list[Any], key: Any) -> float:
    return math.fsum(a for a, k in zip(amounts, keys, strict=True) if k == key)
