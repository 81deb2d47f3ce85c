"""Rebuild the pack ship-curves: names of the British sizes, other fuels, and the IMO lines.

A ship on another fuel needs the energy of the published one: CO2 per t.km over CO2 per kWh of
marine fuel oil. Container ships by TEU come from the reference line of the carbon intensity
indicator, CO2 = a * dwt^-c g per dwt.nm (MEPC.353(78), table 1, fleet of 2019), at 10 t dwt and
0.7 laden TEU a slot. The lines themselves are kept as tables of CO2 per dwt.km: they count the
capacity and not the cargo, so no leg is quantified with them.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from truck_curves import COLUMNS, read, worked

PACK = Path(__file__).parents[2] / "src/tanlu/factors/data/ship-curves"
OIL = "0.27509"  # kg CO2 per kWh net of marine fuel oil, uk-desnz-2025
FUELS = ("vlsfo", "marine_gas_oil", "lng_diesel_ss", "methanol")
# the sizes of the flat file that have no name in tanlu-vehicles
SIZES = {
    "ship.tanker.crude.60k": ("Crude tanker, 60,000–79,999 dwt", "原油轮（6–8 万载重吨）"),
    "ship.tanker.crude.10k": ("Crude tanker, 10,000–59,999 dwt", "原油轮（1–6 万载重吨）"),
    "ship.tanker.crude.small": ("Crude tanker, 0–9999 dwt", "原油轮（1 万载重吨以下）"),
    "ship.tanker.products.60k": ("Products tanker, 60,000+ dwt", "成品油轮（6 万载重吨以上）"),
    "ship.tanker.products.20k": ("Products tanker, 20,000–59,999 dwt", "成品油轮（2–6 万载重吨）"),
    "ship.tanker.products.10k": ("Products tanker, 10,000–19,999 dwt", "成品油轮（1–2 万载重吨）"),
    "ship.tanker.products.5k": ("Products tanker, 5000–9999 dwt", "成品油轮（0.5–1 万载重吨）"),
    "ship.tanker.products.small": ("Products tanker, 0–4999 dwt", "成品油轮（5000 载重吨以下）"),
    "ship.tanker.chemical.20k": ("Chemical tanker, 20,000+ dwt", "化学品船（2 万载重吨以上）"),
    "ship.tanker.chemical.10k": ("Chemical tanker, 10,000–19,999 dwt", "化学品船（1–2 万载重吨）"),
    "ship.tanker.chemical.5k": ("Chemical tanker, 5000–9999 dwt", "化学品船（0.5–1 万载重吨）"),
    "ship.tanker.chemical.small": ("Chemical tanker, 0–4999 dwt", "化学品船（5000 载重吨以下）"),
    "ship.gas.lng.200k": ("LNG carrier, 200,000+ m3", "液化天然气船（20 万立方米以上）"),
    "ship.gas.lng.small": ("LNG carrier, 0–199,999 m3", "液化天然气船（20 万立方米以下）"),
    "ship.gas.lpg.50k": ("LPG carrier, 50,000+ m3", "液化石油气船（5 万立方米以上）"),
    "ship.gas.lpg.small": ("LPG carrier, 0–49,999 m3", "液化石油气船（5 万立方米以下）"),
    "ship.general.10k.teu": ("General cargo, 10,000+ dwt, 100+ TEU", "多用途船（1 万载重吨以上）"),
    "ship.general.5k.teu": ("General cargo, 5000–9999 dwt, 100+ TEU", "多用途船（0.5–1 万载重吨）"),
    "ship.general.small.teu": (
        "General cargo, 0–4999 dwt, 100+ TEU",
        "多用途船（5000 载重吨以下）",
    ),
    "ship.vehicle.4000ceu": ("Vehicle carrier, 4000+ CEU", "汽车运输船（4000 车位以上）"),
    "ship.vehicle.small": ("Vehicle carrier, 0–3999 CEU", "汽车运输船（4000 车位以下）"),
    "ship.roro.2000lm": ("RoRo ferry, 2000+ lane metres", "滚装船（2000 车道米以上）"),
    "ship.roro.small": ("RoRo ferry, 0–1999 lane metres", "滚装船（2000 车道米以下）"),
}
# MEPC.353(78) table 1: a, c and the greatest capacity that enters
LINES = {
    "ship.bulk": ("4745", "0.622", 279_000),
    "ship.tanker.crude": ("5247", "0.610", None),
    "ship.container": ("1984", "0.489", None),
    "ship.general": ("588", "0.3885", 20_000),
    "ship.tanker.lpg": ("8104", "0.639", 65_000),
    "ship.reefer": ("4600", "0.557", None),
}
TEU = (1000, 2500, 4500, 8500, 14_000, 18_000, 24_000)
DWT_PER_TEU, LADEN = 10, "0.7"
AXIS = (5_000, 10_000, 20_000, 35_000, 60_000, 100_000, 150_000, 200_000, 279_000)
FACTOR = (
    *("activity", "vehicle_class", "energy_carrier", "technology", "place", "valid_from"),
    *("data_year", "published", "boundary", "form", "numerator", "denominator", "axis", "points"),
    *("gsd", "pedigree", "distance_basis", "status", "derivation", "source_id", "clause", "note"),
)
IMO = {"source_id": "imo-mepc-353", "clause": "annex, table 1"}


def row(name: str, carrier: str, en: str, zh: str, **over: str) -> dict[str, str]:
    return {
        "class": name,
        "kind": "transport.sea",
        "carrier": carrier,
        "en": en,
        "zh": zh,
        "form": "scalar",
        "per": "t.km",
        "distance_basis": "actual",
        "place": "GLO",
        "year": "2025",
        "status": "derived",
        "gsd": "1.4",
        "pedigree": "32233",
        "source_id": "tanlu-derived-ships",
        **over,
    }


def named() -> list[dict[str, str]]:
    """Give the British sizes: a name each, and the same energy on other fuels."""
    made = []
    told = {each["class"]: each for each in read("uk_2025_tkm.csv")}
    for name, (en, zh) in SIZES.items():
        made.append(
            row(name, "marine_fuel_oil", en, zh, form="linear_load", per="km", status="official",
                source_id="uk-desnz-2025", pedigree="22232", gsd="1.2")
        )  # fmt: skip
        formula = f"3.6*{told[name]['co2']}/{OIL}"
        said = f"published CO2 per t.km over CO2 per kWh net of marine fuel oil ({OIL})"
        made += [
            row(name, fuel, en, zh, mj_empty=worked(formula),
                clause=f"uk-desnz-2025 {told[name]['row'].split(' > ', 1)[1]}",
                derivation=f"value={formula}; {said}: same energy with another fuel")
            for fuel in FUELS
        ]  # fmt: skip
    return made


def line(name: str, dwt: int) -> Decimal:
    """Give g CO2 per dwt.nm of the reference line, four digits."""
    a, c, most = LINES[name]
    capacity = min(dwt, most) if most else dwt
    found = Decimal(a) * Decimal(str(capacity)) ** -Decimal(c)
    return found.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def boxes() -> list[dict[str, str]]:
    made = []
    for teu in TEU:
        found = line("ship.container", teu * DWT_PER_TEU)
        formula = f"3.6*{found}*{DWT_PER_TEU}/1.852/{LADEN}/1000/{OIL}"
        said = (
            f"1984*{teu * DWT_PER_TEU}^-0.489 = {found} g CO2 per dwt.nm; {DWT_PER_TEU} t dwt and "
            f"{LADEN} laden TEU a slot (our assumption); 1.852 km/nm; {OIL} kg CO2 per kWh"
        )
        made += [
            row(f"ship.container.teu.{teu}", carrier, f"Container ship {teu:,} TEU, by TEU",
                f"{teu} 标箱集装箱船（按标箱）", size=f"{teu} TEU", per="TEU.km",
                mj_empty=worked(formula), derivation=f"value={formula}; {said}", year="2019",
                gsd="1.6", pedigree="22333", clause="MEPC.353(78) annex, table 1")
            for carrier in ("marine_fuel_oil", *FUELS)
        ]  # fmt: skip
    return made


def lines() -> list[dict[str, str]]:
    made = []
    for name, (a, c, most) in LINES.items():
        points = ";".join(
            f"{dwt}:{(line(name, dwt) / Decimal('1.852')).quantize(Decimal('0.0001'))}"
            for dwt in AXIS
            if not most or dwt <= most
        )
        made.append(
            {
                **IMO,
                "activity": "transport.sea",
                "vehicle_class": name,
                "energy_carrier": "marine_fuel_oil",
                "technology": "cii_reference",
                "place": "GLO",
                "valid_from": "2019-01-01",
                "data_year": "2019",
                "published": "2022-06-10",
                "boundary": "ttw",
                "form": "table",
                "numerator": "g",
                "denominator": "t.km",
                "axis": "capacity_t",
                "points": points,
                "gsd": "1.3",
                "pedigree": "12222",
                "distance_basis": "actual",
                "status": "official",
                "derivation": f"{a}*dwt^-{c}/1.852: g CO2 per dwt.km of capacity",
                "note": "CO2 per capacity and not per cargo: for comparison, no leg is quantified",
            }
        )
    return made


def write(path: Path, columns: tuple[str, ...], made: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, columns, lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(made)


if __name__ == "__main__":
    write(PACK / "vehicles.csv", COLUMNS, named() + boxes())
    write(PACK / "factor.csv", FACTOR, lines())
