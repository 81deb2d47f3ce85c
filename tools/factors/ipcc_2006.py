"""Rebuild the pack ipcc-2006: CO2 of all fuels with bounds, CH4 and N2O by sector.

Usage: python tools/factors/ipcc_2006.py FOLDER_OF_WHEELS

Carbon contents with bounds are those of tables 1.3 and heating values those of table 1.2, as
bonsai-ipcc carries them. Table 1.4 prints carbon times 44/12 rounded to three digits: the printed
value is the value, the product is in the note; where a bound is printed otherwise it is entered by
hand. CH4 and N2O (tables 2.2 to 2.5, 3.2.2, 3.3.1, 3.4.1, 3.5.3, 3.6.5) are in no package: entered
by hand. Without technology a fuel has its CO2 alone, except the seven of ``ipcc_printed.csv``.
"""

from __future__ import annotations

import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import packing
import wheels

PIN = "bonsai-ipcc==0.5.3"
CARBON = "bonsai_ipcc/data/generic/par_carbon_content_per_energy.csv"
HEAT = "bonsai_ipcc/data/generic/par_energy_content_per_mass.csv"
META = {
    "pack_id": "ipcc-2006",
    "semver": "2.0.0",
    "title": "IPCC 2006 default emission factors of fuels with bounds, by sector",
    "title_zh": "IPCC 2006 各部门燃料缺省排放因子及上下限",
    "licence": "facts, cited",
    "attribution": "2006 IPCC Guidelines for National Greenhouse Gas Inventories, volume 2.",
}
SOURCE = {
    "source_id": "ipcc-2006",
    "title": "2006 IPCC Guidelines for National Greenhouse Gas Inventories: volume 2 Energy",
    "publisher": "IPCC NGGIP",
    "doc_no": "ISBN 4-88788-032-4",
    "published": "2006-10-01",
    "licence": "facts cited",
    "redistribution": "yes",
    "attribution": "IPCC 2006",
}
PER_MJ = "0.000001"  # kg/TJ to kg/MJ
# Held whole by other packs, with CH4 and N2O and their own heating values.
ELSEWHERE = {"biodiesel", "bioethanol"}

Found = dict[str, dict[str, str]]


def entries(name: str) -> list[packing.Row]:
    """Give the rows entered by hand."""
    return packing.read(wheels.HERE / "entries" / name)


def by_product(folder: Path, member: str) -> Found:
    """Give default, min and max of each product of a table of the package."""
    found: Found = {}
    for row in wheels.table(folder, PIN, member):
        found.setdefault(row["product"], {})[row["property"]] = row["value"]
    return found


def product(carbon: str) -> Decimal:
    """Give kg CO2 per TJ of a carbon content [kg/GJ], unrounded."""
    return Decimal(carbon) * 44 / 12 * 1000


def printed(exact: Decimal) -> str:
    """Give a product as table 1.4 prints it, to three digits."""
    step = Decimal(1).scaleb(exact.adjusted() - 2)
    return str(int((exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step))


class Fuel:
    """CO2 of one fuel of table 1.4 as printed, with its bounds."""

    def __init__(self, row: packing.Row, carbon: dict[str, str]) -> None:
        self.row = row
        self.exact = product(carbon["def"])
        self.value = printed(self.exact)
        self.lower = row["lower"] or printed(product(carbon["min"]))
        self.upper = row["upper"] or printed(product(carbon["max"]))

    def factor(self, carrier: str = "", technology: str = "", **over: str) -> packing.Row:
        """Give the factor of its CO2."""
        gas = "co2_bio" if self.row["bio"] else "co2_fossil"
        value = packing.scaled(self.value, PER_MJ)
        return {
            "activity": "energy.fuel",
            "energy_carrier": carrier or self.row["carrier"],
            "technology": technology,
            "place": "GLO",
            "valid_from": "2006-10-01",
            "data_year": "2006",
            "published": "2006-10-01",
            "boundary": "ttw",
            "form": "scalar",
            "numerator": "kg",
            "denominator": "MJ",
            "value": value,
            gas: value,
            "lower": packing.scaled(self.lower, PER_MJ),
            "upper": packing.scaled(self.upper, PER_MJ),
            "pedigree": "22421",
            "status": "official",
            "derivation": f"{self.value} kg CO2/TJ ({self.lower}-{self.upper})",
            "source_id": "ipcc-2006",
            "clause": f"volume 2, table 1.4: {self.row['name']}",
            "note": f"bounds of CO2; carbon times 44/12: {self.exact:.0f} kg/TJ",
            **over,
        }

    def with_gases(self, row: packing.Row, clause: str, carrier: str = "") -> packing.Row:
        """Give the factor of its CO2 with CH4 and N2O of a sector or an engine."""
        methane = "ch4_bio" if self.row["bio"] else "ch4_fossil"
        made = self.factor(carrier, row["technology"])
        return {
            **made,
            methane: packing.scaled(row["ch4"], PER_MJ),
            "n2o": packing.scaled(row["n2o"], PER_MJ),
            "derivation": f"{made['derivation']}, {row['ch4']} kg CH4/TJ, {row['n2o']} kg N2O/TJ",
            "clause": clause,
        }


def rows(folder: Path) -> list[packing.Row]:
    """Give the factors: those printed by hand, then all fuels, sectors and engines."""
    carbon = by_product(folder, CARBON)
    fuels = {row["product"]: Fuel(row, carbon[row["product"]]) for row in entries("ipcc_fuels.csv")}
    made = entries("ipcc_printed.csv")
    hand = ELSEWHERE | {row["energy_carrier"] for row in made}
    made += [each.factor() for each in fuels.values() if each.row["carrier"] not in hand]
    for sector in entries("ipcc_stationary.csv"):
        for each in fuels.values():
            if each.row["group"] == sector["group"]:
                where = f"volume 2, tables 1.4 and {sector['table']}: {each.row['name']}"
                made.append(each.with_gases(sector, where))
    for engine in entries("ipcc_mobile.csv"):
        where = f"volume 2, tables 1.4 and {engine['table']}: {engine['row']}"
        made.append(fuels[engine["product"]].with_gases(engine, where, engine["carrier"]))
    return made


def heats(folder: Path) -> list[packing.Row]:
    """Give the heating values: those entered by hand with a density, then all of table 1.2."""
    made = entries("ipcc_heat.csv")
    known = ELSEWHERE | {row["energy_carrier"] for row in made}
    heat = by_product(folder, HEAT)
    for row in entries("ipcc_fuels.csv"):
        found = heat.get(row["product"])
        if found and row["carrier"] not in known:
            made.append({
                "energy_carrier": row["carrier"], "place": "GLO", "valid_from": "2006-10-01",
                "mj_per_kg": found["def"], "source_id": "ipcc-2006",
                "clause": f"volume 2, table 1.2: {row['name']} ({found['min']}-{found['max']})",
            })  # fmt: skip
    return made


def main(folder: Path, root: Path | None = None) -> None:
    """Write the pack."""
    home = packing.folder(META["pack_id"], root=root)
    packing.write(home, META, [SOURCE], rows(folder))
    names = ("energy_carrier", "place", "valid_from", "mj_per_kg", "kg_per_l", "source_id")
    packing.sheet(home / "fuels.csv", (*names, "clause"), heats(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
