"""Rows in the order of device and time, and where among them a time lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]

__all__ = ["ordered", "ranges", "sought"]


def ordered(rows: pl.DataFrame, *ties: str) -> pl.DataFrame:
    """Give rows in order of ``device``, ``at`` and ``ties``; looking costs less than sorting."""
    device, at = pl.col("device"), pl.col("at")
    same = (device == device.shift()) & (at >= at.shift())
    rises = same | (device > device.shift())
    if rows.select(rises.slice(1).all(ignore_nulls=False)).item():
        return rows
    return rows.sort("device", "at", *ties)


def ranges(asked: pl.Series, held: pl.Series) -> tuple[Whole, Whole]:
    """Give for each device the first of its rows, and the first behind them; 0, 0 for none.

    Parameters
    ----------
    asked
        Devices.
    held
        The devices of rows that are in order.
    """
    runs = pl.DataFrame({"device": held}).select(pl.col("device").rle()).unnest("device")
    behind = runs["len"].cast(pl.Int64).cum_sum()
    told = pl.DataFrame({
        "device": runs["value"], "first": behind - runs["len"].cast(pl.Int64), "behind": behind,
    })  # fmt: skip
    found = pl.DataFrame({"device": asked}).join(
        told, on="device", how="left", maintain_order="left"
    )
    first, last = (found[name].fill_null(0).to_numpy() for name in ("first", "behind"))
    return first, last


def sought(at: Any, first: Whole, behind: Whole, when: Any) -> Whole:
    """Give the first row of each range that is not before a time; all by halving at once."""
    low, high = first.copy(), behind.copy()
    while (open_ := low < high).any():
        middle = (low + high) >> 1
        # a range that is done looks at a row that is there and learns nothing from it
        before = open_ & (at[np.minimum(middle, at.size - 1)] < when)
        low = np.where(before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return low
