"""Rebuild the bulk pack us-epa-vehicles: vehicles by model year, tables 3 and 4 of the hub.

Usage: python tools/factors/us_epa_vehicles.py FOLDER_OF_WHEELS

Tables 3 and 4 print CH4 and N2O per mile by model year; CO2 goes by fuel. A row with two gases alone
would be chosen as if it were whole: each gets the CO2 per vehicle-mile of tables 8 and 10 of the
same edition and is derived. Table 4 of the package of 2025 names the first model years only.
Heavy vehicles on petrol are left out: no class of the library burns it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import packing
import us_epa
import wheels

META = us_epa.META | {
    "pack_id": "us-epa-vehicles",
    "title": "US EPA: vehicles by model year, per mile",
    "title_zh": "美国环保署：按车型年份的车辆每英里排放",
    "bulk": "yes",
}
FIFTH = "mobile_combustion_ch4_and_n2o_emission_factors"


def label(years: str) -> str:
    """Give model years as a word of the vocabulary."""
    return years.replace("≤", "until_").replace("-", "_")


def row(edition: str, entry: packing.Row, years: str, gases: tuple[str, ...]) -> packing.Row:
    """Give a vehicle of some model years: CO2 of the fleet, CH4 and N2O of its own."""
    co2, ch4, n2o = gases
    table = "4" if entry["carrier"] == "diesel" else "3"
    return us_epa.base(
        edition,
        activity=entry["activity"],
        vehicle_class=entry["class"],
        energy_carrier=entry["carrier"],
        technology=f"{entry['family']}.my.{label(years)}",
        boundary="ttw",
        denominator="mi",
        gsd="1.5",
        status="derived",
        derivation=f"CO2 of tables 8 and 10: {entry['trip']}",
        clause=f"table {table}: {entry['gasoline']}, {years}",
    ) | us_epa.burnt(co2, ch4, n2o)


def edition_2025(folder: Path) -> list[packing.Row]:
    """Give the edition of January 2025."""
    hub = wheels.literals(folder, us_epa.MCP, us_epa.MODULE)
    entries = {each["gasoline"]: each for each in us_epa.entries("onroad")}
    carbon = {
        each["vehicle_type"]: each["co2_kg_per_unit"]
        for each in (*hub["TRANSPORTATION"], *hub["BUSINESS_TRAVEL"])
        if each["unit"] == "vehicle-mile"
    }
    made = []
    for each in (*hub["MOBILE_GASOLINE_CH4_N2O"], *hub["MOBILE_DIESEL_CH4_N2O"]):
        entry = entries.get(each["vehicle_type"])
        if entry is None:
            continue
        gases = (carbon[entry["trip"]], each["ch4_g_per_mile"], each["n2o_g_per_mile"])
        made.append(row("2025", entry, each["model_year"], gases))
    return made


def older(folder: Path, edition: str) -> list[packing.Row]:
    """Give one of the editions before."""
    pin = us_epa.OLDER[edition]
    fifth = wheels.tree(folder, pin, us_epa.JSON.format(FIFTH))
    goods = wheels.tree(folder, pin, us_epa.JSON.format("product_transport_emission_factors"))
    travel = wheels.tree(folder, pin, us_epa.JSON.format("business_travel_factors"))
    carbon = {
        each["vehicle"]: (goods[each["older"]][each["older_unit"]] if each["older_unit"]
                          else travel[each["older"]])["co2"]
        for each in us_epa.entries("trips") if each["unit"] == "vehicle-mile"
    }  # fmt: skip
    made = []
    for entry in us_epa.entries("onroad"):
        bins = {}
        for cell in fifth.get(entry["vehicle"], {}).get(entry["fuel"], {}).values():
            bins[cell["year_display"]] = (cell["ch4_factor"], cell["n2o_factor"])
        for years, gases in bins.items():
            made.append(row(edition, entry, years, (carbon[entry["trip"]], *gases)))
    return made


def main(folder: Path, root: Path | None = None) -> None:
    """Write the pack."""
    rows = edition_2025(folder) + older(folder, "2023") + older(folder, "2021")
    kept = [each for each in us_epa.sources() if each["source_id"].startswith("us-epa-hub")]
    sources = [each | {"source_id": f"{each['source_id']}-years"} for each in kept]
    for each in rows:
        each["source_id"] += "-years"
    packing.write(packing.folder(META["pack_id"], root=root), META, sources, rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
