"""Where journeys go: real cities, ports, airports and lanes, apart for fitting and for testing."""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tanlu.simulate.journeys.earth import bearing, moved
from tanlu.simulate.stated import table
from tanlu.terms import place

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "REGIONS",
    "Crossing",
    "Lane",
    "Place",
    "lanes",
    "near",
    "places",
    "voyage",
    "within",
    "yard",
]

REGIONS = ("fit", "test", "world")
_E7 = 1e-7
# countries with long roads and railways that need no sea
WIDE = ("CN", "US", "RU", "IN", "DE", "FR", "CA", "BR", "ZA", "KZ", "PL", "ES", "MX", "AU", "TR")


class Place(NamedTuple):
    """A place: code of its table, country, where, and the kind of terminal."""

    code: str
    name: str
    country: str
    lat: float
    lon: float
    terminal: str

    @property
    def here(self) -> tuple[float, float]:
        """Latitude and longitude [°]."""
        return self.lat, self.lon

    def shifted(self, rng: np.random.Generator, low_m: float, high_m: float) -> Place:
        """Give the place so far off in any direction."""
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(low_m, high_m)
        lat, lon = moved(self.here, far * np.sin(angle), far * np.cos(angle))
        return self._replace(lat=lat, lon=lon)


class Crossing(NamedTuple):
    """A border crossing as it is travelled: from one country and gauge to another."""

    place: Place
    before: str
    after: str
    gauge_before: int | None
    gauge_after: int | None

    @property
    def breaks(self) -> bool:
        """Tell whether the gauge changes."""
        return self.gauge_before != self.gauge_after


class Lane(NamedTuple):
    """A way through real places and crossings, for one mode."""

    name: str
    mode: str
    way: tuple[Place | Crossing, ...]


def places(kind: str, region: str) -> tuple[Place, ...]:
    """Give the ``city``, ``port`` or ``airport`` places of a region; those of two are disjoint."""
    return tuple(each for each in _all(kind) if within(each.code, region))


def within(code: str, region: str) -> bool:
    """Tell whether a place belongs to a region: half of all codes to each, by their check sum."""
    return region in ("world", _half(code))


def _half(code: str) -> str:
    return "test" if zlib.crc32(code.encode()) % 2 else "fit"


@cache
def _all(kind: str) -> tuple[Place, ...]:
    import polars as pl

    if kind == "city":
        rows, terminal = place.cities().filter(pl.col("population") >= 300_000), "site"
    elif kind == "airport":
        rows, terminal = place.airports().filter(pl.col("size") == 3), "airport"
    else:
        ports = place.points().filter((pl.col("functions") & 1) > 0, pl.col("size") == 3)
        rows, terminal = _at_sea(ports), "port"
    return tuple(
        Place(row["code"], row["name"], row["country"], row["lat_e7"] * _E7, row["lon_e7"] * _E7,
              terminal)
        for row in rows.sort("code").iter_rows(named=True)
    )  # fmt: skip


def _at_sea(ports: pl.DataFrame) -> pl.DataFrame:
    """Keep the ports from which the network of lanes is near."""
    import polars as pl

    pairs = ports.select(
        origin_lat_e7="lat_e7", origin_lon_e7="lon_e7",
        destination_lat_e7=pl.lit(12_600_000, pl.Int64),
        destination_lon_e7=pl.lit(1_038_000_000, pl.Int64),
    )  # fmt: skip
    near = place.sea_route(pairs)
    return ports.filter(near["distance_m"].is_not_null() & (near["snap_m"] < 60_000))


@cache
def lanes(mode: str, region: str) -> tuple[Lane, ...]:
    """Give the corridors of ``corridors.csv`` of a mode and region."""
    return tuple(
        Lane(row["name"], mode, _way(row["way"].split(";")))
        for row in table("journeys/corridors")
        if row["mode"] == mode and region in (row["region"], "world")
    )


def _way(steps: list[str]) -> tuple[Place | Crossing, ...]:
    found: list[Place | Crossing] = []
    country = steps[0][:2]
    for step in steps:
        if ":" in step:
            found.append(_city(*step.split(":")))
            country = step[:2]
        else:
            found.append(_crossing(step, country))
    return tuple(found)


def _city(country: str, name: str) -> Place:
    rows = place.cities().filter(country=country, name=name).sort("population", descending=True)
    row = rows.row(0, named=True)
    return Place(row["code"], name, country, row["lat_e7"] * _E7, row["lon_e7"] * _E7, "site")


def _crossing(code: str, country: str) -> Crossing:
    row = place.crossings().filter(code=code).row(0, named=True)
    a, b = row["country_a"], row["country_b"]
    gauges = row["gauge_mm_a"], row["gauge_mm_b"]
    there = Place(code, row["name"], a, row["lat_e7"] * _E7, row["lon_e7"] * _E7, row["mode"])
    if country == a:
        return Crossing(there, a, b, *gauges)
    return Crossing(there, b, a, *gauges[::-1])


def turned(lane: Lane) -> Lane:
    """Give a lane travelled the other way."""
    way = tuple(
        each
        if isinstance(each, Place)
        else Crossing(each.place, each.after, each.before, each.gauge_after, each.gauge_before)
        for each in reversed(lane.way)
    )
    return lane._replace(way=way)


@cache
def yard(town: Place) -> Place:
    """Give the rail terminal of UN/LOCODE that is nearest to a town, of the town's region.

    Within 30 km; where there is none the town itself has one.
    """
    able = [
        (bearing(town.here, each.here)[0], each)
        for each in _stations(town.country)
        if abs(each.lat - town.lat) < 0.3 and _half(each.code) == _half(town.code)
    ]
    far, found = min(able, default=(np.inf, town))
    return found if far <= 30_000 else town._replace(terminal="rail")


@cache
def _stations(country: str) -> tuple[Place, ...]:
    import polars as pl

    rows = place.points().filter((pl.col("functions") & 2) > 0, pl.col("country") == country)
    return tuple(
        Place(row["code"], row["name"], country, row["lat_e7"] * _E7, row["lon_e7"] * _E7, "rail")
        for row in rows.drop_nulls("lat_e7").sort("code").iter_rows(named=True)
    )


def near(
    here: Place, kind: str, region: str, span_m: tuple[float, float], rng: np.random.Generator
) -> Place | None:
    """Give any place of a kind in the same country at such a distance, or None."""
    able = [
        each
        for each in places(kind, region)
        if each.country == here.country
        and abs(each.lat - here.lat) < span_m[1] / 1.1e5
        and span_m[0] <= bearing(here.here, each.here)[0] <= span_m[1]
    ]
    return able[int(rng.integers(len(able)))] if able else None


@cache
def voyage(
    origin: tuple[int, int], destination: tuple[int, int]
) -> tuple[tuple[float, float], ...]:
    """Give the places of the way by sea between two [1e-7 °] in degrees; empty where none."""
    found = place.sea_path(origin, destination)
    lat, lon = (found[name].to_numpy() * _E7 for name in ("lat_e7", "lon_e7"))
    lon = np.rad2deg(np.unwrap(np.deg2rad(lon)))
    return tuple(zip(lat.tolist(), lon.tolist(), strict=True))
