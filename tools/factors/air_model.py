"""Run OpenAP 2.6.2 and write ``entries/air_model.csv``: fuel of a flight by type and distance.

Climb, cruise and descent of the package's own profiles, the mass falling with the fuel; distance
flown is the great circle plus 95 km (ISO 14083:2023), reserves are 5 % and 30 minutes, taxi is the
26 minutes of the ICAO landing and take-off cycle at idle. Take-off above the maximum mass of the
type is left out. OpenAP (LGPL-3.0) is a tool here; what it gives are facts of a run.
"""

from __future__ import annotations

import csv
import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# name: OpenAP type, payload [t] aboard, what it is
TYPES = {
    "freighter.b737": ("B738", 15.4, "737-800 freighter, 0.70 of 22 t"),
    "freighter.a321": ("A321", 18.9, "A321 freighter, 0.70 of 27 t"),
    "freighter.b757": ("B752", 21.4, "757-200SF, 0.70 of 30.6 t"),
    "freighter.b767": ("B763", 36.4, "767-300F, 0.70 of 52 t"),
    "freighter.a330": ("A332", 45.5, "A330-200F, 0.70 of 65 t"),
    "freighter.b777": ("B77W", 72.1, "777F, 0.70 of 103 t"),
    "freighter.b747-400": ("B744", 79.1, "747-400F, 0.70 of 113 t"),
    "freighter.b747-8": ("B748", 95.9, "747-8F, 0.70 of 137 t"),
    "belly.b737": ("B738", 16.6, "737-800, 0.80 of 189 seats at 100 kg, 1.5 t in the belly"),
    "belly.a321": ("A321", 19.6, "A321, 0.80 of 220 seats at 100 kg, 2 t in the belly"),
    "belly.a330": ("A333", 33.2, "A330-300, 0.80 of 290 seats at 100 kg, 10 t in the belly"),
    "belly.b787": ("B789", 33.2, "787-9, 0.80 of 290 seats at 100 kg, 10 t in the belly"),
    "belly.a350": ("A359", 37.6, "A350-900, 0.80 of 320 seats at 100 kg, 12 t in the belly"),
    "belly.b777": ("B77W", 43.8, "777-300ER, 0.80 of 360 seats at 100 kg, 15 t in the belly"),
}
DISTANCES = (500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 8000)
TAXI_S, HOLD_S, RESERVE = 26 * 60, 30 * 60, 0.05


class Flight:
    """One type: its profiles and its fuel flow."""

    def __init__(self, kind: str) -> None:
        from openap import FlightGenerator, FuelFlow, prop

        self.of = prop.aircraft(kind, use_synonym=True)
        self.flow = FuelFlow(kind, use_synonym=True)
        self.path = FlightGenerator(kind, use_synonym=True)
        engine = prop.engine(self.of["engine"]["default"])
        self.idle = engine["ff_idl"] * self.of["engine"]["number"]

    def burnt(self, mass: float, speed: float, height: float, rise: float, seconds: float) -> float:
        from openap import aero

        if speed < 40:  # rolling: the engines idle
            return float(self.idle) * seconds
        state = {"tas": speed / aero.kts, "alt": height / aero.ft, "vs": rise / aero.fpm}
        return float(self.flow.enroute(mass=mass, **state)) * seconds

    def along(self, mass: float, part: Any) -> float:
        """Give the fuel of a climb or a descent [kg]."""
        total = 0.0
        at = list(part[["t", "v", "h", "vs"]].dropna().itertuples(index=False, name=None))
        for (first, *_), (last, speed, height, rise) in pairwise(at):
            total += self.burnt(mass - total, speed, height, rise, last - first)
        return total

    def trip(self, payload_kg: float, distance_km: float) -> tuple[float, float]:
        """Give fuel from gate to gate and mass at take-off [kg]."""
        from openap import aero

        high = self.of["cruise"]["height"] if distance_km > 700 else 8500
        mach = self.of["cruise"]["mach"]
        told = {"dt": 30, "alt_cr": high / aero.ft}
        rise = self.path.climb(mach_const_cl=mach, **told)
        fall = self.path.descent(mach_const_de=mach, **told)
        level = (distance_km + 95) * 1000 - rise.s.iloc[-1] - fall.s.iloc[-1]
        speed = aero.mach2tas(mach, high)
        steps = max(int(level // 100_000), 1)
        bare = self.of["oew"] + payload_kg
        hold = HOLD_S * self.burnt(bare, 220 * aero.kts, 1500 * aero.ft, 0.0, 1.0)
        fuel = 0.1 * bare
        for _ in range(12):
            start = bare + (1 + RESERVE) * fuel + hold
            used = self.along(start, rise)
            for _ in range(steps):
                used += self.burnt(start - used, speed, high, 0.0, max(level, 0) / steps / speed)
            used += self.along(start - used, fall)
            fuel, last = used, fuel
            if abs(used - last) < 1 or start > 1.2 * self.of["mtow"]:
                break
        return fuel + TAXI_S * self.idle, start


def rows() -> list[dict[str, Any]]:
    made = []
    for name, (kind, payload_t, said) in TYPES.items():
        flight = Flight(kind)
        for distance in DISTANCES:
            fuel, start = flight.trip(payload_t * 1000, distance)
            if not (fuel > 0 and start <= flight.of["mtow"]):
                continue
            made.append(
                {
                    "name": name,
                    "type": kind,
                    "payload_t": payload_t,
                    "distance_km": distance,
                    "fuel_kg": round(fuel),
                    "take_off_t": round(start / 1000, 1),
                    "note": said,
                }
            )
    return made


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    table = rows()
    with (HERE / "entries/air_model.csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        sheet.writeheader()
        sheet.writerows(table)
