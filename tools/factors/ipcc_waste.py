"""Rebuild the packs ipcc-waste and ipcc-waste-bulk: burning, composting and landfill of waste.

Usage: python tools/factors/ipcc_waste.py FOLDER_OF_WHEELS

IPCC 2006 and its refinement of 2019, volume 5, as bonsai-ipcc carries the parameters:

- burning: CO2 = dm * CF * FCF * OF * 44/12 (equation 5.1; the rest of the carbon is biogenic), CH4
  and N2O by kind of incinerator where they differ (tables 5.3 to 5.6), per kilogram of wet waste;
- composting and digestion: table 4.1, wet and dry waste;
- landfill: the methane that a kilogram gives over all years, DOC * DOCf * MCF * F * 16/12 less what
  the cover oxidises (equations 3.2 and 3.3, table 3.1), without recovery.

Not taken from the package: CH4 of an unspecified incinerator (300 is kg/TJ of table 2.4 there), and
N2O of open burning, ten times table 5.6 there: 150 g per tonne of dry matter, by hand.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import packing
import wheels

PIN = "bonsai-ipcc==0.5.3"
WASTE = "bonsai_ipcc/data/waste/"
PER_GG = Decimal("0.000001")  # kg per Gg to kg per kg
OPEN_BURNING_N2O = Decimal("0.00015")  # kg per kg of dry matter, table 5.6
METHANE_SHARE = "0.5"
META = {
    "pack_id": "ipcc-waste",
    "semver": "1.0.0",
    "title": "IPCC: burning, composting and landfill of waste",
    "title_zh": "IPCC 废弃物焚烧、堆肥与填埋",
    "licence": "facts, cited",
    "attribution": "2006 IPCC Guidelines and 2019 Refinement, volume 5.",
}
BULK = META | {
    "pack_id": "ipcc-waste-bulk",
    "title": "IPCC: burning and landfill of waste by technology",
    "title_zh": "IPCC 按技术的废弃物焚烧与填埋",
    "bulk": "yes",
}
BURNERS = {
    "inc_batch": "incinerator.batch",
    "inc_cont_stoker": "incinerator.continuous.stoker",
    "inc_cont_fluid": "incinerator.continuous.fluid",
    "inc_semi_stoker": "incinerator.semi.stoker",
    "inc_semi_fluid": "incinerator.semi.fluid",
    "inc_batch_stoker": "incinerator.batch.stoker",
    "inc_batch_fluid": "incinerator.batch.fluid",
    "inc_pgm_rotary": "incinerator.gasification.rotary",
    "inc_pgm_shaft": "incinerator.gasification.shaft",
    "inc_pgm_fluid": "incinerator.gasification.fluid",
}
SITES = {
    "managed": "",
    "managed_well_s-a": "landfill.semi_aerobic_well",
    "managed_poorly_s-a": "landfill.semi_aerobic_poorly",
    "managed_well_a-a": "landfill.aerated_well",
    "managed_poorly_a-a": "landfill.aerated_poorly",
    "unmanaged_deep": "landfill.unmanaged_deep",
    "unmanaged_shallow": "landfill.unmanaged_shallow",
    "uncharacterised": "landfill.uncharacterised",
    "open-dumped": "landfill.open_dump",
}

Table = dict[tuple[str, ...], dict[str, str]]


def parameters(folder: Path, member: str, *keys: str) -> Table:
    """Give default, min and max of a parameter by the columns that it depends on."""
    found: Table = {}
    for row in wheels.table(folder, PIN, f"{WASTE}{member}.csv"):
        found.setdefault(tuple(row[key] for key in keys), {})[row["property"]] = row["value"]
    return found


def base(**over: str) -> packing.Row:
    """Give what all rows share."""
    return {
        "place": "GLO",
        "valid_from": "2019-05-12",
        "data_year": "2019",
        "published": "2019-05-12",
        "boundary": "disposal",
        "form": "scalar",
        "numerator": "kg",
        "denominator": "kg",
        "pedigree": "22431",
        "status": "derived",
        "source_id": "ipcc-2019-waste",
        **over,
    }


class Burning:
    """Burning of each waste: its carbon, and the gases of each incinerator."""

    def __init__(self, folder: Path) -> None:
        self.dry = parameters(folder, "waste_generation/par_dm", "waste_type")
        self.carbon = parameters(folder, "waste_generation/par_cf", "waste_type")
        self.fossil = parameters(folder, "incineration/par_fcf", "waste_type", "incin_type")
        self.burnt = parameters(folder, "incineration/par_of", "waste_type", "incin_type")
        keys = ("region", "waste_type", "incin_type")
        self.ch4 = parameters(folder, "incineration/par_ef_ch4", *keys)
        self.n2o = parameters(folder, "incineration/par_ef_n2o", *keys)

    def row(self, waste: packing.Row, region: str, burner: str) -> packing.Row:
        """Give one waste in one incinerator, or in the open."""
        name = waste["waste"]
        kind = "open_burn" if burner == "open_burn" else "inc_unspecified"
        told = (self.dry[(name,)], self.carbon[(name,)], self.fossil[name, kind])
        dry, carbon, fossil = (each["def"] for each in told)
        oxidised = self.burnt[name, kind]["def"]
        total = Decimal(dry) * Decimal(carbon) * Decimal(oxidised) * 44 / 12
        made = base(
            activity="waste.incineration",
            technology=burner if burner == "open_burn" else BURNERS.get(burner, ""),
            material=waste["material"],
            place="JP" if region == "JP" else "GLO",
            co2_fossil=packing.plain(total * Decimal(fossil), 8),
            co2_bio=packing.plain(total * (1 - Decimal(fossil)), 8),
            gsd="1.6",
            clause=f"tables 2.4, 5.2 to 5.6: {waste['name']}, {burner}",
        )
        said = f"CO2 = {dry} dm * {carbon} CF * {fossil} FCF * {oxidised} OF * 44/12"
        methane = self.ch4.get((region, name, burner))
        if methane and burner != "inc_unspecified":
            gas = "ch4_fossil" if Decimal(fossil) == 1 else "ch4_bio"
            made[gas] = packing.plain(Decimal(methane["def"]) * PER_GG, 8)
            said += f"; CH4 {methane['def']} kg/Gg"
        nitrous = self.n2o.get((region, name, burner))
        if burner == "open_burn":
            made["n2o"] = packing.plain(OPEN_BURNING_N2O * Decimal(dry), 8)
            said += f"; N2O 150 g/t of dry matter * {dry}"
        elif nitrous:
            made["n2o"] = packing.plain(Decimal(nitrous["def"]) * PER_GG, 8)
            said += f"; N2O {nitrous['def']} kg/Gg"
        return made | {"derivation": said}


def digested(folder: Path) -> list[packing.Row]:
    """Give composting and anaerobic digestion of wet and of dry waste, printed in table 4.1."""
    keys = ("biotreat_type", "waste_moisture")
    methane = parameters(folder, "biological/par_ef_ch4_biotreat", *keys)
    nitrous = parameters(folder, "biological/par_ef_n2o_biotreat", *keys)
    names = {
        ("compost", "wet"): "", ("compost", "dry"): "compost_dry",
        ("anaer_digest", "wet"): "anaerobic_wet", ("anaer_digest", "dry"): "anaerobic_dry",
    }  # fmt: skip
    made = []
    for key, technology in names.items():
        gas, laughing = methane[key], nitrous[key]
        made.append(base(
            activity="waste.composting", technology=technology, material="organic",
            ch4_bio=packing.scaled(gas["def"], "0.001"), n2o=packing.scaled(laughing["def"], "0.001"),
            gsd="2", status="official", clause=f"table 4.1: {' '.join(key)}",
            derivation=f"{gas['def']} g CH4/kg ({gas['min']}-{gas['max']}),"
            f" {laughing['def']} g N2O/kg ({laughing['min']}-{laughing['max']})",
        ))  # fmt: skip
    return made


def buried(folder: Path, wastes: list[packing.Row]) -> list[packing.Row]:
    """Give the methane of landfill of each waste that rots, by kind of site."""
    degradable = parameters(folder, "swd/par_doc", "waste_type", "waste_moisture")
    decomposed = parameters(folder, "swd/par_doc_f", "waste_type")
    corrected = parameters(folder, "swd/par_mcf", "swds_type")
    oxidised = parameters(folder, "swd/par_ox", "swds_type")
    made = []
    for waste in wastes:
        carbon = degradable[waste["waste"], "wet"]["def"]
        rots = decomposed.get((waste["waste"],), {}).get("def", "0")
        if not Decimal(carbon) or not Decimal(rots):
            continue
        for site, technology in SITES.items():
            factor, kept = corrected[(site,)]["def"], oxidised[(site,)]["def"]
            methane = Decimal(carbon) * Decimal(rots) * Decimal(factor) * Decimal(METHANE_SHARE)
            methane *= Decimal(16) / 12 * (1 - Decimal(kept))
            made.append(base(
                activity="waste.landfill", technology=technology, material=waste["material"],
                ch4_bio=packing.plain(methane, 8), gsd="1.8",
                clause=f"tables 2.4, 3.0 to 3.2: {waste['name']}, {site}",
                derivation=f"{carbon} DOC * {rots} DOCf * {factor} MCF * {METHANE_SHARE} F * 16/12"
                f" * (1 - {kept} OX)",
            ))  # fmt: skip
    return made


def main(folder: Path, root: Path | None = None) -> None:
    """Write both packs."""
    wastes = packing.read(wheels.HERE / "entries" / "ipcc_waste.csv")
    fire = Burning(folder)
    plain = [fire.row(waste, "World", "inc_unspecified") for waste in wastes]
    plain += [fire.row(waste, "World", "open_burn") for waste in wastes
              if waste["waste"].startswith("msw")]  # fmt: skip
    plain += digested(folder)
    rest = [fire.row(waste, region, burner) for burner in BURNERS for waste in wastes
            for region in ("World", "JP")
            if (region, waste["waste"], burner) in fire.n2o
            and (region == "World" or (region, waste["waste"], burner) in fire.ch4)]  # fmt: skip
    for row in buried(folder, wastes):
        (rest if row["technology"] else plain).append(row)
    source = {
        "source_id": "ipcc-2019-waste",
        "title": "2006 IPCC Guidelines and 2019 Refinement: volume 5 Waste",
        "publisher": "IPCC NGGIP",
        "doc_no": f"parameters as in {wheels.source_of(PIN, WASTE + '*.csv')}",
        "published": "2019-05-12",
        "licence": "facts cited",
        "redistribution": "yes",
        "attribution": "IPCC 2019",
    }
    packing.write(packing.folder(META["pack_id"], root=root), META, [source], plain)
    bulk = [row | {"source_id": "ipcc-2019-waste-bulk"} for row in rest]
    named = [source | {"source_id": "ipcc-2019-waste-bulk"}]
    packing.write(packing.folder(BULK["pack_id"], root=root), BULK, named, bulk)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
