"""What can be searched of a factor, in both tongues, made once for a library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from tanlu.factors import Library, classes
from tanlu.factors.packs import library_of
from tanlu.report import Words as Said
from tanlu.terms import taxonomy
from tanlu.ui.frame.page import Context
from tanlu.ui.frame.remembering import remembered

__all__ = ["Held", "held", "library", "name", "value"]

FACETS = ("vehicle_class", "energy_carrier", "temperature_class", "technology", "material")
SEARCHED = ("factor_id", "activity", *FACETS, "place", "source_id", "note", "substance")
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o")


class Held(NamedTuple):
    """A factor of the library with the text in which words are looked for."""

    row: Mapping[str, str]
    text: str


def library(context: Context) -> Library:
    """Give the library that the ledger uses."""
    workspace = context.asked.workspace
    return remembered(workspace, ("library",), lambda: library_of(workspace), books=True)


def held(context: Context) -> tuple[Held, ...]:
    """Give the factors of the ledger's library with their texts."""
    kept = library(context)
    return remembered(
        context.asked.workspace, ("factors", kept.hash), lambda: _made(kept), books=True
    )


def _made(kept: Library) -> tuple[Held, ...]:
    en, zh = Said("en"), Said("zh")
    places = pl.Series(sorted({row["place"] for row in kept.rows if row["place"] != "GLO"}))
    for said in (en, zh):
        said.learn(places)
    vehicles = {
        row["class"]: f"{row['en']} {row['zh']}" for row in classes(kept).iter_rows(named=True)
    }

    def text(row: Mapping[str, str]) -> str:
        leaf = taxonomy.leaf_of(row["activity"], row)
        words = [row.get(key) or "" for key in SEARCHED]
        words += [f"{leaf.en} {leaf.zh}" if leaf else ""]
        words += [vehicles.get(row.get("vehicle_class") or "", "")]
        words += [said.kind(row["activity"]) for said in (en, zh)]
        if carrier := row.get("energy_carrier"):
            words += [said.carrier(carrier) for said in (en, zh)]
        words += [said.place(row["place"]) for said in (en, zh)]
        document = kept.documents[row["source_id"]]
        words += [document["title"], document["publisher"], row["data_year"]]
        return " ".join(words).casefold()

    return tuple(Held(row, text(row)) for row in kept.rows)


def name(said: Said, row: Mapping[str, str]) -> str:
    """Give what a factor is of, in words."""
    leaf = taxonomy.leaf_of(row["activity"], row)
    kind = (leaf.zh if said.language == "zh" else leaf.en) if leaf else said.kind(row["activity"])
    carrier = row.get("energy_carrier")
    more = [
        row.get(key) for key in ("vehicle_class", "temperature_class", "technology", "material")
    ]
    return " · ".join(filter(None, [kind, *more, said.carrier(carrier) if carrier else ""]))


def value(row: Mapping[str, Any]) -> tuple[str, str]:
    """Give value and unit of a factor: of a load curve from empty to full, else CO2e or fossil CO2.

    The unit names the gas where only one is told.
    """
    unit = f"{row['numerator']}/{row['denominator']}".replace("t.km", "t·km")
    if row.get("value"):
        return str(row["value"]), unit
    if row.get("value_empty"):
        return f"{row['value_empty']} → {row.get('value_full') or '–'}", unit
    if row.get("co2e_published"):
        return str(row["co2e_published"]), f"{row['numerator']}CO₂e/{row['denominator']}"
    told = next((key for key in GASES if row.get(key)), None)
    if told:
        gas = {"co2_fossil": "CO₂", "co2_bio": "CO₂", "n2o": "N₂O"}.get(told, "CH₄")
        return str(row[told]), f"{row['numerator']} {gas}/{row['denominator']}"
    return "–", unit
