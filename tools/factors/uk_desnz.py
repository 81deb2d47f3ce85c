"""Rebuild the pack uk-desnz-2025 from the values entered by hand in ``entries/uk_2025_*.csv``.

The published gas columns are kg CO2e of each gas under AR5 (CH4 28, N2O 265), not masses: this
script divides them out in exact fractions. Nothing else is changed.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PACK = HERE.parents[1] / "src/tanlu/factors/data/uk-desnz-2025"
SHEET = "Factors by Category, flat file 2025"
AR5 = {"ch4": Decimal(28), "n2o": Decimal(265)}
UNITS = {"GJ": "per GJ", "kWh": "per kWh (Net CV)", "kWh.": "per kWh"}
HEAT = ("energy_carrier", "place", "valid_from", "mj_per_kg", "kg_per_l", "source_id", "clause")
COLUMNS = (
    *("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology"),
    *("place", "origin"),
    *(
        "valid_from",
        "data_year",
        "published",
        "boundary",
        "method",
        "form",
        "numerator",
        "denominator",
    ),
    *(
        "value",
        "value_empty",
        "value_full",
        "co2_fossil",
        "co2_bio",
        "ch4_fossil",
        "ch4_bio",
        "n2o",
    ),
    *("co2e_published", "gwp_set", "gsd", "pedigree", "distance_basis", "status", "source_id"),
    *("clause", "note"),
)


def read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / "entries" / name).read_text("utf-8").splitlines()))


def mass(co2e: str, gas: str) -> str:
    if not co2e:
        return ""
    found = (Decimal(co2e) / AR5[gas]).quantize(Decimal("1e-12"), ROUND_HALF_UP)
    return format(found.normalize(), "f")


def base(**over: str) -> dict[str, str]:
    return {
        "valid_from": "2025-01-01",
        "data_year": "2025",
        "published": "2025-06-10",
        "form": "scalar",
        "numerator": "kg",
        "gwp_set": "AR5",
        "status": "official",
        "source_id": "uk-desnz-2025",
        **over,
    }


def clause(*words: str) -> str:
    """Give where a value stands: sheet, the four levels, the column text, the unit."""
    return f"{SHEET}: " + " | ".join(word for word in words if word)


def pair(row: dict[str, str], where: tuple[str, str], **over: str) -> list[dict[str, str]]:
    """Give the TTW and WTT rows of an entry; ``where`` is its column text and its unit."""
    split = {
        "co2_fossil": row["co2"],
        "co2_bio": row.get("co2_bio", ""),
        "ch4_fossil": mass(row["ch4"], "ch4"),
        "n2o": mass(row["n2o"], "n2o"),
    }
    published = {"co2e_published": row["co2e"], "clause": clause(row["row"], *where)}
    upstream = {"co2e_published": row["wtt"], "clause": clause(row["wtt_row"], *where)}
    return [
        base(boundary="ttw", **published, **split, **over),
        base(boundary="wtt", **upstream, **over),
    ]


def curves() -> list[dict[str, str]]:
    made = []
    for row in read("uk_2025_curves.csv"):
        common = {
            "activity": "transport.road",
            "vehicle_class": row["class"],
            "energy_carrier": "diesel",
            "temperature_class": row["temperature"],
            "place": "GB",
            "form": "linear_load",
            "denominator": "km",
            "distance_basis": "actual",
        }
        made += [
            base(
                boundary=boundary,
                value_empty=row[f"{word}_0"],
                value_full=row[f"{word}_100"],
                clause=clause(row[path], "0% Laden and 100% Laden", "per km"),
                note="kept for audit, composed by energy",
                **common,
            )
            for boundary, word, path in (("ttw", "co2e", "row"), ("wtt", "wtt", "wtt_row"))
        ]
    return made


def spread(name: str) -> str:
    """Give the 95 % factor of an intensity, wide enough for what others publish.

    Container ships: DESNZ 2025 0.0198 kg/t.km against CPCD 2024 0.0081 and lane values near 0.005.
    Domestic flights are those of the United Kingdom (3.29) against CPCD 2024 0.92 for China.
    """
    if name.startswith("ship.container"):
        return "4.0"
    return "3.6" if name == "plane.domestic" else "1.4"


def at_sea(name: str) -> bool:
    """Say whether a class is a ship of the world's fleet: all but the British ferry."""
    return name.startswith("ship.") and name != "ship.ropax"


def rows() -> list[dict[str, str]]:
    made = curves()
    for row in read("uk_2025_tkm.csv"):
        made += pair(
            row,
            ("Without RF" if row["kind"] == "transport.air" else "", "per tonne.km"),
            activity=row["kind"],
            vehicle_class=row["class"],
            energy_carrier=row["carrier"],
            place="GLO",
            origin="" if at_sea(row["class"]) else "GB",
            denominator="t.km",
            distance_basis="gcd" if row["kind"] == "transport.air" else "actual",
            gsd=spread(row["class"]),
            pedigree="22232",
        )
    for row in read("uk_2025_fuels.csv"):
        over = {
            "activity": "energy.fuel",
            "energy_carrier": row["carrier"],
            "place": row["place"],
            "origin": "GB" if row["place"] == "GLO" else "",
            "denominator": row["per"],
            "gsd": "1.05",
            "pedigree": "11111" if row["place"] == "GB" else "21132",
        }
        note = "co2e_published: CH4 and N2O; co2_bio: sheet Outside of scopes"
        note = note if row["co2_bio"] else ""
        # biomass and biogas are printed per kWh (net, as their tonnes show) without the words
        unit = UNITS[row["per"]]
        over["denominator"] = row["per"].rstrip(".")
        made += pair(row, ("", unit), note=note, **over)
    return made + laden() + vans() + forced() + electricity()


