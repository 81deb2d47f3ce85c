"""Rebuild the pack air-curves from ``entries/air_model.csv``: freighters and bellies by type.

A class holds the energy at one distance, the table of the same class that over all distances.
Fuel is shared by mass: a passenger with baggage counts 100 kg (ISO 14083:2023; IATA RP 1678), so
that a tonne in the belly and a tonne of passengers carry the same.
"""

from __future__ import annotations

from pathlib import Path

from ships import FACTOR, write
from truck_curves import COLUMNS, read, worked

PACK = Path(__file__).parents[2] / "src/tanlu/factors/data/air-curves"
HEAT = "44.1"  # MJ per kg of jet kerosene, IPCC 2006 volume 2 table 1.2
SHORT, LONG, MIDDLE = "1000", "4000", "2000"
NARROW = {"b737", "a321", "b757"}
NAMES = {
    "freighter.b737": ("Boeing 737-800 freighter", "波音 737-800 货机"),
    "freighter.a321": ("Airbus A321 freighter", "空客 A321 货机"),
    "freighter.b757": ("Boeing 757-200 freighter", "波音 757-200 货机"),
    "freighter.b767": ("Boeing 767-300 freighter", "波音 767-300 货机"),
    "freighter.a330": ("Airbus A330-200 freighter", "空客 A330-200 货机"),
    "freighter.b777": ("Boeing 777 freighter", "波音 777 货机"),
    "freighter.b747-400": ("Boeing 747-400 freighter", "波音 747-400 货机"),
    "freighter.b747-8": ("Boeing 747-8 freighter", "波音 747-8 货机"),
    "belly.b737": ("Belly of a Boeing 737-800", "波音 737-800 腹舱"),
    "belly.a321": ("Belly of an Airbus A321", "空客 A321 腹舱"),
    "belly.a330": ("Belly of an Airbus A330-300", "空客 A330-300 腹舱"),
    "belly.b787": ("Belly of a Boeing 787-9", "波音 787-9 腹舱"),
    "belly.a350": ("Belly of an Airbus A350-900", "空客 A350-900 腹舱"),
    "belly.b777": ("Belly of a Boeing 777-300ER", "波音 777-300ER 腹舱"),
}
FAMILIES = {
    "freighter": ("All-cargo aircraft", "全货机"),
    "belly": ("Belly of passenger aircraft", "客机腹舱"),
}


THIRSTY = ("b757", "b767", "b777", "b787", "b747", "a350")


def found() -> dict[str, dict[str, dict[str, str]]]:
    held: dict[str, dict[str, dict[str, str]]] = {}
    for row in read("air_model.csv"):
        held.setdefault(row["name"], {})[row["distance_km"]] = row
    return held


def row(name: str, en: str, zh: str, formula: str, said: str, **over: str) -> dict[str, str]:
    return {
        "class": f"plane.{name}",
        "kind": "transport.air",
        "carrier": "jet_kerosene",
        "en": en,
        "zh": zh,
        "form": "scalar",
        "per": "t.km",
        "mj_empty": worked(formula),
        "distance_basis": "gcd",
        "place": "GLO",
        "year": "2025",
        "status": "derived",
        "gsd": gsd(name),
        "pedigree": "32222",
        "source_id": "tanlu-derived-air",
        "clause": "air_model.csv",
        "derivation": f"value={formula}; {said}",
        **over,
    }


def gsd(name: str) -> str:
    """Give the 95 % factor: wider for types that the model lets burn more in cruise than is usual."""
    return "1.7" if any(kind in name for kind in THIRSTY) else "1.35"


def wide(name: str) -> bool:
    return name.split(".")[1] not in NARROW


def formula(at: dict[str, str]) -> str:
    return f"{at['fuel_kg']}*{HEAT}/{at['payload_t']}/{at['distance_km']}"


def types(held: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
    made = []
    for name, (en, zh) in NAMES.items():
        usual = SHORT if not wide(name) else (LONG if LONG in held[name] else MIDDLE)
        at = held[name][usual]
        said = f"kg of fuel gate to gate over {usual} km x {HEAT} MJ/kg over t aboard: {at['note']}"
        made.append(row(name, en, zh, formula(at), said, size=f"{usual} km"))
        other = MIDDLE if usual == SHORT else SHORT
        at = held[name][other]
        said = f"kg of fuel gate to gate over {other} km x {HEAT} MJ/kg over t aboard: {at['note']}"
        tail = f"{other}km"
        end = row(f"{name}.{tail}", f"{en}, {other} km", f"{zh}（{other} 公里）", formula(at), said)
        made.append(end | {"size": f"{other} km"})
    return made


def families(held: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
    """Give the means: short of narrow bodies, long of wide bodies, and all at 2,000 km."""
    made = []
    for family, (en, zh) in FAMILIES.items():
        for tail, distance, kept, more, mehr in (
            ("", MIDDLE, lambda _: True, "", ""),
            (".short", SHORT, lambda name: not wide(name), ", short haul", "（短途）"),
            (".long", LONG, wide, ", long haul", "（长途）"),
        ):
            fleet = [
                at[distance]
                for name, at in held.items()
                if name.startswith(family) and kept(name) and distance in at
            ]
            fuel = sum(float(at["fuel_kg"]) for at in fleet)
            load = sum(float(at["payload_t"]) for at in fleet)
            text = f"{fuel:.0f}*{HEAT}/{load:.1f}/{distance}"
            said = f"fuel and load of {len(fleet)} types together over {distance} km"
            made.append(
                row(f"{family}{tail}", f"{en}{more}", f"{zh}{mehr}", text, said, gsd="1.6",
                    size=f"{distance} km")
            )  # fmt: skip
    return made


def tables(held: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
    made = []
    for name, by in held.items():
        points = ";".join(f"{km}:{float(worked(formula(at))):.4f}" for km, at in by.items())
        made.append(
            {
                "activity": "transport.air",
                "vehicle_class": f"plane.{name}",
                "energy_carrier": "jet_kerosene",
                "technology": "by_distance",
                "place": "GLO",
                "valid_from": "2025-01-01",
                "data_year": "2025",
                "boundary": "energy",
                "form": "table",
                "numerator": "MJ",
                "denominator": "t.km",
                "axis": "distance_km",
                "points": points,
                "gsd": gsd(name),
                "pedigree": "32222",
                "distance_basis": "gcd",
                "status": "derived",
                "derivation": f"fuel x {HEAT} MJ/kg over t.km; {next(iter(by.values()))['note']}",
                "source_id": "tanlu-derived-air",
                "clause": "air_model.csv",
            }
        )
    return made


if __name__ == "__main__":
    flights = found()
    write(PACK / "vehicles.csv", COLUMNS, families(flights) + types(flights))
    write(PACK / "factor.csv", FACTOR, tables(flights))
