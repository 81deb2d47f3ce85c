"""A file of boundaries, checked and snapped to a grid, so that shared borders stay shared."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from tanlu.errors import TanluError

__all__ = ["Outline", "outline"]

MOST_BYTES = 64 * 1024 * 1024
MOST_POINTS, MOST_RINGS = 4_000_000, 50_000
# what a page carries; a card of a thousand pixels shows no more
FINE_DEG, KEPT_POINTS = 0.01, 8_000
WEST, EAST, SOUTH, NORTH = -180.0, 180.0, -90.0, 90.0
LEAST = 4  # a ring repeats its first point

Point = tuple[float, float]


class Outline(NamedTuple):
    """Boundaries as lines of (longitude, latitude) [deg], and the hash of the file."""

    lines: tuple[tuple[Point, ...], ...]
    sha256: str
    step_deg: float
    points_in: int

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
        rings = [tuple(_point(at) for at in ring) for ring in _rings(told)]
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError, ValueError, KeyError) as error:
        raise TanluError("TL951", value=name, why=str(error) or type(error).__name__) from error
    count = sum(map(len, rings))
    if not rings or len(rings) > MOST_RINGS or count > MOST_POINTS:
        why = f"{len(rings)} rings of {count} points; 1 to {MOST_RINGS} of at most {MOST_POINTS}"
        raise TanluError("TL951", value=name, why=why)
    step = FINE_DEG
    lines = _snapped(rings, step)
    while sum(map(len, lines)) > KEPT_POINTS and step < 1.0:
        step *= 1.6
        lines = _snapped(rings, step)
    return Outline(tuple(lines), hashlib.sha256(data).hexdigest(), round(step, 4), count)


def _rings(told: Any) -> Iterator[list[Any]]:
    """Give every ring of polygons, however they are wrapped."""
    if not isinstance(told, dict):
        raise ValueError("no object of GeoJSON")  # noqa: TRY004 - it is the file that is wrong
    kind = told.get("type")
    if kind in ("FeatureCollection", "GeometryCollection"):
        for each in told["features" if kind == "FeatureCollection" else "geometries"]:
            yield from _rings(each)
    elif kind == "Feature":
        if told["geometry"] is not None:
            yield from _rings(told["geometry"])
    elif kind == "Polygon":
        yield from _whole(told["coordinates"])
    elif kind == "MultiPolygon":
        for polygon in told["coordinates"]:
            yield from _whole(polygon)
    elif kind == "LineString":
        yield told["coordinates"]
    elif kind == "MultiLineString":
        yield from told["coordinates"]
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
