"""The lines of the flat file, and the records that they make: one line is one gas.

Source: DESNZ, Greenhouse gas reporting: conversion factors, "flat file (for automatic processing
only)", sheet "Factors by Category", editions 2016 to 2025.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals
from tanlu.factors.importers.imported import fault, faultless
from tanlu.factors.importers.read import Sheet, sheet_names, sheet_of

__all__ = ["LEVELS", "MEASURES", "SHEET", "Edition", "edition"]

SHEET = "Factors by Category"
HEADINGS = {
    "scope": "scope", "level 1": "level_1", "level 2": "level_2", "level 3": "level_3",
    "level 4": "level_4", "column text": "column", "uom": "unit", "ghg": "gas", "ghg/unit": "gas",
}  # fmt: skip
LEVELS = ("level_1", "level_2", "level_3", "level_4", "column", "unit")
GASES = {
    "kg co2e": "co2e", "kg co2": "co2", "kg ch4": "ch4", "kg n2o": "n2o",
    "kg co2e of co2": "co2", "kg co2e of ch4": "ch4", "kg co2e of n2o": "n2o",
    "kg co2e of co2 per unit": "co2", "kg co2e of ch4 per unit": "ch4",
    "kg co2e of n2o per unit": "n2o", "kwh": "kwh", "kwh (net cv)": "kwh", "kwh (net)": "kwh",
}  # fmt: skip
MEASURES = ("co2e", "co2", "ch4", "n2o", "kwh")
PARTS = ("co2", "ch4", "n2o")
VALUE = "GHG Conversion Factor"
# four numbers of five decimals, each off by half of the last; of two decimals where per tonne
OFF, OFF_SHARE = 2.01e-5, 1e-5


class Edition(NamedTuple):
    """One file: its year, its records with a value, its lines and those in which none stands."""

    year: int
    records: pl.DataFrame
    lines: int
    blank: int


def edition(path: Path) -> Edition:
    """Give the records of a file: the levels, ``MEASURES`` as decimal text, where they stand.

    Raises
    ------
    TanluError
        TL220 for a file that is not the flat file, TL221 for one that asks for too much.
    """
    if SHEET not in sheet_names(path):
        raise TanluError("TL220", value=path.name, why=f"it has no sheet {SHEET}")
    sheet = sheet_of(path, SHEET)
    head, columns, year = _heading(sheet, path)
    value = next(old for old, new in columns.items() if new == "told")
    text = sheet.text.select(
        "_line", *(pl.col(old).str.strip_chars().alias(new) for old, new in columns.items())
    )
    lines = text.with_columns(
        pl.col("told").replace("", None),
        pl.col("gas").str.to_lowercase(),
        number=decimals.kept(sheet.numbers[value]),
    ).slice(head + 1)
    placed = pl.all_horizontal(
        pl.col(name).is_not_null() & (pl.col(name) != "END") for name in ("scope", "level_1")
    )
    # a number without its levels is no line to be passed over: it is refused below
    named = lines.filter(placed | pl.col("told").is_not_null())
    told = named.filter(pl.col("told").is_not_null())
    return Edition(year, _summed(_refused(_wide(told))), named.height, named.height - told.height)


def _heading(sheet: Sheet, path: Path) -> tuple[int, dict[str, str], int]:
    for place, row in enumerate(sheet.text.head(20).drop("_line").rows()):
        cells = {f"c{at}": (cell or "").strip() for at, cell in enumerate(row)}
        columns = {
            name: HEADINGS[cell.casefold()]
            for name, cell in cells.items()
            if cell.casefold() in HEADINGS
        }
        value = [name for name, cell in cells.items() if cell.startswith(VALUE)]
        wanted = {*LEVELS, "gas", "scope"}
        if value and wanted <= set(columns.values()) and cells[value[0]][-4:].isdigit():
            return place, {**columns, value[0]: "told"}, int(cells[value[0]][-4:])
    raise TanluError("TL220", value=path.name, why="its headings are not those of the flat file")


def _wide(lines: pl.DataFrame) -> pl.DataFrame:
    """Give one row a record, its measures side by side; what is no measure is its own record."""
    known = lines.with_columns(measure=pl.col("gas").replace_strict(GASES, default=None))
    unread = pl.col("told").filter(pl.col("number").is_null())
    measures = [
        pl.col("number").filter(pl.col("measure") == name).first().alias(name) for name in MEASURES
    ]
    strange = pl.col("measure").is_null().alias("strange")
    wide = known.group_by(*LEVELS, strange, maintain_order=True).agg(
        pl.col("_line").first(), pl.col("gas").first(), unread.first().alias("unread"), *measures
    )
    return faultless(wide).with_columns(pl.lit(SHEET).alias("_sheet"))


def _refused(wide: pl.DataFrame) -> pl.DataFrame:
    unread = fault(
        "TL224", VALUE, pl.col("unread").is_not_null(), pl.col("unread"), pl.lit("value")
    )
    measures = pl.lit("kg CO2e, kg CO2e of CO2, kWh")
    strange = fault("TL236", "GHG/Unit", pl.col("strange"), pl.col("gas").fill_null(""), measures)
    return wide.with_columns(unread).with_columns(strange)


def _summed(wide: pl.DataFrame) -> pl.DataFrame:
    """Refuse a record whose gases are not its CO2e beyond the rounding of the print."""
    numbers = {name: pl.col(name).cast(pl.Float64, strict=False) for name in MEASURES}
    total = pl.sum_horizontal(numbers[name] for name in PARTS)
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in ("co2e", *PARTS))
    wrong = whole & ((total - numbers["co2e"]).abs() > pl.max_horizontal(OFF, total * OFF_SHARE))
    return wide.with_columns(fault("TL226", VALUE, wrong, total.cast(pl.String), pl.col("co2e")))
