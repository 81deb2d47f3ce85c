"""What cannot be right about loads and rounds: findings, never exceptions, and nothing is dropped.

Subjects are ``leg:``, ``total:`` and ``round:``: a leg that is suspected is quantified all the
same, so that these findings do not count among what could not be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["found", "suspects"]

# a class is not loaded beyond its capacity; scales and books round
SLACK = 1.02
SUBJECTS = {"total_id": "total", "activity_id": "leg", "vehicle": "vehicle"}


def suspects(activities: pl.DataFrame, library: Library | None = None) -> pl.DataFrame:
    """Give what cannot be right: TL550 overloaded, TL551 below nothing, TL552 overlapping rounds.

    Parameters
    ----------
    activities
        Schema ``activity``; absent columns are not checked.
    library
        Whose classes have capacities; the built-in one by default.

    Returns
    -------
    DataFrame
        Schema ``finding``, one row a leg, or a pair of rounds.
    """
    names = schema("activity").dtypes()
    rows = activities.with_columns(
        pl.lit(None, kind).alias(name)
        for name, kind in names.items()
        if name not in activities.columns
    )
    made = [_overloaded(rows, library), _below(rows), _overlapping(rows)]
    return pl.concat(made).sort("finding_id")


def found(code: str, rows: pl.DataFrame, subject: str, value: str) -> pl.DataFrame:
    """Give a finding of a code for each row, about one column and with the value of another."""
    shape = schema("finding")
    if not rows.height:
        return shape.empty()
    hint = say(code, value="…", why="…").partition("; ")[2]
    name = pl.concat_str(pl.lit(f"{SUBJECTS[subject]}:"), pl.col(subject))
    column = value if value in schema("activity").names else None
    end = f"|{column}|" if column else "|"
    made = rows.select(
        pl.concat_str(pl.lit(f"{code}|"), name, pl.lit(end), pl.col(value).cast(pl.String),
                      ignore_nulls=True).alias("finding_id"),
        pl.lit(code).alias("code"),
        pl.lit("warning").alias("severity"),
        name.alias("subject"),
        pl.lit(column, pl.String).alias("column"),
        pl.col(value).cast(pl.String).alias("value"),
        pl.lit(hint or None, pl.String).alias("hint"),
        pl.lit(1, pl.Int64).alias("count"),
        *(pl.col(each) for each in ("source_sha256", "source_line") if each in rows.columns),
    )  # fmt: skip
    return shape.fit(made.unique("finding_id", maintain_order=True))


def _overloaded(rows: pl.DataFrame, library: Library | None) -> pl.DataFrame:
    """Give legs whose goods, together with what rides along, weigh more than the class may carry.

    What shares vehicle, start, end and both places rides on one leg.
    """
    from tanlu.factors import classes

    known = classes(library).select(
        pl.col("class").alias("vehicle_class"),
        (pl.col("capacity_t").cast(pl.Float64, strict=False) * 1e9 * SLACK).alias("_most"),
    )
    ride = ["vehicle", "start", "end", "origin", "destination"]
    moved = rows.filter(pl.col("kind").str.starts_with("transport.")).with_columns(
        pl.when(pl.col("vehicle").is_not_null())
        .then(pl.col("mass_mg").sum().over(ride))
        .otherwise("mass_mg")
        .alias("_load")
    )
    heavy = moved.join(known, on="vehicle_class", how="left").filter(
        ((pl.col("_load") > pl.col("_most")) | (pl.col("load_ppm") > 1_000_000 * SLACK))
        .fill_null(value=False)
    )  # fmt: skip
    said = heavy.with_columns(
        pl.format("{} t > {} t", (pl.col("_load") / 1e9).round(3), (pl.col("_most") / 1e9).round(3))
        .fill_null(pl.format("load_ppm {}", "load_ppm"))
        .alias("_said")
    )
    return found("TL550", said, "activity_id", "_said")


def _below(rows: pl.DataFrame) -> pl.DataFrame:
    """Give legs with a mass, distance, count or volume below nothing."""
    names = ("mass_mg", "distance_m", "count", "volume_ml", "teu_milli")
    made = [found("TL551", rows.filter(pl.col(name) < 0), "activity_id", name) for name in names]
    return pl.concat(made).unique("finding_id", maintain_order=True)


def _overlapping(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rounds of one vehicle that begin before an earlier one has ended."""
    rounds = (
        rows.filter(pl.col("vehicle").is_not_null() & pl.col("round").is_not_null())
        .group_by("vehicle", "round")
        .agg(pl.col("start").min(), pl.col("end").max())
        .sort("vehicle", "start", "round")
        .with_columns(
            pl.col("end").cum_max().shift(1).over("vehicle").alias("_before"),
            pl.col("round").shift(1).over("vehicle").alias("_other"),
        )
        .filter(pl.col("start") < pl.col("_before"))
        .with_columns(pl.format("{} / {}", "_other", "round").alias("_said"))
    )
    return found("TL552", rounds, "vehicle", "_said")
