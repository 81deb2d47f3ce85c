"""Intervals that keep what they promise on vehicles never seen.

The legs of one vehicle share its hidden effect, so a thousand legs of ten vehicles are ten
observations and not a thousand. Each vehicle therefore weighs the same: quantiles are taken of the
mean of the vehicles' own distributions (pooling of distributions; Dunn, Wasserman & Ramdas 2023,
Distribution-free prediction sets for two-layer hierarchical models, arXiv 1809.07441). Applied to
the scores of conformalized quantile regression (Romano, Patterson & Candès 2019, NeurIPS).
"""

from __future__ import annotations

import polars as pl

from tanlu.errors import TanluError

__all__ = ["pooled", "raised", "scores"]


def raised(level: float, vehicles: int) -> float:
    """Give the level to ask of so many vehicles, so that one more keeps what was promised.

    Notes
    -----
    level · (1 + 1/V), at most 1: the correction of conformal prediction with vehicles as its
    observations; with few vehicles the interval reaches to the worst of them.
    """
    return min(1.0, level * (1 + 1 / vehicles))


def pooled(values: pl.Series, vehicles: pl.Series, level: float) -> float:
    """Give the quantile of the mean of the vehicles' distributions.

    Parameters
    ----------
    values, vehicles
        One value for each leg, and its vehicle.
    level
        0 to 1; a higher level never gives a lower value.

    Notes
    -----
    The least v with Σ_v 1/V · share of the vehicle's legs at or below v >= level; the order of
    legs and the names of vehicles do not matter.

    Raises
    ------
    TanluError
        TL539 when there is no value, or one is no number.
    """
    if not values.len() or values.null_count() or not values.is_finite().all():
        raise TanluError("TL539", value="scores", why="there is none, or one is no number")
    frame = pl.DataFrame({"value": values, "vehicle": vehicles})
    count = frame["vehicle"].n_unique()
    weight = 1.0 / (pl.len().over("vehicle") * float(count))
    ranked = frame.with_columns(weight.alias("weight")).sort("value", "weight")
    # a sum of many shares misses 1 by rounding
    reached = ranked["weight"].cum_sum() >= min(level, 1.0) - 1e-12
    first = reached.arg_max()
    return float(ranked["value"][first if first is not None else -1])


def scores(low: pl.Series, truth: pl.Series, high: pl.Series) -> pl.Series:
    """Give by how much a truth lies outside its interval, negative where inside.

    Notes
    -----
    max(low - y, y - high), Romano, Patterson & Candès 2019, equation 6.
    """
    return pl.select(pl.max_horizontal(low - truth, truth - high)).to_series()
