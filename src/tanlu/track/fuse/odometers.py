"""Ways that a device counted itself: an odometer tells a way better than any curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.track.fuse.stretches import fixed

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["measured"]

# readings so far from each other are not interpolated [µs]
FAR = 1_800_000_000
# one sigma of a counted way: of its rounding [mm] and of its wheels [share]; the wheels of a
# device are right within the first share and worn by no more than the second
ROUND_MM, WHEELS, FAIR, WORN = 500.0, 0.003, 0.01, 0.05
# measured metres after which the device's own satellites set its wheels right
ENOUGH_MM = 2e7


def measured(fixes: pl.DataFrame, odometer: pl.DataFrame) -> pl.DataFrame:
    """Put counted ways in the place of computed ones, where an odometer counts at both fixes.

    The wheels are set right by the ways of the same device outside of outages, once those are
    20 km long and agree within 5 %.

    Raises
    ------
    TanluError
        TL400 when the odometer lacks a column.
    """
    for name in ("device", "at", "odometer_m"):
        if name not in odometer.columns:
            raise TanluError("TL400", value=name, why="an odometer needs this column")
    read = odometer.drop_nulls(["device", "at", "odometer_m"]).sort("device", "at", "odometer_m")
    if read.is_empty() or fixes.is_empty():
        return fixes
    names = fixes["device"].unique().sort()
    code = pl.Enum(names)
    read = read.filter(pl.col("device").is_in(names.implode()))
    counted = np.full(fixes.height, np.nan)
    told = (
        fixes["device"].cast(code).to_physical(), fixes["at"],
        read["device"].cast(code).to_physical(), read["at"],
        read["odometer_m"].cast(pl.Float64),
    )  # fmt: skip
    device, at, who, when, value = (fixed(each.to_numpy()) for each in told)
    _counted(device, at, who, when, value, counted)
    return _blended(fixes, counted)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _counted(device: Any, at: Any, who: Any, when: Any, value: Any, out: Any) -> None:  # noqa: PLR0917 - compiled
    """Give what the odometer stood at at each fix [m], where readings lie around it."""
    j = 0
    for k in range(at.size):
        while j < who.size and (who[j] < device[k] or (who[j] == device[k] and when[j] < at[k])):
            j += 1
        if j == who.size or who[j] != device[k]:
            continue
        if when[j] == at[k]:
            out[k] = value[j]
        elif j and who[j - 1] == device[k] and when[j] - when[j - 1] <= FAR:
            share = (at[k] - when[j - 1]) / (when[j] - when[j - 1])
            out[k] = value[j - 1] + share * (value[j] - value[j - 1])


def _blended(fixes: pl.DataFrame, counted: npt.NDArray[np.float64]) -> pl.DataFrame:
    """Take the counted way where there is one and it does not run backwards."""
    step = (1e3 * pl.Series("counted", counted).fill_nan(None).diff()).alias("counted")
    both = pl.col("way_mm").is_not_null() & (pl.col("counted") >= 0)
    fair = both & (pl.col("bridged") == 0)
    rows = fixes.with_columns(step)
    wheel = rows.group_by("device", maintain_order=True).agg(
        seen=pl.col("way_mm").filter(fair).sum(), told=pl.col("counted").filter(fair).sum()
    )
    ratio = pl.col("seen") / pl.col("told")
    off = (ratio - 1).abs()
    # wheels that disagree with the sky by more than worn ones do are no witness; what differs by
    # no more than computed ways err is right as it is
    right = (pl.col("seen") < ENOUGH_MM) | (off <= FAIR)
    wheel = wheel.select("device", wheel=pl.when(right).then(1.0).when(off <= WORN).then(ratio))
    rows = rows.join(wheel, on="device", how="left", maintain_order="left")
    way = (pl.col("counted") * pl.col("wheel") + 0.5).floor().cast(pl.Int64)
    doubt = ((ROUND_MM**2 + (WHEELS * way) ** 2).sqrt() + 0.5).floor().cast(pl.Int64)
    use = both & pl.col("wheel").is_not_null() & (doubt < pl.col("way_sigma_mm"))
    return rows.with_columns(
        way_mm=pl.when(use).then(way).otherwise("way_mm"),
        way_sigma_mm=pl.when(use).then(doubt).otherwise("way_sigma_mm"),
    ).drop("counted", "wheel")
