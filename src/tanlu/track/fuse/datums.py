"""Coordinates of Chinese maps (GCJ-02, BD-09) and those of satellites (WGS 84), both ways.

The offset of GCJ-02 is a published sum of sines of the coordinates; BD-09 turns and stretches that
once more. The way back has no closed form: it is iterated until it stands still.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import numpy.typing as npt

    Degrees = npt.NDArray[np.float64]

__all__ = ["DATUMS", "from_wgs84", "known", "offset", "to_wgs84"]

DATUMS = ("wgs84", "gcj02", "bd09")
# the ellipsoid of the published formulas (Krasovsky 1940), not that of WGS 84
AXIS, ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
# within it maps of China are shifted (the rectangle of the published formulas)
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
TURN = math.pi * 3000.0 / 180.0
# the way back: rounds at most, and what is exact enough [degrees]
ROUNDS, EXACT = 16, 1e-11


@numba.njit(nogil=True, cache=True, error_model="numpy")
def offset(lat: float, lon: float) -> tuple[float, float]:
    """Give by how much GCJ-02 lies north and east of WGS 84 at a point [degrees]."""
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        return 0.0, 0.0
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    root = math.sqrt(abs(x))
    ripple = 20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)
    waves = 20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)
    waves += 160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y / 30.0 * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + waves) * 2.0 / 3.0
    waves = 20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)
    waves += 150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + waves) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1.0 - ECCENTRICITY * math.sin(phi) ** 2
    along = AXIS * (1.0 - ECCENTRICITY) / (magic * math.sqrt(magic))
    across = AXIS / math.sqrt(magic) * math.cos(phi)
    return math.degrees(north / along), math.degrees(east / across)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _there(lat: float, lon: float, baidu: bool) -> tuple[float, float]:
    north, east = offset(lat, lon)
    if not baidu or (north == 0.0 and east == 0.0):
        return lat + north, lon + east
    lat, lon = lat + north, lon + east
    away = math.hypot(lon, lat) + 0.00002 * math.sin(lat * TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * TURN)
    return away * math.sin(angle) + 0.006, away * math.cos(angle) + 0.0065


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _turn(lat: Any, lon: Any, baidu: bool, back: bool, to_lat: Any, to_lon: Any) -> None:  # noqa: PLR0917 - compiled
    for k in range(lat.size):
        if not back:
            to_lat[k], to_lon[k] = _there(lat[k], lon[k], baidu)
            continue
        x, y = lon[k], lat[k]
        for _ in range(ROUNDS):
            north, east = _there(y, x, baidu)
            north, east = north - lat[k], east - lon[k]
            y, x = y - north, x - east
            if abs(north) + abs(east) < EXACT:
                break
        to_lat[k], to_lon[k] = y, x


def _turned(lat: Degrees, lon: Degrees, datum: str, *, back: bool) -> tuple[Degrees, Degrees]:
    known(datum)
    if datum == "wgs84":
        return lat, lon
    lat, lon = np.ascontiguousarray(lat, np.float64), np.ascontiguousarray(lon, np.float64)
    made = np.empty_like(lat), np.empty_like(lon)
    _turn(lat, lon, datum == "bd09", back, *made)
    return made


def from_wgs84(lat: Degrees, lon: Degrees, datum: str) -> tuple[Degrees, Degrees]:
    """Give points of WGS 84 [degrees] in another datum: ``wgs84``, ``gcj02`` or ``bd09``.

    Raises
    ------
    TanluError
        TL400 for a datum that is none of these.
    """
    return _turned(lat, lon, datum, back=False)


def to_wgs84(lat: Degrees, lon: Degrees, datum: str) -> tuple[Degrees, Degrees]:
    """Give points of a datum [degrees] in WGS 84; back again they differ by less than 1e-9.

    Raises
    ------
    TanluError
        TL400 for a datum that is none of the known.
    """
    return _turned(lat, lon, datum, back=True)


def known(datum: str) -> None:
    """Raise TL400 for a datum that nobody knows here."""
    if datum not in DATUMS:
        raise TanluError("TL400", value=datum, why=f"a datum is one of {', '.join(DATUMS)}")
