"""What is assumed of the network, read from tables that name their source.

``data/stated.csv`` lists every single figure with unit, meaning and source or *assumption*;
``place``, ``park``, ``fleet``, ``goods`` and ``lane`` hold what has rows.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib import resources

__all__ = ["great_circle_km", "lanes", "rate_ppm", "stated", "table"]

Row = dict[str, str]
MODES = ("road", "rail", "air", "inland", "sea")
LOADS = 16
_EARTH_KM = 6371.0088  # mean radius, IUGG 1980 (Moritz 2000)


@cache
def table(name: str) -> tuple[Row, ...]:
    """Give the rows of place, park, fleet, goods, lane, stated or devices/… as texts."""
    place = name if "/" in name else f"data/{name}"
    text = resources.files("tanlu.simulate").joinpath(f"{place}.csv")
    return tuple(csv.DictReader(text.read_text(encoding="utf-8").splitlines()))


@cache
def stated(name: str) -> float:
    """Give a single assumed figure by its name, in the unit of the table."""
    return next(float(row["value"]) for row in table("stated") if row["name"] == name)


def great_circle_km(one: Row, other: Row) -> float:
    """Give the haversine distance [km] between two rows with lat and lon [deg]."""
    lat1, lat2 = math.radians(float(one["lat"])), math.radians(float(other["lat"]))
    half = math.radians(float(other["lon"]) - float(one["lon"])) / 2
    a = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(a))


@cache
def lanes() -> tuple[tuple[float, tuple[float, ...]], ...]:
    """Give for each lane, park by park and place by place, great circle [km] and mode shares."""
    found = []
    for park in table("park"):
        for place in table("place"):
            km = max(12.0, great_circle_km(park, place))
            wet = {park["water"], place["water"]}
            joined = "water" if wet in ({"river"}, {"sea"}) else ""
            row = next(
                row
                for row in sorted(
                    table("lane"), key=lambda row: (int(row["up_to_km"]), row["water"] != joined)
                )
                if km <= int(row["up_to_km"]) and row["water"] in ("", joined)
            )
            weights = {mode: float(row[mode]) for mode in MODES}
            weights["sea" if wet == {"river"} else "inland"] = 0.0
            found.append((km, tuple(weights.values())))
    return tuple(found)


@cache
def rate_ppm() -> tuple[int, ...]:
    """Give energy per work [J/(kg m) = MJ/(t km), ppm] by role, load step and empty step.

    x = a / ((1 - empty) load capacity) + b with b = (full - empty curve) / capacity, the load
    curve of GLEC v3 module 2; a role without capacity has a plain rate.
    """
    rates = []
    for row in table("fleet"):
        empty, full, capacity = (float(row[k]) for k in ("mj_empty", "mj_full", "capacity_t"))
        for step in range(LOADS * LOADS):
            if not capacity:
                rates.append(round(empty * 1e6))
                continue
            load, idle = load_of(row, step // LOADS), empty_of(row, step % LOADS)
            work = empty / ((1 - idle) * load * capacity) + (full - empty) / capacity
            rates.append(round(work * 1e6))
    return tuple(rates)


def load_of(row: Row, step: int) -> float:
    """Give the load factor [1] of a role at one of 16 even steps, 0.7 to 1.3 times its mean."""
    return round(min(0.98, float(row["load"]) * (0.7 + 0.6 * (step + 0.5) / LOADS)), 3)


def empty_of(row: Row, step: int) -> float:
    """Give the share of empty kilometres [1] at one of 16 even steps, 0.5 to 1.5 times the mean."""
    return round(float(row["empty"]) * (0.5 + (step + 0.5) / LOADS), 3)
