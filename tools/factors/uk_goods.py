"""Rebuild the pack uk-goods-2025 from the values entered by hand in ``entries/uk_2025_*.csv``.

Materials, waste, water, heat and travel of the British flat file of 2025. Gas columns are kg CO2e
under AR5 and become masses as in ``uk_desnz.py``; nothing else is changed.
"""

from __future__ import annotations

import csv

from tools.factors.uk_desnz import COLUMNS as FREIGHT_COLUMNS
from tools.factors.uk_desnz import PACK as FREIGHT
from tools.factors.uk_desnz import base, clause, mass, read

PACK = FREIGHT.parent / "uk-goods-2025"
SOURCE = "uk-desnz-2025-goods"
FREIGHT_ONLY = {"vehicle_class", "temperature_class", "value_empty", "value_full"}
COLUMNS = (
    *("activity", "technology", "material"),
    *[name for name in FREIGHT_COLUMNS[1:] if name not in {*FREIGHT_ONLY, "distance_basis"}],
)
# column of the entries: technology, column text. Who names no technology bought primary material.
MADE = {
    "primary": ("", "Primary material production"),
    "reuse": ("reuse", "Re-used"),
    "recycled": ("recycled", "Closed-loop source"),
}
# column of the entries: kind, technology, column text of the flat file, boundary. Where a material
# has both loops, the closed one answers a question that names none.
TREATED = {
    "open_loop": ("waste.recycling", "open_loop", "Open-loop", "disposal_cutoff"),
    "closed_loop": ("waste.recycling", "", "Closed-loop", "disposal_cutoff"),
    "incineration": (
        *("waste.incineration", "", "Incineration with Energy Recovery", "disposal_cutoff"),
    ),
    "composting": ("waste.composting", "", "Composting", "disposal_cutoff"),
    "landfill": ("waste.landfill", "", "Landfill", "disposal"),
    "digestion": (
        *("waste.composting", "anaerobic_digestion", "Anaerobic digestion", "disposal_cutoff"),
    ),
}
NOTES = {
    "disposal_cutoff": "collection and transport only: the process is that of the next user",
    "disposal": "collection, transport and landfill gas of this material",
}
CARS = (
    ("car.small", "Small car", "0.18852"),
    ("car.medium", "Medium car", "0.19814"),
    ("car.large", "Large car", "0.21449"),
    ("", "Average car", "0.20656"),
)
UNITS = {"km": "km", "p.km": "passenger.km"}


def row(**over: str) -> dict[str, str]:
    """Give an official row of this source that holds for the world for want of another."""
    common = {"source_id": SOURCE, "place": "GLO", "origin": "GB", "pedigree": "22232"}
    return base(**{**common, **over})


def materials() -> list[dict[str, str]]:
    return [
        row(
            activity="goods.material",
            material=each["material"],
            technology=technology,
            boundary="cradle_gate",
            denominator="t",
            co2e_published=each[name],
            gsd="1.3",
            clause=clause(f"Material use > {each['row']}", column, "per tonnes"),
        )
        for each in read("uk_2025_materials.csv")
        for name, (technology, column) in MADE.items()
        if each[name]
    ]


def waste() -> list[dict[str, str]]:
    made = []
    for each in read("uk_2025_waste.csv"):
        for name, (kind, technology, column, boundary) in TREATED.items():
            if not each[name]:
                continue
            alone = name == "open_loop" and not each["closed_loop"]
            made.append(
                row(
                    activity=kind,
                    material=each["material"],
                    technology="" if alone else technology,
                    boundary=boundary,
                    denominator="t",
                    co2e_published=each[name],
                    gsd="2.0" if boundary == "disposal_cutoff" else "1.5",
                    clause=clause(f"Waste disposal > {each['row']}", column, "per tonnes"),
                    note=NOTES[boundary] + ("; open loop" if alone else ""),
                )
            )
    return made


