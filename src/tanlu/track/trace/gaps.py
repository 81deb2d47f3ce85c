"""Gaps: where a leg does not begin where the one before ended, or before it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.track.trace.telling import told

if TYPE_CHECKING:
    import polars as pl

__all__ = ["gaps"]

# further apart two points are two places, where no code tells [m]
NEAR_M = 5000.0
METRES = 111_195.0 / 1e7
MOVING = r"^(transport|hub)\."


def gaps(legs: pl.DataFrame) -> list[pl.DataFrame]:
    """Give a finding for each missing leg and each overlap of the subject's own legs.

    Legs of one chain are compared where chains are named, in the order of their numbers where
    they have some. Works on the hub and transport legs alone: energy and packaging go nowhere.
    """
    import polars as pl

    own = legs.filter(pl.col("relation") == "self", pl.col("kind").str.contains(MOVING))
    if own.height < 2:
        return []
    own = own.sort("chain", "leg_no", "start", "number", nulls_last=True)
    before = own.select(
        pl.col("chain", "leg_no", "end", "destination", "destination_lat_e7",
               "destination_lon_e7", "number", "activity_id").shift(1).name.prefix("_")
    )  # fmt: skip
    pairs = pl.concat([own, before], how="horizontal").slice(1)
    pairs = pairs.filter(pl.col("chain").eq_missing(pl.col("_chain")))
    # parallel rows of one leg are not one after the other
    pairs = pairs.filter(~(pl.col("leg_no") == pl.col("_leg_no")).fill_null(value=False))
    return [*_missing(pairs), *_overlapping(pairs)]


def _missing(pairs: pl.DataFrame) -> list[pl.DataFrame]:
    import polars as pl

    lat, lon = pl.col("origin_lat_e7"), pl.col("origin_lon_e7")
    north = (lat - pl.col("_destination_lat_e7")) * METRES
    turn = (lon - pl.col("_destination_lon_e7") + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    east = turn * METRES * (lat / 1e7).radians().cos()
    far = (north**2 + east**2).sqrt() > NEAR_M
    apart = (pl.col("origin") != pl.col("_destination")).fill_null(far)
    jump = pl.col("leg_no") > pl.col("_leg_no") + 1
    found = pairs.filter(apart.fill_null(value=False) | jump.fill_null(value=False))
    if found.is_empty():
        return []
    ends = pl.concat_str(
        pl.col("_activity_id"), pl.lit(" → "), pl.col("_destination").fill_null("?"),
        pl.lit(" ⋯ "), pl.col("origin").fill_null("?"), pl.lit(" → "), pl.col("activity_id"),
    )  # fmt: skip
    values = found.select(ends).to_series().to_list()
    return [told("TL432", found["thing"].to_list(), "warning", values=values)]


def _overlapping(pairs: pl.DataFrame) -> list[pl.DataFrame]:
    import polars as pl

    found = pairs.filter(pl.col("start") < pl.col("_end"))
    if found.is_empty():
        return []
    text = pl.concat_str("_activity_id", pl.lit(" · "), "activity_id")
    values = found.select(text).to_series().to_list()
    return [told("TL433", found["thing"].to_list(), "warning", values=values)]
