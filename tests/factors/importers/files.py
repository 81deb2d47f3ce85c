"""Foreign files made by hand for the tests of this room."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

HEAD = (
    "ID", "Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text", "UOM", "GHG/Unit",
)  # fmt: skip
MEASURES = ("kg CO2e", "kg CO2e of CO2 per unit", "kg CO2e of CH4 per unit",
            "kg CO2e of N2O per unit")  # fmt: skip


def sheets(path: Path, tables: dict[str, list[list[object]]]) -> Path:
    """Write a workbook of sheets."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(line, column, cell)
    return path


def record(levels: str, *values: float | str | None, scope: str = "Scope 1") -> list[list[object]]:
    """Give the lines of one record: ``level 1 > 2 > 3 > 4 | column | unit`` and its gases."""
    path, column, unit = (each.strip() for each in levels.split("|"))
    names: list[object] = [each.strip() or None for each in path.split(" > ")]
    names += [None] * (4 - len(names))
    return [
        ["x", scope, *names, column or None, unit, measure, value]
        for measure, value in zip(MEASURES, values, strict=False)
    ]


def flat(path: Path, *records: list[list[object]], year: int = 2025) -> Path:
    """Write a flat file of an edition."""
    lines = [line for each in records for line in each]
    rows: list[list[object]] = [
        ["UK Government GHG Conversion Factors for Company Reporting"],
        [None, None, "Category"],
        [*HEAD, f"GHG Conversion Factor {year}"],
        *lines,
        [None, "END"],
    ]
    return sheets(path, {"Front page": [["x"]], "Factors by Category": rows})