def travel() -> list[dict[str, str]]:
    made = []
    for each in read("uk_2025_travel.csv"):
        air = each["kind"] == "travel.air"
        sheet = "Business travel- air" if air else "Business travel- land"
        upstream = "WTT- business travel- air" if air else "WTT- pass vehs & travel- land"
        head, rest = each["row"].split(" > ", 1)
        over = {
            "activity": each["kind"],
            "technology": each["technology"],
            "energy_carrier": each["carrier"],
            "denominator": each["per"],
            "gsd": "1.2",
        }
        note = "with the uplift of 1.7 for effects of flights beyond CO2" if not each["co2"] else ""
        where = (each["column"], f"per {UNITS[each['per']]}")
        made.append(
            row(
                boundary="ttw",
                co2e_published=each["co2e"],
                co2_fossil=each["co2"],
                ch4_fossil=mass(each["ch4"], "ch4"),
                n2o=mass(each["n2o"], "n2o"),
                clause=clause(f"{sheet} > {each['row']}", *where),
                note=note,
                **over,
            )
        )
        head = f"{head[0].lower()}{head[1:]}"
        made.append(
            row(
                boundary="wtt",
                co2e_published=each["wtt"],
                clause=clause(f"{upstream} > WTT- {head} > {rest}", *where),
                note=note,
                **over,
            )
        )
    return made + batteries() + nights() + home()


def batteries() -> list[dict[str, str]]:
    """Give the energy of battery cars, so that the grid of the place weighs it."""
    path = "SECR kWh UK electricity for EVs > Cars (by size)"
    return [
        row(
            activity="travel.road",
            technology=technology,
            energy_carrier="electricity",
            boundary="energy",
            numerator="kWh",
            denominator="km",
            value=value,
            gwp_set="",
            gsd="1.2",
            clause=clause(f"{path} > {name}", "Battery Electric Vehicle", "per km"),
        )
        for technology, name, value in CARS
    ]


def nights() -> list[dict[str, str]]:
    return [
        row(
            activity="travel.stay",
            place=each["place"],
            origin="",
            boundary="ttw",
            denominator="item",
            co2e_published=each["value"],
            gsd="1.5",
            clause=clause(f"Hotel stay > Hotel stay > {each['row']}", "per Room per night"),
            note="one room for one night: the energy that the hotel uses",
        )
        for each in read("uk_2025_stay.csv")
    ]


def home() -> list[dict[str, str]]:
    both = "Homeworking (office equipment + heating)"
    return [
        row(
            activity="travel.commute",
            technology=technology,
            boundary="ttw",
            denominator="h",
            co2e_published=value,
            gsd="1.5",
            clause=clause(f"Homeworking > {name}", "per per FTE Working Hour"),
            note="an hour of work at home in place of the way to work",
        )
        for technology, name, value in (
            ("homeworking", both, "0.33378"),
            ("homeworking.equipment", "Office Equipment", "0.03144"),
            ("homeworking.heating", "Heating", "0.30234"),
        )
    ]


def supplies() -> list[dict[str, str]]:
    """Give water, wastewater and heat."""
    water = [
        row(
            activity=kind,
            boundary=boundary,
            denominator="m3",
            co2e_published=value,
            gsd="1.5",
            clause=clause(path, "per cubic metres"),
        )
        for kind, boundary, value, path in (
            ("site.water", "cradle_gate", "0.1913", "Water supply > Water supply > Water supply"),
            (
                *("site.wastewater", "disposal", "0.17088"),
                "Water treatment > Water treatment > Water treatment",
            ),
        )
    ]
    burnt = {"co2_fossil": "0.17355", "ch4_fossil": mass("0.00122", "ch4")}
    district = "Heat and steam > Heat and steam > District heat and steam > kWh"
    upstream = "WTT- heat and steam > WTT-"
    heat = [
        row(
            activity="energy.heat",
            method="location",
            boundary=boundary,
            denominator="kWh",
            co2e_published=value,
            gsd="1.2",
            clause=clause(path, "per kWh"),
            **split,
        )
        for boundary, value, path, split in (
            ("ttw", "0.17529", district, {**burnt, "n2o": mass("0.00052", "n2o")}),
            ("wtt", "0.03341", f"{upstream} heat and steam > District heat and steam > kWh", {}),
            (
                *("wtt_t_and_d", "0.00176"),
                f"{upstream} district heat & steam distribution > 5% loss > kWh",
                {},
            ),
        )
    ]
    return water + heat


def rows() -> list[dict[str, str]]:
    return [*materials(), *waste(), *travel(), *supplies()]


if __name__ == "__main__":
    with (PACK / "factor.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows())
