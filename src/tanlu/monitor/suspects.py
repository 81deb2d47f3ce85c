"""Values that are possible but suspicious: kept as they are, and told."""

from __future__ import annotations

import time

import polars as pl

from tanlu.monitor.faults import Faults

__all__ = ["Usual", "suspect"]

HEAVY_MG = 1_000_000 * 1_000_000  # 1 000 t in one line
FIRST_US = 631_152_000_000_000  # 1990-01-01
YEAR_US = 366 * 86_400_000_000
ENOUGH = 50
FAR, SLIP = 10.0, 1000.0
WIDE = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"  # ISO 3166-1 or 3166-2
MASS, DISTANCE = "mass_mg", "distance_m"


class Usual:
    """What is usual for the quantities of a file, learnt from its first body that has enough."""

    def __init__(self) -> None:
        self._bounds: dict[str, tuple[float, float]] = {}

    def bounds(self, name: str, column: pl.Series) -> tuple[float, float] | None:
        """Give the 1st and the 99th hundredth of a column's positive values."""
        if name not in self._bounds:
            positive = column.filter(column > 0)
            if positive.len() < ENOUGH:
                return None
            cuts = [positive.quantile(share, "nearest") for share in (0.01, 0.99)]
            low, high = (float(cut or 0) for cut in cuts)
            self._bounds[name] = (low, high)
        return self._bounds[name]


def suspect(table: pl.DataFrame, usual: Usual, faults: Faults) -> None:
    """Note what is suspicious in the columns of activities."""
    if MASS in table.columns:
        mass = table[MASS]
        _note(faults, mass <= 0, "TL332", MASS, mass)
        _note(faults, mass > HEAVY_MG, "TL333", MASS, mass)
    for name in (MASS, DISTANCE):
        if name in table.columns:
            _slips(table[name], usual, faults, name)
    start = table["start"]
    far = (start < FIRST_US) | (start > time.time_ns() // 1000 + YEAR_US)
    _note(faults, far, "TL335", "start", start)
    if {"origin", "destination"} <= set(table.columns):
        # within one place a hub, a site or a round is no surprise; a leg is
        leg = table["kind"].str.starts_with("transport")
        # within a country or a province there is room for a leg
        wide = table["origin"].str.contains(WIDE).fill_null(value=False)
        same = (table["origin"] == table["destination"]) & leg & ~wide
        faults.note(same, "TL336", "destination", table["origin"])


def _slips(column: pl.Series, usual: Usual, faults: Faults, name: str) -> None:
    """Note values far from all others that would be usual if they were 1 000 times off.

    The heaviest and the longest of a file slip too, and theirs are the slips that count.
    """
    bounds = usual.bounds(name, column)
    if bounds is None:
        return
    low, high = bounds
    x = column.cast(pl.Float64)
    large = (x > high * FAR) & (x / SLIP >= low)
    small = (x > 0) & (x < low / FAR) & (x * SLIP <= high)
    # few by their nature, and only good when each can be found and mended
    _note(faults, large | small, "TL334", name, column, each=True)


def _note(
    faults: Faults,
    mask: pl.Series,
    code: str,
    name: str,
    column: pl.Series,
    *,
    each: bool = False,
) -> None:
    """Note the rows of a mask with their value as people write it, if there are any."""
    if not mask.any():
        return
    if name == MASS:
        column = (column.cast(pl.Float64) / 1e6).cast(pl.String) + " kg"
    elif name == "start":
        column = column.cast(pl.Datetime("us")).cast(pl.String)
    faults.note(mask, code, name, column, each=each)
