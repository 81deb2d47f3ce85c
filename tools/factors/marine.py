"""Rebuild the packs fueleu-2023 and imo-2018: fuels in ships by engine, from feems.

Usage: python tools/factors/marine.py FOLDER_OF_WHEELS

Only the columns Cf, slip, heating value and WtT of the package are read; its sums are made with
other weights than those of the regulation. The rows of Annex II as adopted stay as entered by hand
(``entries/fueleu_2023.csv``: the package keeps 48.0 MJ/kg for LNG and rows of the proposal). Added
are the engines that have no row there. Fuel left unburnt (slip) is methane.

The package prints WtT of bio-fuels and e-fuels less the CO2 that they took up. Here that CO2 is apart
(column co2_bio, also what an e-fuel captured), and WtT is the value before the credit: printed WtT
plus Cf/LCV. No emission is negative, and WTT + TTW is the printed sum.
Boilers, gas turbines and fuel cells are additions of the package: peer, not official. Left out are
the zeros that stand for a value nobody has: ammonia (N2O), WtT of bio-hydrogen and e-ammonia; CH4
and N2O of LPG stay empty.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import packing
import wheels

PIN = "feems==0.18.1"
TABLE = "feems/package_data/fuel_eu_fuel_table.csv"
TECHNOLOGY = {
    "ALL ICEs": "ice",
    "LNG otto (medium speed)": "ice.otto_ms",
    "LNG otto (slow speed)": "ice.otto_ss",
    "LNG diesel (slow speed)": "ice.diesel_ss",
    "LBSI": "ice.lbsi",
    "Fuel Cells": "fuel_cell",
    "Gas Turbine": "gas_turbine",
    "Boiler": "boiler",
}
LNG_MJ_PER_KG = Decimal("49.1")  # Annex II as adopted
META = {
    "pack_id": "fueleu-2023",
    "semver": "2.0.0",
    "title": "Marine fuels by engine: default values of FuelEU Maritime, RED II and JEC",
    "title_zh": "船用燃料（按发动机）：FuelEU 海运条例、RED II 与 JEC 缺省值",
    "licence": "EU legislation, reuse allowed (Decision 2011/833/EU)",
    "attribution": "Regulation (EU) 2023/1805, Annex II; Directive (EU) 2018/2001; JEC WTT v5.",
}
IMO = {
    "pack_id": "imo-2018",
    "semver": "1.0.0",
    "title": "Marine fuels: CO2 conversion factors of the IMO",
    "title_zh": "船用燃料：国际海事组织二氧化碳换算系数",
    "licence": "facts, cited",
    "attribution": "IMO resolution MEPC.308(73).",
}
FEEMS = "2026-06-30"
READ = f"as read from {wheels.source_of(PIN, TABLE)}"


def source(name: str, title: str, publisher: str, doc_no: str, published: str) -> packing.Row:
    """Give a document of the European Union or the IMO."""
    european = publisher == "European Union"
    return {
        "source_id": name, "title": title, "publisher": publisher, "doc_no": doc_no,
        "published": published, "redistribution": "yes", "attribution": publisher,
        "licence": "EU legislation" if european else "facts cited",
    }  # fmt: skip


def sources() -> list[packing.Row]:
    """Give the documents of the fuels of FuelEU."""
    regulation = (
        "Regulation (EU) 2023/1805 on the use of renewable and low-carbon fuels in maritime"
        " transport"
    )
    return [
        source("fueleu-2023", regulation, "European Union", "OJ L 234", "2023-09-22"),
        source("feems-red2", "Directive (EU) 2018/2001 (RED II), typical values of bio-fuels",
               "European Union", f"OJ L 328; {READ}", "2018-12-21"),
        source("feems-jec", "JEC Well-to-Tank report v5, e-fuels", "European Union",
               f"JRC119036; {READ}", "2020-09-24"),
        source("feems-2025", "FEEMS: engines that Annex II has not", "SINTEF Ocean", READ,
               FEEMS) | {"licence": "MIT"},
    ]  # fmt: skip


def engines(folder: Path) -> list[tuple[packing.Row, packing.Row]]:
    """Give each row of the table that has values, with its entry."""
    lines = wheels.text(folder, PIN, TABLE).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("fuel_class,"))
    names = lines[start].split(",")
    entries = packing.read(wheels.HERE / "entries" / "marine_fuels.csv")
    known = {(row["class"], row["pathway"]): row for row in entries}
    found = []
    for line in lines[start + 2 :]:
        row = dict(zip(names, line.split(","), strict=True))
        entry = known.get((row["fuel_class"], row["pathway_name"]))
        if entry and row["LCV"] and row["Cf_CO2"]:
            found.append((entry, row))
    return found


def pair(entry: packing.Row, row: packing.Row) -> list[packing.Row]:
    """Give TTW and WTT of a fuel in an engine [kg/MJ]."""
    carrier, engine = entry["carrier"], row["fuel_consumer_unit_class"]
    fossil_lng = carrier == "lng"
    heat = LNG_MJ_PER_KG if fossil_lng else Decimal(row["LCV"]) * 1000
    co2, ch4, n2o = (Decimal(row[name]) for name in ("Cf_CO2", "Cf_CH4", "Cf_N2O"))
    slip = Decimal(row["C_slip"]) / 100
    bio = row["fuel_class"] in {"BIO", "RFNBO"}
    upstream = Decimal(row["CO2_WtT"])
    said = f"{row['CO2_WtT']} g CO2e/MJ"
    if bio and co2:
        upstream += co2 / heat * 1000
        said += f" + {co2} g CO2/g taken up / {heat.normalize():f} MJ/kg * 1000"
    ours = engine in {"Boiler", "Gas Turbine", "Fuel Cells"}
    common = {
        "activity": "energy.fuel",
        "energy_carrier": carrier,
        "technology": TECHNOLOGY[engine],
        "place": "GLO",
        "valid_from": "2023-09-22",
        "data_year": "2023",
        "published": "2023-09-22",
        "form": "scalar",
        "numerator": "kg",
        "denominator": "MJ",
        "gsd": "1.05" if entry["status"] == "official" and not ours else "1.2",
        "pedigree": "12132",
        "status": "peer" if ours else entry["status"],
        "source_id": "feems-2025" if ours else entry["source"],
        "clause": f"table of fuels: {row['fuel_class']} {row['pathway_name']}, {engine}",
    }
    burnt, left = 1 - slip, "bio" if bio else "fossil"
    masses = {
        f"co2_{left}": co2 * burnt / heat,
        f"ch4_{left}": (ch4 * burnt + slip) / heat,
        "n2o": n2o * burnt / heat,
    }
    if row["fuel_class"] == "RFNBO":
        common["note"] = "co2_bio: captured CO2, from air or biomass"
    if row["pathway_name"].startswith("LPG"):
        masses = {name: mass for name, mass in masses.items() if name.startswith("co2")}
    formula = (
        f"CO2 = {co2}*(1-{slip:f})/{heat:f}; CH4 = ({ch4}*(1-{slip:f})+{slip:f})/{heat:f};"
        f" N2O = {n2o}*(1-{slip:f})/{heat:f} kg/MJ"
    )
    return [
        common | {"boundary": "ttw", "derivation": formula}
        | {name: packing.plain(mass, 10) for name, mass in masses.items()},
        common | {"boundary": "wtt", "derivation": said, "gwp_set": "AR4",
                  "co2e_published": packing.plain(upstream / 1000, 10)},
    ]  # fmt: skip


def imo() -> list[packing.Row]:
    """Give CO2 per kilogram as published, and per MJ by the heating value of the same table."""
    made = []
    for row in packing.read(wheels.HERE / "entries" / "imo_2018.csv"):
        gas = "co2_bio" if row["carrier"] == "bioethanol" else "co2_fossil"
        common = {
            "activity": "energy.fuel", "energy_carrier": row["carrier"], "technology": "navigation",
            "place": "GLO", "valid_from": "2018-10-26", "data_year": "2018",
            "published": "2018-10-26", "boundary": "ttw", "form": "scalar", "numerator": "kg",
            "gsd": "1.05", "pedigree": "12222", "status": "official", "source_id": "imo-eedi-2018",
            "clause": f"2.2.1, table: {row['fuel']}", "note": "CO2 only",
        }  # fmt: skip
        carbon, heat = row["kg_co2_per_kg"], row["mj_per_kg"]
        per_mj = packing.plain(Decimal(carbon) / Decimal(heat), 10)
        said = f"{carbon} kg CO2/kg / {heat} MJ/kg"
        made.append(common | {"denominator": "kg", gas: carbon})
        made.append(common | {"denominator": "MJ", gas: per_mj, "heat_basis": "net",
                              "status": "derived", "derivation": said})  # fmt: skip
    return made


def main(folder: Path, root: Path | None = None) -> None:
    """Write both packs."""
    kept = packing.read(wheels.HERE / "entries" / "fueleu_2023.csv")
    held = {row["energy_carrier"] for row in kept}
    for entry, row in engines(folder):
        if entry["carrier"] in held and row["fuel_consumer_unit_class"] == "ALL ICEs":
            continue  # the row of Annex II as adopted, by hand
        if entry["carrier"] == "lng" and TECHNOLOGY[row["fuel_consumer_unit_class"]][:3] == "ice":
            continue  # by hand, each engine a carrier of its own
        kept += pair(entry, row)
    packing.write(packing.folder(META["pack_id"], root=root), META, sources(), kept)
    title = "2018 Guidelines on the method of calculation of the attained EEDI for new ships"
    document = source("imo-eedi-2018", title, "IMO", "resolution MEPC.308(73)", "2018-10-26")
    packing.write(packing.folder(IMO["pack_id"], root=root), IMO, [document], imo())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
