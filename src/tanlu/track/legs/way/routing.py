"""Ways that nobody measured: the shortest feasible distance, and legs that no position tells of."""

from __future__ import annotations

import polars as pl

from tanlu.terms.place import sea_route
from tanlu.track.legs.kinds import kinds
from tanlu.track.legs.way.places import gcd

__all__ = ["REACH_M", "daf", "filled", "gaps", "sfd"]

# a leg begins so near to where the one before ended, or one is missing between them
REACH_M = 5_000
SHARE = 0.02  # of the two legs: long legs are known less well at their ends
Z_95 = 1.96
ENDS = ("lat_e7", "lon_e7")


def sfd(parts: pl.DataFrame) -> pl.Series:
    """Give the shortest feasible distance: of the sea network, else great circle x circuity.

    A way that was taken is feasible, so it is no longer than the actual one; no way is shorter
    than the great circle (ISO 14083:2023 3.1, 6.3).
    """
    return routed(parts).select(
        sfd_m=pl.max_horizontal("gcd_m", pl.min_horizontal("_routed", "distance_m"))
    ).to_series()  # fmt: skip


def routed(parts: pl.DataFrame) -> pl.DataFrame:
    """Give the parts with ``_routed``, the way that routing declares for mode and ends [m]."""
    factor = pl.col("mode").replace_strict(
        {name: kind.circuity for name, kind in kinds().items()}, return_dtype=pl.Float64
    )
    guess = (pl.col("gcd_m") * factor).round(0, mode="half_away_from_zero").cast(pl.Int64)
    rows = parts.with_row_index("_row")
    sea = rows.filter(pl.col("mode") == "sea")
    found = pl.DataFrame(schema={"_row": pl.UInt32, "_sea": pl.Int64})
    if sea.height:
        found = sea.select("_row").with_columns(_sea=sea_route(sea)["distance_m"])
    return (
        rows.join(found, on="_row", how="left", maintain_order="left")
        .with_columns(_routed=pl.coalesce("_sea", guess))
        .drop("_row", "_sea")
    )


def daf() -> pl.Expr:
    """Give actual over shortest feasible distance [ppm]: ISO 14083:2023 6.3."""
    share = pl.col("distance_m") * 1_000_000 / pl.col("sfd_m")
    return pl.when(pl.col("sfd_m") > 0).then(
        share.round(0, mode="half_away_from_zero").cast(pl.Int64, strict=False)
    )


def gaps(parts: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of legs of a device between which one is missing, with the great circle.

    ``device``, ``mode``, ``next_mode``, ``start`` and ``end`` of the gap, its ends, ``gcd_m``.
    """
    after = {
        name: pl.col(name).shift(-1).over("device")
        for name in ("start", "leg_no", "mode", "distance_m", "origin", "country", *(
            f"origin_{axis}" for axis in ENDS
        ))
    }  # fmt: skip
    pairs = parts.select(
        "device", "leg_no", "mode", "mode_ppm", "segment_id", "country", "energy_carrier",
        start="end", end=after["start"], next_mode=after["mode"],
        origin="destination", destination=after["origin"],
        **{f"origin_{axis}": pl.col(f"destination_{axis}") for axis in ENDS},
        **{f"destination_{axis}": after[f"origin_{axis}"] for axis in ENDS},
        _ways=pl.col("distance_m") + after["distance_m"],
        _new=after["leg_no"] != pl.col("leg_no"),
    ).filter(pl.col("_new").fill_null(value=False))  # fmt: skip
    pairs = pairs.with_columns(gcd_m=gcd())
    return pairs.filter(
        pl.col("gcd_m") > pl.max_horizontal(pl.lit(REACH_M), pl.col("_ways") * SHARE)
    ).drop("_new", "_ways")


def filled(parts: pl.DataFrame) -> pl.DataFrame:
    """Give the parts with legs that are missing between two of one mode, routed, with 0 fixes.

    The interval is that of the circuity; a leg that no vehicle of the mode could do in the time
    between is not filled in, and neither is one between two modes.
    """
    top = pl.col("mode").replace_strict(
        {name: kind.top_km_h for name, kind in kinds().items()}, return_dtype=pl.Float64
    )
    sigma = pl.col("mode").replace_strict(
        {name: kind.circuity_sigma_ln for name, kind in kinds().items()}, return_dtype=pl.Float64
    )
    missing = gaps(parts).filter(pl.col("mode") == pl.col("next_mode"))
    if not missing.height:
        return parts
    hours = (pl.col("end") - pl.col("start")) / 3.6e9
    way = routed(missing).filter(pl.col("_routed") / 1e3 <= top * hours)
    bounds = {"lower_m": -Z_95, "upper_m": Z_95}
    made = way.with_columns(
        distance_m="_routed", bridged_m="_routed", sfd_m="_routed",
        **{
            name: (pl.col("_routed") * (z * sigma).exp()).round().cast(pl.Int64)
            for name, z in bounds.items()
        },
        part=pl.lit(1, pl.Int64), fixes=pl.lit(0, pl.Int64), idle_us=pl.lit(0, pl.Int64),
        stops=pl.lit(0, pl.Int64), _begun="start",
    ).with_columns(
        lower_m=pl.max_horizontal("gcd_m", "lower_m"), daf_ppm=pl.lit(1_000_000, pl.Int64)
    )  # fmt: skip
    kept = [name for name in made.columns if name in parts.columns]
    both = pl.concat([parts, made.select(kept)], how="diagonal").sort("device", "start", "end")
    number = (pl.col("part") == 1).cast(pl.Int64).cum_sum().over("device")
    return both.with_columns(leg_no=number)
