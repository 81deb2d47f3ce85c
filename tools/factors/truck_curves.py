"""Rebuild the pack truck-curves: energy by load of trucks, powertrain by powertrain.

Level from the British curves of 2025 (``entries/uk_2025_curves.csv``), shape and ratios from
``entries/truck_model.csv``. One constant k a size ties both at half load of the regional cycle,
where the engine map of the model holds. A fuel-cell truck is a battery truck whose electricity
comes from the model's fuel-cell system: the model's own fuel-cell rows fall with load and are
rejected. A gas truck needs the diesel energy times what British gas vans need more.
"""

from __future__ import annotations

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACK = HERE.parents[1] / "src/tanlu/factors/data/truck-curves"
BLEND = "0.2562"  # kg CO2 per kWh net of the diesel that the British curves burn
GAS = "1.23247/0.99123"  # kWh per km of British vans on gas and on diesel, SECR table 2025
COLUMNS = (
    *("class", "kind", "carrier", "temperature", "en", "zh", "size", "form", "per", "mj_empty"),
    *("mj_full", "capacity_t", "load", "empty", "distance_basis", "place", "year", "status"),
    *("gsd", "pedigree", "source_id", "clause", "derivation", "origin"),
)
# class: size of the model, capacity [t] and mean load of the British mean, gross, en, zh
TRUCKS = {
    "truck.rigid.7t5": ("7.5t", "3.12", "0.420", "3.5-7.5 t gross", "Rigid truck 3.5-7.5 t",
                        "3.5–7.5 吨厢式货车"),
    "truck.rigid.17t": ("18t", "6.79", "0.340", "7.5-17 t gross", "Rigid truck 7.5-17 t",
                        "7.5–17 吨载货车"),
    "truck.rigid.32t": ("26t", "12.74", "0.598", "17-32 t gross", "Rigid truck over 17 t",
                        "17 吨以上载货车"),
    "truck.artic.33t": ("32t", "17.42", "0.473", "3.5-33 t gross", "Articulated truck up to 33 t",
                        "33 吨以下半挂牵引车"),
    "truck.artic.44t": ("40t", "25.51", "0.598", "33-49 t gross", "Articulated truck over 33 t",
                        "33 吨以上半挂牵引车"),
    "truck.average": ("40t", "19.46", "0.580", "3.5-49 t gross", "Truck, fleet average",
                      "货车（平均）"),
    "truck.rigid": ("18t", "10.17", "0.554", "3.5-32 t gross", "Rigid truck, average",
                    "载货车（平均）"),
    "truck.artic": ("40t", "25.25", "0.594", "3.5-49 t gross", "Articulated truck, average",
                    "半挂牵引车（平均）"),
}  # fmt: skip
MEANS = ("truck.average", "truck.rigid", "truck.artic")
CYCLES = {
    "urban": ("urban delivery", "城市配送"),
    "longhaul": ("long haul", "干线运输"),
}
SHORT_HAUL = {"7.5t"}  # the model gives these a battery for 800 km on the long haul


def read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / "entries" / name).read_text("utf-8").splitlines()))


def model() -> dict[tuple[str, str, str, str], dict[str, str]]:
    names = ("size", "powertrain", "year", "cycle")
    return {
        tuple(row[name] for name in names): row  # type: ignore[misc]
        for row in read("truck_model.csv")
        if all(float(row[f"mj_{load}"]) > 0 for load in (0, 50, 100))
    }


def curves(temperature: str = "") -> dict[str, tuple[str, str]]:
    """Give kg CO2 per km of the British diesel truck, empty and full."""
    rows = (row for row in read("uk_2025_curves.csv") if row["temperature"] == temperature)
    return {row["class"]: (row["co2_0"], row["co2_100"]) for row in rows}


def worked(text: str) -> str:
    """Give the value of a product of decimals, as the derivation writes it."""
    first, *rest = re.split(r"([*/])", text)
    total = Decimal(first)
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        total = total * Decimal(number) if sign == "*" else total / Decimal(number)
    return str(total.quantize(Decimal("0.000001"), ROUND_HALF_UP))


