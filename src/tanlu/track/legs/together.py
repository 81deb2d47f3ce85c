"""Whether devices went together: their places side by side, a minute at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["SAMPLE", "sampled", "states"]

MINUTE_US = 60_000_000
# between two places so far apart in time nobody knows where a device was
BLIND_US = 10 * MINUTE_US
# one vehicle is no longer, with what a straight line leaves out between two places
NEAR_M, SIGMAS, BENT = 500.0, 3.0, 0.3
# what a place is worth of which nothing is told [m]
GNSS_M, CELL_M = 10.0, 1_000.0
SAMPLE = {
    "device": pl.String, "at": pl.Int64, "lat": pl.Float64, "lon": pl.Float64,
    "sigma": pl.Float64, "cell": pl.Boolean,
}  # fmt: skip
STATES = {"device": pl.String, "other": pl.String, "at": pl.Int64, "near": pl.Boolean}
NULL_E7 = 10_000
AROUND = 5  # places of which most tell whether two devices are together
METRES = 111_195.0
EVER = -(2**62)  # what the first places tell holds before them too


def sampled(positions: pl.LazyFrame | None, devices: Collection[str]) -> pl.DataFrame:
    """Give the first place of each minute of some devices, in order of device and time.

    Parameters
    ----------
    positions
        Schema ``position`` or ``fix``, in any order.
    devices
        Of which places are wanted.

    Returns
    -------
    DataFrame
        ``device``, ``at`` [µs], ``lat``, ``lon`` [°], ``sigma`` [m] along an axis, ``cell``.
    """
    if positions is None or not devices:
        return pl.DataFrame(schema=SAMPLE)
    known = positions.collect_schema().names()
    cell = pl.lit(value=False)
    if "source" in known:
        cell = (pl.col("source") == "cell").fill_null(value=False)
    told = pl.lit(None, pl.Float64)
    if "sigma_mm" in known:
        told = pl.col("sigma_mm") / 1e3
    elif "accuracy_m" in known:
        told = pl.col("accuracy_m").cast(pl.Float64)
    sigma = pl.coalesce(told, pl.when(cell).then(CELL_M).otherwise(GNSS_M))
    null = (pl.col("lat_e7").abs() < NULL_E7) & (pl.col("lon_e7").abs() < NULL_E7)
    first = [pl.col(name).sort_by("at").first() for name in ("lat", "lon", "sigma", "cell")]
    return (
        positions.filter(pl.col("device").is_in(sorted(devices)) & ~null)
        .select(
            "device", "at", lat=pl.col("lat_e7") / 1e7, lon=pl.col("lon_e7") / 1e7, sigma=sigma,
            cell=cell,
        )
        .drop_nulls(["at", "lat", "lon"])
        .group_by("device", _minute=pl.col("at") // MINUTE_US)
        .agg(pl.col("at").min(), *first)
        .select(list(SAMPLE))
        .sort("device", "at")
        .collect(engine="streaming")
    )  # fmt: skip


def states(pairs: pl.DataFrame, sample: pl.DataFrame) -> pl.DataFrame:
    """Give from when on two devices were together or apart.

    Parameters
    ----------
    pairs
        ``device``, ``other``; ``low``, ``high`` [µs]: when it is asked.
    sample
        As ``sampled`` gives it.

    Returns
    -------
    DataFrame
        ``device``, ``other``, ``at`` [µs], ``near``: one row for each turn, in order; nothing
        where no two places tell.
    """
    asked = pairs.with_row_index("pair")
    here = (
        sample.join(asked.select("pair", "device", "low", "high"), on="device")
        .filter(pl.col("at").is_between("low", "high"))
        .sort("pair", "at")
    )
    there = sample.join(asked.select("pair", device="other"), on="device").select(
        "pair", "at", "lat", "lon", "sigma", when="at"
    ).sort("pair", "at")  # fmt: skip
    before, after = (
        here.join_asof(
            there, on="at", by="pair", strategy=side, tolerance=BLIND_US, suffix="_to",
            check_sortedness=False,
        )
        for side in ("backward", "forward")
    )  # fmt: skip
    names = ("lat_to", "lon_to", "when")
    both = before.with_columns(after[name].alias(f"{name}_b") for name in names)
    both = both.drop_nulls(["when", "when_b"])
    span = pl.col("when_b") - pl.col("when")
    share = pl.when(span > 0).then((pl.col("at") - pl.col("when")) / span).otherwise(0.0)
    cosine = pl.col("lat").radians().cos() * METRES
    north, east = (pl.col("lat_to_b") - pl.col("lat_to")) * METRES, _east("lon_to_b") * cosine
    off_north = (pl.col("lat") - pl.col("lat_to")) * METRES - share * north
    off_east = _east("lon") * cosine - share * east
    slack = NEAR_M + SIGMAS * (pl.col("sigma") + pl.col("sigma_to"))
    near = _length(off_north, off_east) <= slack + BENT * _length(north, east)
    most = (
        near.cast(pl.Float64)
        .rolling_mean(AROUND, min_samples=1, center=True)
        .over("pair")
    )  # fmt: skip
    told = both.select("pair", "at", near=most >= 0.5)
    last = pl.col("near").shift().over("pair")
    # they parted between the last place together and the first one apart
    turned = pl.coalesce((pl.col("at") + pl.col("at").shift().over("pair")) // 2, pl.lit(EVER))
    turns = told.with_columns(turned.alias("_turn")).filter(
        last.is_null() | (last != pl.col("near"))
    )
    return turns.join(asked.select("pair", "device", "other"), on="pair").select(
        "device", "other", "near", at="_turn"
    ).select(list(STATES)).sort("device", "other", "at")  # fmt: skip


def _east(name: str) -> pl.Expr:
    """Give how far east of the place before another one lies, the shorter way around [°]."""
    return (pl.col(name) - pl.col("lon_to") + 180.0) % 360.0 - 180.0


def _length(north: pl.Expr, east: pl.Expr) -> pl.Expr:
    return (north * north + east * east).sqrt()
