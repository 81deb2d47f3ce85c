"""The official tables beside the checkout, read as look-ups for the tests of every row."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import polars as pl

from tanlu.factors import library

Row = dict[str, str]
KWH, GWP = 3.6, {"ch4": 28.0, "n2o": 265.0}
FILLED = (
    *("value", "value_empty", "value_full", "co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio"),
    *("n2o", "co2e_published", "lower", "upper"),
)


def rows(*sources: str) -> list[Row]:
    """Give the rows of the library whose source begins with one of these."""
    return [row for row in map(dict, library().rows) if row["source_id"].startswith(sources)]


def said(row: Row) -> str:
    """Give a name of a row for a message."""
    names = ("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology")
    words = [row.get(name) or "-" for name in (*names, "place", "data_year", "boundary")]
    return " ".join(words)


def numbers(row: Row) -> dict[str, float]:
    """Give the filled numbers of a row by column."""
    return {name: float(row[name]) for name in FILLED if row.get(name)}


@cache
def read(shared: Path, pack: str) -> pl.DataFrame:
    """Give a table beside the checkout."""
    return pl.read_parquet(shared / "data/factors" / pack / "tidy.parquet")


@cache
def _uk(shared: Path) -> dict[tuple[str, str, str, str], float]:
    table = read(shared, "uk_desnz").filter(pl.col("year") == 2025)
    keys = ("category", "attrs", "unit_den", "gas")
    return {tuple(row[name] or "" for name in keys): row["value"] for row in table.to_dicts()}


def uk(shared: Path, path: str, column: str, unit: str, gas: str = "co2e") -> float | None:
    """Give a value of the British flat file of 2025: its four levels, column text and unit."""
    return _uk(shared).get((path, column, unit, gas))


@cache
def grid(shared: Path) -> dict[tuple[int, str, str], tuple[str, float]]:
    """Give (label, kg/kWh) of Chinese electricity by year, place and kind."""
    found = {}
    for row in read(shared, "cn_mee").to_dicts():
        kind = row["category"].split(" > ")[-1]
        kind = row["attrs"] if kind == "电力碳足迹因子" else kind
        found[row["year"], row["region"], kind] = (row["attrs"], row["value"])
    for row in read(shared, "cn_mee_extra").to_dicts():
        label = row["attrs"].replace(" ", "").split("年", 1)[1]
        found[row["year"], "CN", label] = (label, row["value"])
    return found


@cache
def world(shared: Path) -> dict[tuple[str, int], float]:
    """Give g CO2e/kWh of Ember by three-letter code and year."""
    table = read(shared, "ember_owid")
    return {(row["region"], row["year"]): row["value"] for row in table.to_dicts()}


@cache
def china_fuels(shared: Path) -> dict[tuple[str, str], float]:
    """Give heating value, carbon content and oxidation of a Chinese fuel."""
    table = read(shared, "cn_fuels")
    return {(row["activity"].split()[0], row["attrs"]): row["value"] for row in table.to_dicts()}


@cache
def ships(shared: Path) -> dict[tuple[str, str, str], float]:
    """Give the columns of FuelEU Annex II by fuel, column and engine."""
    table = read(shared, "marine_fuels").filter(pl.col("source").str.contains("FuelEU"))
    found = {}
    for row in table.to_dicts():
        column, engine = row["attrs"].split("|")
        found[row["activity"], column, engine] = row["value"]
    return found


@cache
def ipcc(shared: Path) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Give value, lower and upper of an IPCC default by fuel and quantity."""
    return {
        (row["activity"], row["category"]): (row["value"], row["lower"], row["upper"])
        for row in read(shared, "ipcc_fuels").to_dicts()
    }


@cache
def epa(shared: Path) -> dict[tuple[str, str, str], float]:
    """Give the values of the EPA hub by activity, unit and gas."""
    table = read(shared, "us_epa_hub")
    keys = ("activity", "unit_den", "gas")
    return {tuple(row[name] for name in keys): row["value"] for row in table.to_dicts()}


@cache
def engines(shared: Path) -> dict[tuple[str, str, str], float]:
    """Give the columns of the table of marine fuels by fuel, column and engine."""
    table = read(shared, "marine_fuels")
    found = {}
    for row in table.to_dicts():
        column, _, engine = row["attrs"].partition("|")
        found[row["activity"], column, engine] = row["value"]
    return found


@cache
def products(root: Path) -> dict[str, str]:
    """Give the name that the package of the IPCC has for each carrier."""
    file = root / "tools/factors/entries/ipcc_fuels.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["carrier"]: row["product"] for row in rows}
