"""The ground that is measured: lengths on the ellipsoid WGS 84, great circles, places nearby.

Latitudes and longitudes are degrees in float64; a longitude may run beyond ±180 within a course so
that it has no step, and is folded when it is written.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "bearing", "circle", "folded", "gcj02", "lengths", "moved", "radii"]

Floats: TypeAlias = npt.NDArray[np.float64]

# WGS 84: DMA TR 8350.2, table 3.1
_A = 6_378_137.0
_E2 = 0.006_694_379_990_14
_DEGREE = np.pi / 180


def radii(lat: Floats) -> tuple[Floats, Floats]:
    """Give metres for a degree of latitude and for one of longitude at a latitude [m/°].

    Meridian radius ``a (1 - e²) / w³`` and parallel radius ``a cos φ / w``, ``w² = 1 - e² sin² φ``.
    """
    sine2 = np.square(np.sin(lat * _DEGREE))
    w2 = 1.0 - _E2 * sine2
    w = np.sqrt(w2)
    return _A * (1.0 - _E2) * _DEGREE / (w2 * w), _A * _DEGREE * np.sqrt(1.0 - sine2) / w


def lengths(lat: Floats, lon: Floats) -> Floats:
    """Give the length of each step of a course [m]; steps are short (below 10 km)."""
    north, east = radii((lat[1:] + lat[:-1]) / 2)
    return np.hypot(np.diff(lat) * north, np.diff(lon) * east)


def circle(start: tuple[float, float], end: tuple[float, float], share: Floats) -> Floats:
    """Give places at shares of the great circle: rows of latitude and longitude [°]."""
    a, b = _vector(*start), _vector(*end)
    # a cosine alone tells no way under a decimetre from none
    angle = float(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))
    if angle < 1e-9:
        return np.repeat(np.array([start]), share.size, axis=0)
    mixed = np.outer(np.sin((1 - share) * angle), a) + np.outer(np.sin(share * angle), b)
    lat = np.arctan2(mixed[:, 2], np.hypot(mixed[:, 0], mixed[:, 1])) / _DEGREE
    lon = np.unwrap(np.arctan2(mixed[:, 1], mixed[:, 0])) / _DEGREE
    return np.column_stack([lat, lon + _turns(start[1] - lon[0])])


def _turns(degrees: float) -> float:
    return float(np.round(degrees / 360.0) * 360.0)


def _vector(lat: float, lon: float) -> Floats:
    phi, lam = lat * _DEGREE, lon * _DEGREE
    return np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])


def moved(place: tuple[float, float], east_m: float, north_m: float) -> tuple[float, float]:
    """Give the place so many metres east and north of one."""
    north, east = radii(np.array([place[0]]))
    return place[0] + north_m / float(north[0]), place[1] + east_m / float(east[0])


def bearing(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Give distance on the great circle (sphere) [m] and first direction from north [rad]."""
    a, b = (np.array(each) * _DEGREE for each in (start, end))
    dlon = b[1] - a[1]
    y = np.sin(dlon) * np.cos(b[0])
    x = np.cos(a[0]) * np.sin(b[0]) - np.sin(a[0]) * np.cos(b[0]) * np.cos(dlon)
    half = np.sin((b[0] - a[0]) / 2) ** 2 + np.cos(a[0]) * np.cos(b[0]) * np.sin(dlon / 2) ** 2
    return float(2 * 6_371_008.8 * np.arcsin(np.sqrt(half))), float(np.arctan2(y, x))


def gcj02(lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Give the places of WGS 84 as maps in China show them (GCJ-02); outside they stay.

    The series is not published; this is the form in which it is generally known. It is an
    assumption here, right to a few metres where maps could be compared.
    """
    x, y = lon - 105.0, lat - 35.0
    wave = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (wave + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi / 3 * y))
    north += 2 / 3 * (160 * np.sin(np.pi / 12 * y) + 320 * np.sin(np.pi / 30 * y))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (wave + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi / 3 * x))
    east += 2 / 3 * (150 * np.sin(np.pi / 12 * x) + 300 * np.sin(np.pi / 30 * x))
    phi = lat * _DEGREE
    # the ellipsoid of Krasovsky
    w2 = 1 - 0.006_693_421_622_965_943 * np.sin(phi) ** 2
    meridian = 6_378_245.0 * (1 - 0.006_693_421_622_965_943) / (w2 * np.sqrt(w2)) * _DEGREE
    parallel = 6_378_245.0 / np.sqrt(w2) * np.cos(phi) * _DEGREE
    inside = (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)
    return (
        np.where(inside, lat + north / meridian, lat),
        np.where(inside, lon + east / parallel, lon),
    )


def folded(lon: Floats) -> Floats:
    """Give longitudes within [-180, 180)."""
    found: Floats = (lon + 180.0) % 360.0 - 180.0
    return found
