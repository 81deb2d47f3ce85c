"""The workbook of the US EPA hub in its layout of January 2025, from a table of its values."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
from tests.factors.importers.files import sheets

ENTRIES = Path(__file__).resolve().parents[4] / "tools" / "factors" / "entries"
LABELS = {"short ton": "short ton", "ft3": "scf", "US gal": "gallon", "": "gallon"}
TREATED = ("recycled", "landfilled", "combusted", "composted", "ad_dry", "ad_wet")
HEAD = {
    "1": ("Fuel Type", "Heat Content (HHV)", "CO2 Factor", "CH4 Factor", "N2O Factor",
          "CO2 Factor", "CH4 Factor", "N2O Factor"),
    "2": ("Fuel Type", "kg CO2 per unit", "Unit"),
    "6": ("eGRID Subregion", "CO2 Factor", "CH4 Factor", "N2O Factor", "CO2 Factor", "CH4 Factor",
          "N2O Factor"),
    "8": ("Vehicle Type", "CO2 Factor", "CH4 Factor", "N2O Factor", "Units"),
    "9": ("Material", "Recycled", "Landfilled", "Combusted", "Composted",
          "Anaerobically Digested (Dry)", "Anaerobically Digested (Wet)"),
    "11": ("Gas", "100-Year GWP"),
    "12": ("ASHRAE #", "100-Year GWP", "Blend Composition"),
}  # fmt: skip
SUBREGIONS = {"ASCC Alaska Grid": "AKGD", "WECC California": "CAMX", "ERCOT All": "ERCT"}


def hub(path: Path, values: pl.DataFrame) -> Path:
    """Write the tables 1, 2, 6, 8, 9, 11 and 12 below each other."""
    rows: list[list[object]] = [[], [None, "Emission Factors for Greenhouse Gas Inventories"]]
    rows += [[None, "Last Modified: 15 January 2025"], []]
    for number, title, lines in _tables(values):
        rows += [[None, f"Table {number}", f"   {title}"], [], [None, None, *HEAD[number]]]
        rows += [[None, None, *line] for line in lines]
        rows += [[None, None, "Source:"], [None, None, "a note of 3 lines, without a number"], []]
    return sheets(path, {"Emission Factors Hub": rows})


def _tables(values: pl.DataFrame) -> list[tuple[str, str, list[list[object]]]]:
    of = {
        key: values.filter(pl.col("category").str.contains(key, literal=True))
        for key in ("Table 1)", "Table 2)", "Table 6)", "Tables 8", "Table 9)", "Table 11",
                    "Table 12")
    }  # fmt: skip
    return [
        ("1", "Stationary Combustion", _fuels(of["Table 1)"])),
        ("2", "Mobile Combustion CO2", [
            [row["activity"], row["value"], row["unit_den"]]
            for row in of["Table 2)"].iter_rows(named=True)
        ]),
        ("6", "Electricity", _grid(of["Table 6)"])),
        ("8", "Scope 3 Category 4: Upstream Transportation and Distribution",
         _trips(of["Tables 8"])),
        ("9", "Scope 3 Category 5: Waste Generated in Operations", _waste(of["Table 9)"])),
        ("11", "Global Warming Potentials", [
            [row["attrs"], row["value"]] for row in of["Table 11"].iter_rows(named=True)
        ]),
        ("12", "Global Warming Potentials for Blended Refrigerants", [
            [row["activity"], row["value"], row["attrs"]]
            for row in of["Table 12"].iter_rows(named=True)
        ]),
    ]  # fmt: skip


def _fuels(table: pl.DataFrame) -> list[list[object]]:
    entries = csv.DictReader((ENTRIES / "epa_fuels.csv").read_text("utf-8").splitlines())
    units = {row["fuel"]: row["unit"] for row in entries}
    lines: list[list[object]] = []
    unit = ""
    for (name,), rows in table.group_by("activity", maintain_order=True):
        if LABELS[units[str(name)]] != unit:
            unit = LABELS[units[str(name)]]
            per = [f"mmBtu per {unit}", "kg CO2 per mmBtu", "g CH4 per mmBtu", "g N2O per mmBtu"]
            per += [f"{mass} per {unit}" for mass in ("kg CO2", "g CH4", "g N2O")]
            lines += [[None, *per], [f"Fuels by {unit}"]]
        told = {(row["unit_num"], row["unit_den"]): row["value"] for row in rows.to_dicts()}
        heat = told.get(("mmBtu", "short_ton"))
        masses = [told.get((mass, per)) for per in ("mmBtu", "short_ton")
                  for mass in ("kg CO2", "g CH4", "g N2O")]  # fmt: skip
        lines.append([name, heat, *masses])
    return lines


def _grid(table: pl.DataFrame) -> list[list[object]]:
    lines: list[list[object]] = []
    areas = table.with_columns(area=pl.col("attrs").str.split("|").list.get(0))
    for (area,), rows in areas.group_by("area", maintain_order=True):
        code = SUBREGIONS.get(str(area))
        name = f"{code} ({area})" if code else area
        lines.append([name, *rows["value"].to_list()])
    return [[None, "lb CO2 per MWh", "lb CH4 per MWh"], *lines]


def _trips(table: pl.DataFrame) -> list[list[object]]:
    return [
        [name, *rows["value"].to_list(), unit]
        for (name, unit), rows in table.group_by("activity", "unit_den", maintain_order=True)
        if unit in {"vehicle-mile", "short ton-mile"}
        and name not in {"Passenger Car A", "Motorcycle"}
    ]  # fmt: skip


def _waste(table: pl.DataFrame) -> list[list[object]]:
    lines: list[list[object]] = []
    for (name,), rows in table.group_by("activity", maintain_order=True):
        told = dict(rows.select("attrs", "value").rows())
        lines.append([name, *(told.get(way, "NA") for way in TREATED)])
    return [[None, "Metric Tons CO2e / Short Ton Material"], *lines]
