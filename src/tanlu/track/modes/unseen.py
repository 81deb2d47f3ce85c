"""Ways that nobody saw: legs that lie wholly in an outage, as under deck or without reception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.terms import place
from tanlu.track.modes.adding import MEASURED
from tanlu.track.modes.parameters import MODES
from tanlu.track.modes.piecing import MODE, START, STOP, Pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["Unseen", "bridged"]

# shorter outages [µs] are told by the device's own way in the minutes around them
LEAST_US = 1_800_000_000
# one sigma of a way by lanes, and of the tortuosity of a single way, above 1
LANES, SPREAD = 0.03, 0.4


class Unseen(NamedTuple):
    """Of each segment whether its way is known so, the way and its sigma [m]."""

    known: npt.NDArray[np.bool_]
    metres: npt.NDArray[np.float64]
    sigma: npt.NDArray[np.float64]


def bridged(  # noqa: PLR0917 - columns
    moving: npt.NDArray[np.bool_], p: Pieces, lat: Any, lon: Any, to_lat: Any, to_lon: Any,
    ratio: Mapping[str, float],
) -> Unseen:  # fmt: skip
    """Give the ways of legs without a single measured interval."""
    long = p.what[:, STOP] - p.what[:, START] >= LEAST_US
    known = moving & long & (p.sums[:, MEASURED] == 0)
    metres, sigma = np.zeros(moving.size), np.zeros(moving.size)
    rows = np.flatnonzero(known)
    if rows.size:
        pairs = pl.DataFrame({
            "origin_lat_e7": lat[rows], "origin_lon_e7": lon[rows],
            "destination_lat_e7": to_lat[rows], "destination_lon_e7": to_lon[rows],
        })  # fmt: skip
        names = [MODES[mode + 1] for mode in p.what[rows, MODE].tolist()]
        metres[rows], sigma[rows] = _ways(pairs, names, ratio)
    return Unseen(known, metres, sigma)


def _ways(
    pairs: pl.DataFrame, names: list[str], ratio: Mapping[str, float]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    ends = (pl.col(name) for name in pairs.columns)
    straight = pairs.select(place.great_circle_m(*ends)).to_series().to_numpy().astype(np.float64)
    told = np.array([ratio[name] for name in names])
    metres, sigma = straight * told, straight * (told - 1) * SPREAD
    sea = np.array([name == "sea" for name in names])
    if sea.any():
        lanes = place.sea_route(pairs.filter(sea))["distance_m"].cast(pl.Float64)
        found = lanes.to_numpy()
        by_lane = np.where(np.isfinite(found), found, metres[sea])
        metres[sea], sigma[sea] = by_lane, np.maximum(LANES * by_lane, sigma[sea])
    return metres, sigma
