"""What rows have in common: the ride that they share, their energy, the names of places."""

from __future__ import annotations

from functools import cache

import polars as pl

__all__ = ["MOVED", "RIDE", "day", "heats", "joules", "mad", "measured", "of", "stated_in", "wide"]

MOVED = pl.col("kind").str.starts_with("transport.")
RIDE = ("vehicle", "start", "end", "origin", "destination")
WIDE = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"  # ISO 3166-1 or 3166-2: room for many places
# of two places with heating values the nearer one wins: China before the world
HOME = "CN"


def of() -> pl.Expr:
    """Give whose transport a row is of: its consignment, else its shipment."""
    return pl.coalesce("consignment", "shipment")


def wide(name: str) -> pl.Expr:
    """Tell whether a place is a country or a province, or is not told."""
    return pl.col(name).str.contains(WIDE).fill_null(value=True)


def measured() -> pl.Expr:
    """Tell whether a row moves something and has its own energy."""
    return MOVED & (pl.col("energy_j") > 0) & (pl.col("distance_m") > 0)


def mad(value: pl.Expr, over: list[str]) -> pl.Expr:
    """Give 1.4826 times the median of absolute deviations from the median, group by group."""
    return (value - value.median().over(over)).abs().median().over(over) * 1.4826


def day(column: str, zone: str) -> pl.Expr:
    """Give local time [datetime] of a column [us UTC]."""
    return pl.from_epoch(column, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


@cache
def heats() -> pl.DataFrame:
    """Give the newest heating values by carrier [J/mL, J/mg]; China goes first."""
    from tanlu.factors import properties

    rows = properties().filter(pl.col("place").is_in([HOME, "GLO"]))
    return (
        rows.sort("energy_carrier", pl.col("place") == HOME, "valid_from")
        .group_by("energy_carrier", maintain_order=True)
        .agg(
            (pl.col("mj_per_l").drop_nulls().last() * 1000).alias("_j_ml"),
            pl.col("mj_per_kg").last().alias("_j_mg"),
        )
    )


def joules(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Give rows with ``_joules``: their energy, else that of their volume or mass of fuel [J]."""
    held = rows.join(heats().lazy(), on="energy_carrier", how="left", maintain_order="left")
    return held.with_columns(
        pl.coalesce(
            pl.col("energy_j").cast(pl.Float64),
            pl.col("volume_ml") * pl.col("_j_ml"),
            pl.col("mass_mg") * pl.col("_j_mg"),
        ).alias("_joules")
    )


def stated_in(amount: pl.Expr) -> pl.Expr:
    """Give the largest power of ten, up to 1e9, that divides an amount: how it is rounded."""
    found = pl.lit(1, pl.Int64)
    for power in range(1, 10):
        found = pl.when(amount % 10**power == 0).then(pl.lit(10**power, pl.Int64)).otherwise(found)
    return found
