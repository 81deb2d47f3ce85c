"""The great circle: the shortest way over the sphere, the distance of air transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# Mean radius R1 = (2a + b) / 3 of the ellipsoid WGS 84, a = 6 378 137 m, b = 6 356 752.3142 m:
# Moritz, Geodetic Reference System 1980 (IUGG); DMA TR 8350.2, table 3.1 for a and b.
EARTH_RADIUS_M = 6_371_008.8
E7_DEGREES = 1e-7


def great_circle_m(lat1: pl.Expr, lon1: pl.Expr, lat2: pl.Expr, lon2: pl.Expr) -> pl.Expr:
    """Give the great circle distance between two places, whole metres half away [m].

    ``d = 2 R asin √(sin²(Δφ/2) + cos φ1 cos φ2 sin²(Δλ/2))``, the haversine, exact for near
    places. The sphere differs from the ellipsoid by 0.56 % at most.

    Parameters
    ----------
    lat1, lon1, lat2, lon2
        Latitudes and longitudes [1e-7 °], WGS 84.

    References
    ----------
    ISO 14083:2023, 3.1.10 great circle distance; Sinnott, Virtues of the Haversine, Sky and
    Telescope 68 (1984) 159.
    """
    import polars as pl

    phi1, lam1, phi2, lam2 = (
        (each.cast(pl.Float64) * E7_DEGREES).radians() for each in (lat1, lon1, lat2, lon2)
    )
    north = ((phi2 - phi1) / 2).sin().pow(2)
    east = ((lam2 - lam1) / 2).sin().pow(2)
    share = (north + phi1.cos() * phi2.cos() * east).clip(0.0, 1.0)
    metres = share.sqrt().arcsin() * (2 * EARTH_RADIUS_M)
    return (metres + 0.5).floor().cast(pl.Int64)
