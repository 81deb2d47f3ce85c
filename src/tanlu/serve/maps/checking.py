"""A file of boundaries, checked and snapped to a grid, so that shared borders stay shared."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import msgspec

from tanlu.errors import TanluError

__all__ = ["Areas", "Outline", "outline"]

MOST_BYTES = 64 * 1024 * 1024
MOST_POINTS, MOST_RINGS = 4_000_000, 50_000
# what a page carries; a card of a thousand pixels shows no more
FINE_DEG, KEPT_POINTS = 0.01, 8_000
WEST, EAST, SOUTH, NORTH = -180.0, 180.0, -90.0, 90.0
LEAST = 4  # a ring repeats its first point

Point = tuple[float, float]
# by region its polygons, each as the numbers of its lines, the outer one first
Areas = dict[str, tuple[tuple[int, ...], ...]]
Ring = tuple[str, int, list[Any]]
# by which properties of a feature its region is known: a code or a name
NAMED = ("code", "iso", "iso_3166_2", "adcode", "gb", "id", "name", "name_zh", "fullname")
# GB/T 2260 to ISO 3166-2
DIVISIONS = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL",
    "23": "HL", "31": "SH", "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX",
    "37": "SD", "41": "HA", "42": "HB", "43": "HN", "44": "GD", "45": "GX", "46": "HI",
    "50": "CQ", "51": "SC", "52": "GZ", "53": "YN", "54": "XZ", "61": "SN", "62": "GS",
    "63": "QH", "64": "NX", "65": "XJ", "71": "TW", "81": "HK", "82": "MO",
}  # fmt: skip


class Outline(NamedTuple):
    """Boundaries as lines of (longitude, latitude) [deg], and the hash of the file.

    ``areas`` has the polygons of each of China's units that the file names, to be filled by value.
    """

    lines: tuple[tuple[Point, ...], ...]
    sha256: str
    step_deg: float
    points_in: int
    areas: Areas

    @property
    def points(self) -> int:
        """How many points are left."""
        return sum(len(line) for line in self.lines)


def outline(data: bytes, name: str = "map") -> Outline:
    """Give the boundaries of a GeoJSON file (RFC 7946), as fine as a page can show them.

    No ring is left out: what is smaller than the grid stays as a short line, because an island
    that vanishes would say something about it.

    Raises
    ------
    TanluError
        TL951 for what is no such file, or too large.
    """
    if len(data) > MOST_BYTES:
        raise TanluError("TL951", value=name, why=f"it has more than {MOST_BYTES} bytes")
    try:
        told = msgspec.json.decode(data)
        found = list(_rings(told, count()))
        rings = [tuple(_point(at) for at in ring) for _, _, ring in found]
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, ValueError, KeyError) as error:
        raise TanluError("TL951", value=name, why=str(error) or type(error).__name__) from error
    points = sum(map(len, rings))
    if not rings or len(rings) > MOST_RINGS or points > MOST_POINTS:
        why = f"{len(rings)} rings of {points} points; 1 to {MOST_RINGS} of at most {MOST_POINTS}"
        raise TanluError("TL951", value=name, why=why)
    step = FINE_DEG
    lines = _snapped(rings, step)
    while sum(map(len, lines)) > KEPT_POINTS and step < 1.0:
        step *= 1.6
        lines = _snapped(rings, step)
    areas = _areas([(code, polygon) for code, polygon, _ in found])
    sha256 = hashlib.sha256(data).hexdigest()
    return Outline(tuple(lines), sha256, round(step, 4), points, areas)


def _areas(found: list[tuple[str, int]]) -> Areas:
    """Give by region the numbers of its rings, polygon by polygon."""
    made: dict[str, dict[int, list[int]]] = {}
    for number, (code, polygon) in enumerate(found):
        if code and polygon >= 0:
            made.setdefault(code, {}).setdefault(polygon, []).append(number)
    return {code: tuple(map(tuple, polygons.values())) for code, polygons in made.items()}


@cache
def _known() -> dict[str, str]:
    """Give the code of a region by each of its codes and names, in small letters."""
    from tanlu.terms.place import provinces

    made = {}
    for row in provinces().iter_rows(named=True):
        for name in ("code", "name", "name_zh", "full_zh"):
            made[str(row[name]).casefold()] = str(row["code"])
    return made | {number: f"CN-{letters}" for number, letters in DIVISIONS.items()}


def _region(properties: Any) -> str:
    """Give which of China's units a feature is, or nothing: then it is an outline alone."""
    told = properties if isinstance(properties, dict) else {}
    held = {str(key).casefold(): str(value).strip().casefold() for key, value in told.items()}
    for name in NAMED:
        value = held.get(name, "")
        # a number of six digits names a unit by its first two, if the others are none
        value = value[:2] if value.isdecimal() and value[2:] == "0000" else value
        if value in _known():
            return _known()[value]
    return ""


def _rings(told: Any, polygons: Iterator[int], code: str = "") -> Iterator[Ring]:
    """Give every ring of polygons, however they are wrapped: region, number of polygon, points."""
    if not isinstance(told, dict):
        raise ValueError("no object of GeoJSON")  # noqa: TRY004 - it is the file that is wrong
    kind = told.get("type")
    if kind in ("FeatureCollection", "GeometryCollection"):
        for each in told["features" if kind == "FeatureCollection" else "geometries"]:
            yield from _rings(each, polygons, code)
    elif kind == "Feature":
        if told["geometry"] is not None:
            yield from _rings(told["geometry"], polygons, _region(told.get("properties")))
    elif kind in ("Polygon", "MultiPolygon"):
        several = told["coordinates"]
        for polygon in [several] if kind == "Polygon" else several:
            number = next(polygons)
            for ring in _whole(polygon):
                yield code, number, ring
    elif kind in ("LineString", "MultiLineString"):
        lines = told["coordinates"]
        for line in [lines] if kind == "LineString" else lines:
            yield "", -1, line
    else:
        raise ValueError(f"a geometry of type {str(kind)[:40]!r}")


def _whole(polygon: Any) -> Iterator[list[Any]]:
    for ring in polygon:
        if len(ring) < LEAST or ring[0] != ring[-1]:
            raise ValueError("a ring that is not closed")
        yield ring


def _point(at: Any) -> Point:
    longitude, latitude = float(at[0]), float(at[1])
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise ValueError(f"{longitude}, {latitude} is no longitude and latitude in degrees")
    return longitude, latitude


def _snapped(rings: list[tuple[Point, ...]], step: float) -> list[tuple[Point, ...]]:
    made = []
    for ring in rings:
        kept: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            cell = (math.floor(longitude / step + 0.5), math.floor(latitude / step + 0.5))
            if not kept or kept[-1] != cell:
                kept.append(cell)
        if len(kept) == 1:
            kept.append((kept[0][0] + 1, kept[0][1]))
        made.append(tuple((round(x * step, 4), round(y * step, 4)) for x, y in kept))
    return made
