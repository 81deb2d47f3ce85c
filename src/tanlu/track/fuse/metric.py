"""Steps between fixes in metres, in a frame of their own: no projection, no seam at 180°.

The state of a device is told as its offset from the measured point, in metres east and north
there. To go on to the next point takes the step between the two points and the angle by which
north turns on the way (the convergence of meridians). Short steps use the radii of curvature of
WGS 84 at the middle latitude, long ones the great circle.
"""

from __future__ import annotations

import math
from typing import Any

import numba

__all__ = ["moved", "shifted", "step"]

# semi-major axis [m] and first eccentricity squared of WGS 84 (NIMA TR8350.2, table 3.1 and 3.3)
AXIS, ECCENTRICITY = 6_378_137.0, 6.694379990141e-3
RADIAN = math.pi / 180e7
# up to 64 km the mid-latitude formula errs by some 10 ppm
SHORT = 0.01
TURN = 3_600_000_000


@numba.njit(inline="always")
def _radii(sine: Any) -> Any:
    # radii of curvature along the meridian and across it [m]
    w2 = 1.0 - ECCENTRICITY * sine * sine
    across = AXIS / math.sqrt(w2)
    return across * (1.0 - ECCENTRICITY) / w2, across


@numba.njit(nogil=True, cache=True, error_model="numpy")
def step(lat0: int, lon0: int, lat1: int, lon1: int) -> tuple[float, float, float]:
    """Give the step [m] east and north in the frame at its end, and the sine of its turn."""
    wide = lon1 - lon0
    if wide > TURN // 2:
        wide -= TURN
    elif wide < -TURN // 2:
        wide += TURN
    high, wide_rad = (lat1 - lat0) * RADIAN, wide * RADIAN
    middle = 0.5 * (lat0 + lat1) * RADIAN
    sine, cosine = math.sin(middle), math.cos(middle)
    along, across = _radii(sine)
    east, north = across * cosine * wide_rad, along * high
    if abs(high) + abs(wide_rad) * cosine < SHORT and abs(wide_rad * sine) < 0.1:
        half = -0.5 * wide_rad * sine
        # north turns by the convergence; half of it lies before the middle, half after
        turned = 1.0 - 0.5 * half * half
        return east * turned - north * half, east * half + north * turned, 2.0 * half * turned
    # the radius of curvature in the direction of the step (Euler)
    share = north * north / (north * north + east * east)
    radius = 1.0 / (share / along + (1.0 - share) / across)
    return _far(lat0 * RADIAN, lat1 * RADIAN, wide_rad, radius)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _far(lat0: float, lat1: float, wide: float, radius: float) -> tuple[float, float, float]:
    """Give a long step along the great circle: its length in the direction of its arrival."""
    s0, c0, s1, c1 = math.sin(lat0), math.cos(lat0), math.sin(lat1), math.cos(lat1)
    sw, cw = math.sin(wide), math.cos(wide)
    # direction of departure, and that of arrival as the reverse of the way back
    east0, north0 = sw * c1, c0 * s1 - s0 * c1 * cw
    east1, north1 = sw * c0, c0 * s1 * cw - s0 * c1
    size = math.hypot(east0, north0)
    if size < 1e-12:
        return 0.0, 0.0, 0.0
    away = radius * math.atan2(size, s0 * s1 + c0 * c1 * cw)
    east0, north0, east1, north1 = east0 / size, north0 / size, east1 / size, north1 / size
    turn = east0 * north1 - north0 * east1
    return away * east1, away * north1, turn


@numba.njit(nogil=True, cache=True, error_model="numpy")
def moved(lat: int, lon: int, east: float, north: float) -> tuple[int, int]:
    """Give the point that lies so many metres [m] east and north of another."""
    here = lat * RADIAN
    along, across = _radii(math.sin(here))
    up = north / along
    middle = here + 0.5 * up
    cosine = max(math.cos(middle), 1e-9)
    lat1 = math.floor((here + up) / RADIAN + 0.5)
    lon1 = math.floor(lon + east / (across * cosine) / RADIAN + 0.5)
    lat1 = min(lat1, TURN // 4)
    lat1 = max(lat1, -TURN // 4)
    if lon1 >= TURN // 2:
        lon1 -= TURN
    elif lon1 < -TURN // 2:
        lon1 += TURN
    return int(lat1), int(lon1)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def shifted(lat: Any, lon: Any, f: Any, to_lat: Any, to_lon: Any) -> None:
    """Move every point by its state's offset, into ``to_lat`` and ``to_lon``."""
    for k in range(lat.size):
        to_lat[k], to_lon[k] = moved(lat[k], lon[k], f[k, 0], f[k, 1])
