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
KEPT = (
    "thing", "number", "activity_id", "chain", "leg_no", "start", "end", "origin", "origin_lat_e7",
    "origin_lon_e7", "destination", "destination_lat_e7", "destination_lon_e7",
)  # fmt: skip
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
    own = own.select(*KEPT).lazy().sort("chain", "leg_no", "start", "number", nulls_last=True)
    pairs = (
        own.with_columns(pl.all().shift(1).name.prefix("_"))
        .slice(1)
        .filter(
            pl.col("chain").eq_missing(pl.col("_chain")),
            # parallel rows of one leg are not one after the other
            ~(pl.col("leg_no") == pl.col("_leg_no")).fill_null(value=False),
        )
        .with_columns(_missing=_missing(), _overlaps=pl.col("start") < pl.col("_end"))
        .filter(pl.col("_missing") | pl.col("_overlaps"))
        .collect()
    )
    ends = pl.concat_str(
        pl.col("_activity_id"), pl.lit(" → "), pl.col("_destination").fill_null("?"),
        pl.lit(" ⋯ "), pl.col("origin").fill_null("?"), pl.lit(" → "), pl.col("activity_id"),
    )  # fmt: skip
    two = pl.concat_str("_activity_id", pl.lit(" · "), "activity_id")
    return [
        told(
            code,
            found["thing"].to_list(),
            "warning",
            values=found.select(text).to_series().to_list(),
        )
        for code, column, text in (("TL432", "_missing", ends), ("TL433", "_overlaps", two))
        if (found := pairs.filter(column)).height
    ]


def _missing() -> pl.Expr:
    """Tell whether a leg begins elsewhere than the one before ended, or a number is left out."""
    import polars as pl

    lat, lon = pl.col("origin_lat_e7"), pl.col("origin_lon_e7")
    north = (lat - pl.col("_destination_lat_e7")) * METRES
    turn = (lon - pl.col("_destination_lon_e7") + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    east = turn * METRES * (lat / 1e7).radians().cos()
    far = (north**2 + east**2).sqrt() > NEAR_M
    apart = (pl.col("origin") != pl.col("_destination")).fill_null(far)
    jump = pl.col("leg_no") > pl.col("_leg_no") + 1
    return apart.fill_null(value=False) | jump.fill_null(value=False)
