"""Places beside legs: the nearest of a few within reach, and where a device was at a time."""

from __future__ import annotations

import polars as pl

from tanlu.terms.place import great_circle_m

__all__ = ["HERE", "gcd", "there_at", "within"]

HERE = ("lat_e7", "lon_e7")
E7 = 1e-7
METRES_A_DEGREE = 110_000


def within(here: pl.DataFrame, there: pl.DataFrame, value: str, reach_m: int) -> pl.Series:
    """Give ``value`` of the nearest row of ``there`` of the same country within reach [m]."""
    rows = here.with_row_index("_row")
    degrees = reach_m / METRES_A_DEGREE / E7
    near = (
        rows.join(there, on="country", suffix="_to")
        .filter((pl.col("lat_e7") - pl.col("lat_e7_to")).abs() <= degrees)
        .with_columns(far=great_circle_m(*map(pl.col, (*HERE, "lat_e7_to", "lon_e7_to"))))
        .filter(pl.col("far") <= reach_m)
        .sort("_row", "far")
        .unique("_row", keep="first", maintain_order=True)
        .select("_row", value)
    )
    return rows.join(near, on="_row", how="left", maintain_order="left")[value]


def gcd(prefix: str = "origin", suffix: str = "destination") -> pl.Expr:
    """Give the great circle between the two ends of rows [m]."""
    return great_circle_m(*(pl.col(f"{end}_{axis}") for end in (prefix, suffix) for axis in HERE))


def there_at(asked: pl.DataFrame, fixes: pl.DataFrame) -> pl.DataFrame:
    """Give where devices were: ``lat_e7, lon_e7`` of the fix nearest in time.

    Parameters
    ----------
    asked
        ``device``, ``at`` [µs]; the answer is in its order.
    fixes
        ``device``, ``at`` and place.
    """
    rows = asked.select("device", "at").with_row_index("_row").sort("device", "at")
    own = fixes.select("device", "at", *HERE).join(rows, on="device", how="semi")
    found = rows.join_asof(
        own.sort("device", "at"),
        on="at", by="device", strategy="nearest", check_sortedness=False,
    )  # fmt: skip
    return found.sort("_row").select(*HERE)