def laden() -> list[dict[str, str]]:
    """Give what the file prints per tonne-kilometre and at mean load: kept for audit."""
    made = []
    columns = (
        ("half_tkm", "half", "half", "50% Laden", "tonne.km"),
        ("full_tkm", "full", "full", "100% Laden", "tonne.km"),
        ("mean_tkm", "mean", "average", "Average laden", "tonne.km"),
        ("mean_km", "mean_km", "average", "Average laden", "km"),
    )
    for row in read("uk_2025_laden.csv"):
        tail = f"{row['table']} > {row['size']}"
        for co2e, begin, word, column, unit in columns:
            split = {gas: row[f"{begin}_{gas}"] for gas in ("co2", "ch4", "n2o", "wtt")}
            split |= {
                "co2e": row[co2e],
                "row": f"Freighting goods > {tail}",
                "wtt_row": f"WTT- delivery vehs & freight > WTT- {tail}",
            }
            over = audit(row["class"], "diesel", f"laden.{word}", unit)
            over["temperature_class"] = row["temperature"]
            made += pair(split, (column, f"per {unit}"), **over)
    return made


def vans() -> list[dict[str, str]]:
    """Give the vans as printed per kilometre and per tonne-kilometre: kept for audit."""
    made = []
    for row in read("uk_2025_vans.csv"):
        split = {
            **row,
            "row": f"Freighting goods > Vans > {row['size']}",
            "wtt_row": f"WTT- delivery vehs & freight > WTT- vans > {row['size']}",
        }
        over = audit(row["class"], row["carrier"], row["technology"], row["unit"])
        made += pair(split, (row["column"], f"per {row['unit']}"), **over)
    return made


def forced() -> list[dict[str, str]]:
    """Give the flights with radiative forcing: ISO 14083 leaves it out, so never chosen.

    The gas columns of these rows hold effects beyond the mass of CO2: only the total is kept.
    """
    made = []
    for name, size, co2e, wtt in (
        ("plane.domestic", "Domestic, to/from UK", "4.60397", "0.57429"),
        ("plane.short_haul", "Short-haul, to/from UK", "1.27835", "0.20515"),
        ("plane.long_haul", "Long-haul, to/from UK", "0.89939", "0.13516"),
    ):
        split = {
            **dict.fromkeys(("co2", "ch4", "n2o"), ""),
            "co2e": co2e,
            "wtt": wtt,
            "row": f"Freighting goods > Freight flights > {size}",
            "wtt_row": f"WTT- delivery vehs & freight > WTT- freight flights > {size}",
        }
        over = audit(name, "jet_kerosene", "radiative_forcing", "tonne.km")
        over |= {"activity": "transport.air", "distance_basis": "gcd", "status": "deprecated"}
        over["note"] = "CO2 x 1.7 for non-CO2 effects; ISO 14083 excludes them: never chosen"
        made += pair(split, ("With RF", "per tonne.km"), **over)
    return made


def audit(name: str, carrier: str, technology: str, unit: str) -> dict[str, str]:
    return {
        "activity": "transport.road",
        "vehicle_class": name,
        "energy_carrier": carrier,
        "technology": technology,
        "place": "GB",
        "denominator": unit.replace("tonne", "t"),
        "distance_basis": "actual",
        "gsd": "1.2",
        "pedigree": "21112",
        "note": "kept for audit, composed by energy",
    }


def electricity() -> list[dict[str, str]]:
    """Give the four parts of a British kilowatt-hour."""
    grid, lost = "UK electricity > Electricity generated", "Transmission and distribution"
    wtt = "WTT- UK electricity > WTT- UK electricity"
    made = []
    for value, co2, ch4, n2o, boundary, path in (
        ("0.177", "0.17489", "0.0009", "0.00122", "generation", grid),
        ("0.01853", "0.01834", "0.00008", "0.00011", "t_and_d", f"{lost} > T&D- UK electricity"),
        ("0.0459", "", "", "", "wtt", f"{wtt} (generation)"),
        ("0.00397", "", "", "", "wtt_t_and_d", f"{wtt} (T&D)"),
    ):
        made.append(
            base(
                activity="energy.electricity",
                energy_carrier="electricity",
                place="GB",
                boundary=boundary,
                method="location",
                denominator="kWh",
                co2_fossil=co2,
                ch4_fossil=mass(ch4, "ch4"),
                n2o=mass(n2o, "n2o"),
                co2e_published=value,
                gsd="1.05",
                pedigree="11111",
                clause=clause(f"{path} > Electricity: UK > kWh", "per kWh"),
            )
        )
    return made


def heats() -> list[dict[str, str]]:
    """Give heating values: what a kilogram emits over what a unit of its net energy emits."""
    made = []
    for row in read("uk_2025_heat.csv"):
        scale = Decimal("3.6") if row["unit"] == "kWh" else Decimal(1000)
        found = Decimal(row["co2e_per_kg"]) / Decimal(row["co2e_per_unit"]) * scale
        said = f"{row['co2e_per_kg']} / {row['co2e_per_unit']} * {scale} MJ"
        made.append({
            "energy_carrier": row["carrier"], "place": "GLO", "valid_from": "2025-01-01",
            "mj_per_kg": format(found.quantize(Decimal("0.01"), ROUND_HALF_UP), "f"),
            "source_id": "uk-desnz-2025",
            "clause": f"{SHEET}: kg CO2e per kg over kg CO2e per {row['unit']}: {said}",
        })  # fmt: skip
    return made


def write(rows: list[dict[str, Any]], path: Path, columns: tuple[str, ...] = COLUMNS) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, columns, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(rows)


if __name__ == "__main__":
    write(rows(), PACK / "factor.csv")
    write(heats(), PACK / "fuels.csv", HEAT)
