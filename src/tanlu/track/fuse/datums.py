"""Coordinates of Chinese maps (GCJ-02, BD-09) and those of satellites (WGS 84), both ways.

The offset of GCJ-02 is a published sum of sines of the coordinates; BD-09 turns and stretches that
once more. The way back has no closed form: it is iterated until it stands still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import numpy.typing as npt

    Degrees = npt.NDArray[np.float64]

__all__ = ["DATUMS", "from_wgs84", "inside", "to_wgs84"]

DATUMS = ("wgs84", "gcj02", "bd09")
# the ellipsoid of the published formulas (Krasovsky 1940), not that of WGS 84
AXIS, ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
# within it maps of China are shifted (the rectangle of the published formulas)
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
TURN = np.pi * 3000.0 / 180.0


def inside(lat: Degrees, lon: Degrees) -> npt.NDArray[np.bool_]:
    """Tell which points lie where GCJ-02 differs from WGS 84."""
    return (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)


def _waves(x: Degrees, slow: float, middle: float) -> Degrees:
    pi = np.pi
    return (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)
            + 20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)
            + slow * np.sin(x / 12 * pi) + middle * np.sin(x / 30 * pi)) * 2 / 3  # fmt: skip


def _shift(lat: Degrees, lon: Degrees) -> tuple[Degrees, Degrees]:
    """Give by how much GCJ-02 lies off [degrees]."""
    x, y, pi = lon - 105.0, lat - 35.0, np.pi
    root = np.sqrt(np.abs(x))
    ripple = (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north = north + (20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)
                     + 160 * np.sin(y / 12 * pi) + 320 * np.sin(y * pi / 30)) * 2 / 3  # fmt: skip
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + _waves(x, 150.0, 300.0)
    phi = np.radians(lat)
    magic = 1 - ECCENTRICITY * np.sin(phi) ** 2
    across = AXIS / np.sqrt(magic) * np.cos(phi)
    along = AXIS * (1 - ECCENTRICITY) / (magic * np.sqrt(magic))
    here = inside(lat, lon)
    return np.where(here, np.degrees(north / along), 0), np.where(
        here, np.degrees(east / across), 0
    )


def _mars(lat: Degrees, lon: Degrees) -> tuple[Degrees, Degrees]:
    north, east = _shift(lat, lon)
    return lat + north, lon + east


def _baidu(lat: Degrees, lon: Degrees) -> tuple[Degrees, Degrees]:
    away = np.hypot(lon, lat) + 0.00002 * np.sin(lat * TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * TURN)
    made = away * np.sin(angle) + 0.006, away * np.cos(angle) + 0.0065
    here = inside(lat, lon)
    return np.where(here, made[0], lat), np.where(here, made[1], lon)


def from_wgs84(lat: Degrees, lon: Degrees, datum: str) -> tuple[Degrees, Degrees]:
    """Give points of WGS 84 [degrees] in another datum: ``wgs84``, ``gcj02`` or ``bd09``.

    Raises
    ------
    TanluError
        TL400 for a datum that is none of these.
    """
    known(datum)
    if datum == "wgs84":
        return lat, lon
    mars = _mars(lat, lon)
    return mars if datum == "gcj02" else _baidu(*mars)


def to_wgs84(lat: Degrees, lon: Degrees, datum: str) -> tuple[Degrees, Degrees]:
    """Give points of a datum [degrees] in WGS 84; back again they differ by less than 1e-9.

    Raises
    ------
    TanluError
        TL400 for a datum that is none of the known.
    """
    known(datum)
    if datum == "wgs84":
        return lat, lon
    at_lat, at_lon = lat, lon
    for _ in range(12):
        made = from_wgs84(at_lat, at_lon, datum)
        off = made[0] - lat, made[1] - lon
        at_lat, at_lon = at_lat - off[0], at_lon - off[1]
        if max(np.abs(off[0]).max(initial=0), np.abs(off[1]).max(initial=0)) < 1e-11:
            break
    return at_lat, at_lon


def known(datum: str) -> None:
    """Raise TL400 for a datum that nobody knows here."""
    if datum not in DATUMS:
        raise TanluError("TL400", value=datum, why=f"a datum is one of {', '.join(DATUMS)}")
