"""Proofs: where each row stands in the ledger and from which file or device it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.track.trace.traced import types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["proofs"]

SOURCE = ("source_sha256", "source_sheet", "source_line", "source_device", "source_seq")


def proofs(legs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give version, part and row of each leg and emission, with the evidence of the leg."""
    import polars as pl

    place = (pl.col("_version").cast(pl.Int64).alias("version"), pl.col("_part").alias("part"),
             pl.col("_row").alias("row"))  # fmt: skip
    wanted = types("proofs")
    of_legs = legs.select(
        pl.lit("activity").alias("table"), pl.col("activity_id").alias("id"), *place, *SOURCE
    )
    of_rows = rows.select(
        pl.lit("emission").alias("table"), pl.col("emission_id").alias("id"), *place,
        *(pl.lit(None, wanted[name]).alias(name) for name in SOURCE),
    )  # fmt: skip
    return pl.concat([of_legs, of_rows]).select(list(wanted))
