"""Streets on a plane near 30° north, and fixes of somebody who goes along them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from tanlu.terms import schema
from tanlu.track.network import Graph, graph

# metres of a degree at 30° north, WGS 84
NORTH, EAST = 110_852.4, 96_486.3
LAT, LON = 30.0, 110.0
START = 1_790_000_000_000_000

Places = list[tuple[float, float]]


def e7(east: float, north: float) -> tuple[int, int]:
    """Give latitude and longitude of a place so many metres off [1e-7 deg]."""
    return round((LAT + north / NORTH) * 1e7), round((LON + east / EAST) * 1e7)


def line(
    places: Places, name: str = "a", *, kind: str = "road", oneway: int = 0, level: int = 0
) -> dict[str, object]:
    """Give a row of a network from places east and north [m]."""
    lat, lon = zip(*(e7(*each) for each in places), strict=True)
    return {"line_id": name, "kind": kind, "lat_e7": list(lat), "lon_e7": list(lon),
            "oneway": oneway, "level": level}  # fmt: skip


def table(*rows: dict[str, object]) -> pl.DataFrame:
    """Give a network as a table."""
    types = {"lat_e7": pl.List(pl.Int64), "lon_e7": pl.List(pl.Int64), "oneway": pl.Int64}
    return pl.DataFrame(list(rows), schema_overrides=types)


def net(*rows: dict[str, object]) -> Graph:
    """Give the graph of lines."""
    return graph(table(*rows))


def town(count: int = 5, block: float = 200.0) -> list[dict[str, object]]:
    """Give the streets of a town: so many along and across."""
    span = [block * each for each in range(count)]
    along = [line([(x, y) for x in span], f"along {y}") for y in span]
    return along + [line([(x, y) for y in span], f"across {x}") for x in span]


def gone(corners: Places, speed: float, step_s: float) -> Places:
    """Give places each so many seconds along corners."""
    far = [0.0]
    for one, other in pairwise(corners):
        far.append(far[-1] + float(np.hypot(other[0] - one[0], other[1] - one[1])))
    at = np.arange(0.0, far[-1] + 1e-6, speed * step_s)
    x, y = (np.interp(at, far, [each[axis] for each in corners]) for axis in (0, 1))
    return list(zip(x.tolist(), y.tolist(), strict=True))


def fixes(
    places: Places,
    step_s: float,
    *,
    device: str = "d",
    noise_m: float = 0.0,
    lost: tuple[int, int] | None = None,
    ratio: float = 1.0,
) -> pl.DataFrame:
    """Give fixes at places whose ways are ``ratio`` times the chords between them.

    Those of ``lost`` are left out, and the way over them is an outage.
    """
    rng = np.random.default_rng(5)
    rows, before = [], None
    for number, (x, y) in enumerate(places):
        if lost and lost[0] <= number < lost[1]:
            continue
        lat, lon = e7(x + rng.normal(0, 1) * noise_m, y + rng.normal(0, 1) * noise_m)
        gap = before is not None and number - before > 1
        chord = None
        if before is not None:
            chord = ratio * float(np.hypot(x - places[before][0], y - places[before][1]))
        rows.append({
            "device": device, "at": START + round(number * step_s * 1e6), "lat_e7": lat,
            "lon_e7": lon, "sigma_mm": 4_000, "speed_mm_s": 10_000,
            "way_mm": None if chord is None else round(chord * 1e3),
            "way_sigma_mm": None if chord is None else round((0.2 if gap else 0.02) * chord * 1e3),
            "still_ppm": 0, "bridged": int(gap), "source": "gnss",
        })  # fmt: skip
        before = number
    return schema("fix").fit(pl.DataFrame(rows))


def metres(found: pl.DataFrame) -> float:
    """Give the sum of the ways [m]."""
    return float(found["way_mm"].sum()) / 1e3