def tied(name: str, size: str, found: dict[Any, dict[str, str]]) -> str:
    """Give k: British diesel at half load over that of the model, regional cycle."""
    half = sum(map(Decimal, curves()[name])) / 2
    own = Decimal(found[size, "ICEV-d", "2020", "regional"]["mj_50"])
    k = Decimal("3.6") * half / Decimal(BLEND) / own
    return str(k.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def base(name: str, carrier: str, formulas: tuple[str, str], said: str, **over: str) -> dict:
    size, capacity, load, gross, en, zh = TRUCKS[name]
    empty, full = formulas
    return {
        "class": name,
        "kind": "transport.road",
        "carrier": carrier,
        "en": en,
        "zh": zh,
        "size": gross,
        "form": "linear_load",
        "per": "km",
        "mj_empty": worked(empty),
        "mj_full": worked(full),
        "capacity_t": capacity,
        "load": load,
        "empty": "0.30",
        "distance_basis": "actual",
        "place": "GLO",
        "year": "2025",
        "status": "derived",
        "gsd": "1.3",
        "pedigree": "32232",
        "source_id": "tanlu-derived-trucks",
        "clause": f"truck_model.csv, size {size}; uk-desnz-2025 HGV (all diesel)",
        "derivation": f"empty={empty}; full={full}; {said}",
        "origin": "GB",
        **over,
    }


def diesel(name: str, ratio: str) -> tuple[str, str]:
    empty, full = curves()[name]
    return f"3.6*{empty}/{BLEND}*{ratio}", f"3.6*{full}/{BLEND}*{ratio}"


def room(name: str, row: dict[str, str], plain: dict[str, str]) -> str:
    """Give the capacity that is left by batteries: British one x ratio of the model's payloads."""
    left = min(float(row["payload_t"]) / float(plain["payload_t"]), 1.0)
    return f"{float(TRUCKS[name][1]) * left:.2f}"


def electric(name: str, cycle: str, year: str, found: dict[Any, Any]) -> tuple[dict, dict]:
    """Give the battery truck and the fuel-cell truck of a cycle and model year."""
    size = TRUCKS[name][0]
    row, cell = found[size, "BEV", year, cycle], found[size, "FCEV", year, cycle]
    plain = found[size, "ICEV-d", "2020", cycle if size not in SHORT_HAUL else "regional"]
    k = tied(name, size, found)
    level = f"k = {k}: British diesel at half load over the model's, {size}, regional, 2020"
    own = f"model MJ/km from the grid empty and full, {cycle}, model year {year}"
    power = base(
        name,
        "electricity",
        (f"{k}*{row['mj_0']}", f"{k}*{row['mj_100']}"),
        f"{level}; {own}; capacity less the battery's mass",
        gsd="1.4",
        capacity_t=room(name, row, plain),
    )
    ways = f"*{row['battery_to_grid']}/{cell['fuel_cell']}"
    gas = base(
        name,
        "hydrogen",
        (f"{k}*{row['mj_0']}{ways}", f"{k}*{row['mj_100']}{ways}"),
        f"{level}; the battery truck's {own}, x {row['battery_to_grid']} behind the charger over "
        f"{cell['fuel_cell']} of the fuel-cell system (model parameter)",
        gsd="1.5",
        pedigree="33233",
        capacity_t=room(name, cell, plain),
    )
    return power, gas


def renamed(row: dict, end: str, en: str, zh: str) -> dict:
    return {
        **row,
        "class": f"{row['class']}.{end}",
        "en": f"{row['en']}, {en}",
        "zh": f"{row['zh']}（{zh}）",
    }


def gas(name: str, ratio: str, said: str) -> dict:
    carrier = "cng" if name in {"truck.rigid.7t5", "truck.rigid.17t", "truck.rigid"} else "lng"
    return base(
        name,
        carrier,
        diesel(name, f"{GAS}{ratio}"),
        f"British diesel curve x 1.23247/0.99123 kWh/km: what British vans need more on gas than "
        f"on diesel (SECR table, Vans > Average){said}",
        clause="uk-desnz-2025 HGV (all diesel); SECR kWh pass & delivery vehs > Vans > Average",
        gsd="1.4",
        pedigree="33233",
    )


def means() -> list[dict]:
    """Give the diesel means that tanlu-vehicles lacks: all rigids, all artics, and cold."""
    made = []
    for name, temperature, word in (
        *((each, "", "ambient") for each in MEANS[1:]),
        *((each, "chilled", "refrigerated") for each in MEANS),
        *((each, "frozen", "refrigerated") for each in MEANS),
    ):
        empty, full = curves("chilled" if temperature else "")[name]
        made.append(
            base(
                name,
                "diesel",
                (f"3.6*{empty}/{BLEND}", f"3.6*{full}/{BLEND}"),
                f"{word} curve: CO2 per km over {BLEND} kg CO2 per kWh of the blend; capacity and "
                f"load so that the published mean per t.km comes out at 30 % empty (DfT)",
                temperature=temperature,
                clause=f"uk-desnz-2025 HGV, {word}: means over sizes",
                gsd="1.2",
                pedigree="22232",
            )
        )
    return made


def rows() -> list[dict[str, str]]:
    found = model()
    made = means()
    for name, (size, *_) in TRUCKS.items():
        made += [*electric(name, "regional", "2025", found), gas(name, "", "")]
        if name in MEANS:
            continue
        plain = found[size, "ICEV-d", "2025", "regional"]["mj_50"]
        hybrid = found[size, "HEV-d", "2025", "regional"]["mj_50"]
        mixed = base(
            name,
            "diesel",
            diesel(name, f"{hybrid}/{plain}"),
            "British diesel curve x hybrid over diesel of the model, half load, regional, 2025",
        )
        made.append(renamed(mixed, "hybrid", "diesel hybrid", "油电混合"))
        for cycle, (en, zh) in CYCLES.items():
            if cycle == "longhaul" and size in SHORT_HAUL:
                continue
            part, whole = (found[size, "ICEV-d", "2020", each]["mj_50"]
                           for each in (cycle, "regional"))  # fmt: skip
            said = f"x {cycle} over regional cycle of the model, diesel, half load, 2020"
            driven = [
                base(name, "diesel", diesel(name, f"{part}/{whole}"), f"British curve {said}"),
                *electric(name, cycle, "2025", found),
                gas(name, f"*{part}/{whole}", f", {said}"),
            ]
            made += [renamed(row, cycle, en, zh) for row in driven]
    return made


def years() -> list[dict[str, str]]:
    """Give the battery and the fuel-cell truck of other model years: for plans, asked by name."""
    found, made = model(), []
    names = ("capacity_t", "gsd", "pedigree", "distance_basis", "status", "derivation",
             "source_id", "clause", "origin", "place")  # fmt: skip
    for name in TRUCKS:
        for year in ("2020", "2030"):
            for each in electric(name, "regional", year, found):
                made.append(  # noqa: PERF401
                    {
                        **{key: each[key] for key in names},
                        "activity": "transport.road",
                        "vehicle_class": name,
                        "energy_carrier": each["carrier"],
                        "technology": f"model_year.{year}",
                        "valid_from": "2020-01-01",
                        "data_year": "2025",
                        "boundary": "energy",
                        "form": "linear_load",
                        "numerator": "MJ",
                        "denominator": "km",
                        "value_empty": each["mj_empty"],
                        "value_full": each["mj_full"],
                        "load_default": each["load"],
                        "empty_default": each["empty"],
                    }
                )
    return made


if __name__ == "__main__":
    trucks = years()
    with (PACK / "factor.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(trucks[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(trucks)
    with (PACK / "vehicles.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows())
