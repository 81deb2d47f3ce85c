"""Ember's yearly electricity data: the long release, the wide one of 2026, and OWID's series.

All give the intensity of generation in g per kWh with life-cycle factors of fuels. What else the
files tell (capacity, demand, generation) is no factor and is not counted.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.imported import Imported, fault, faultless, settled
from tanlu.factors.importers.read import table

__all__ = ["load"]

LONG = {"Area", "ISO 3 code", "Year", "Category", "Variable", "Unit", "Value"}
WIDE = {"Area", "ISO 3 code", "Year", "Electricity source", "Emissions intensity (gCO2e/kWh)"}
OWID = {"Entity", "Code", "Year"}
OWID_VALUE = "arbon intensity of electricity"
INTENSITY = "CO2 intensity"
WORLD = {"world": "GLO", "owid_wrl": "GLO"}
UNITS = ("gCO2/kWh", "gCO2e/kWh", "gCO2 per kWh", "gCO2e per kWh")
LICENCE = "CC-BY-4.0"


def load(path: Path) -> Imported:
    """Give one factor a place and year.

    Raises
    ------
    TanluError
        TL220 for a file with other headings.
    """
    rows = faultless(_shaped(table(path), path))
    blank = rows.filter(pl.col("number").is_null())
    return settled(
        _meant(rows.filter(pl.col("number").is_not_null())),
        _pack(),
        [_source(path)],
        blank=blank.height,
        lines_in=rows.height,
    )


def _shaped(found: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Give ``area, code, year, number, unit`` of each line on the intensity of electricity."""
    heads = set(found.columns)
    value = [name for name in found.columns if OWID_VALUE in name]
    if heads >= LONG:
        about = found.filter(pl.col("Variable") == INTENSITY)
        names = ("Area", "ISO 3 code", "Year", "Value", "Unit")
    elif heads >= WIDE:
        whole = pl.col("Electricity source").str.to_lowercase() == "total generation"
        about = found.filter(whole).with_columns(pl.lit("gCO2e/kWh").alias("Unit"))
        names = ("Area", "ISO 3 code", "Year", "Emissions intensity (gCO2e/kWh)", "Unit")
    elif heads >= OWID and value:
        about = found.with_columns(pl.lit("gCO2e/kWh").alias("Unit"))
        names = ("Entity", "Code", "Year", value[0], "Unit")
    else:
        raise TanluError("TL220", value=path.name, why="its headings are not those of Ember")
    new = ("area", "code", "year", "number", "unit")
    return about.select("_line", *(pl.col(a).alias(b) for a, b in zip(names, new, strict=True)))


def _meant(rows: pl.DataFrame) -> pl.DataFrame:
    places = {
        code: words.place_of(code, WORLD)
        for code in {*rows["code"].drop_nulls(), *rows["area"].drop_nulls()}
    }
    number = decimals.numbers(rows["number"])
    kilograms = decimals.scaled(number, Fraction(1, 1000))
    year = pl.col("year").str.contains(r"^(19|20)\d\d$").fill_null(value=False)
    told = rows.with_columns(
        _sheet=pl.lit(None, pl.String),
        place=pl.coalesce("code", "area").replace_strict(places, default=None),
        co2e_published=kilograms,
        data_year=pl.when(year).then(pl.col("year")),
        activity=pl.lit("energy.electricity"),
        energy_carrier=pl.lit("electricity"),
        boundary=pl.lit("generation"),
        method=pl.lit("location"),
        gwp_set=pl.lit("AR5"),
        form=pl.lit("scalar"),
        numerator=pl.lit("kg"),
        denominator=pl.lit("kWh"),
        status=pl.lit("peer"),
        source_id=pl.lit("ember"),
        clause=pl.format("{} {}: {} g CO2e/kWh", "area", "year", "number"),
        note=pl.lit("life-cycle factors of fuels; without network losses"),
    ).with_columns(
        valid_from=pl.format("{}-01-01", "data_year"),
        valid_to=pl.format("{}-01-01", pl.col("data_year").cast(pl.Int64) + 1),
    )
    zero = pl.col("co2e_published").cast(pl.Float64) == 0
    below = pl.col("co2e_published").cast(pl.Float64) < 0
    for faults in (
        fault("TL237", "Year", ~year, pl.col("year"), pl.lit("2024")),
        fault("TL231", "Area", pl.col("place").is_null(), pl.col("area"), pl.lit("CHN, DEU, USA")),
        fault("TL225", "Unit", ~pl.col("unit").is_in(UNITS), pl.col("unit"), pl.lit(UNITS[0])),
        fault("TL224", "Value", pl.col("co2e_published").is_null(), pl.col("number"),
              pl.lit("Value")),
        fault("TL229", "Value", below, pl.col("number"), pl.lit("avoided")),
        fault("TL228", "Value", zero, pl.col("number"), pl.lit("note")),
    ):  # fmt: skip
        told = told.with_columns(faults)
    return told


def _pack() -> dict[str, str]:
    return {
        "pack_id": "ember",
        "semver": "1.0.0",
        "title": "Ember: intensity of electricity by country and year",
        "title_zh": "Ember：各国各年电力碳强度",
        "licence": LICENCE,
        "attribution": "Ember (CC BY 4.0)",
    }


def _source(path: Path) -> dict[str, str]:
    return {
        "source_id": "ember",
        "title": "Yearly electricity data",
        "publisher": "Ember",
        "doc_no": path.name,
        "published": "",
        "licence": LICENCE,
        "redistribution": "yes",
        "attribution": "Ember (CC BY 4.0)",
    }
