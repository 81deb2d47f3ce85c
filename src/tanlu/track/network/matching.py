"""Fixes on a network: where it is known which way was taken, the way is as long as that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.track.fuse import abreast
from tanlu.track.network.hidden import followed

if TYPE_CHECKING:
    from tanlu.track.network.edges import Graph

__all__ = ["Matched", "matched"]

NEEDED = ("device", "at", "lat_e7", "lon_e7", "sigma_mm", "way_mm", "way_sigma_mm", "bridged")
# no edge is within reach of a fix that is so exact [mm] only
UNSURE_MM = 1 << 40


class Matched(NamedTuple):
    """``fixes`` with their ways over the network, and ``network_m``: how much lies on it [m]."""

    fixes: pl.DataFrame
    network_m: int


def matched(fixes: pl.DataFrame, network: Graph) -> Matched:
    """Give fixes with the ways between them measured over a network.

    Places stay as they are; so do ways off the network.

    Parameters
    ----------
    fixes
        Schema ``fix``, in order of device and time, as ``fuse`` gives them.
    network
        As ``graph`` gives it.

    Returns
    -------
    Matched
        Each device is told alone: more devices change nothing for the others.
    """
    for name in NEEDED:
        if name not in fixes.columns:
            raise TanluError("TL407", value=name, why="fixes need this column")
    if fixes.is_empty() or not network.edges:
        return Matched(fixes, 0)
    way, sigma = (_floats(fixes[name]) for name in ("way_mm", "way_sigma_mm"))
    share = np.zeros(fixes.height)
    ids = fixes["device"].rle_id().to_numpy()
    starts = np.append(np.flatnonzero(np.diff(ids, prepend=-1)), ids.size).astype(np.int64)
    abreast(followed, starts, _columns(fixes), network, (way, sigma, share))
    known = pl.col("way_mm").is_not_null()
    made = fixes.with_columns(
        way_mm=pl.when(known).then(pl.Series(np.floor(way + 0.5).astype(np.int64))),
        way_sigma_mm=pl.when(known).then(pl.Series(np.floor(sigma + 0.5).astype(np.int64))),
    )
    return Matched(made, int(np.floor((way * share).sum() * 1e-3 + 0.5)))


def _floats(column: pl.Series) -> Any:
    return column.fill_null(0).to_numpy().astype(np.float64)


def _columns(fixes: pl.DataFrame) -> tuple[Any, ...]:
    """Give times, places, exactness and outages as arrays."""
    exact = pl.col("sigma_mm")
    if "source" in fixes.columns:
        # the error of a cell fix has a heavy tail: however exact it seems, it tells no edge
        exact = pl.when(pl.col("source").eq_missing("cell")).then(UNSURE_MM).otherwise(exact)
    told = fixes.select("at", "lat_e7", "lon_e7", exact, "bridged")
    return tuple(column.to_numpy() for column in told)
