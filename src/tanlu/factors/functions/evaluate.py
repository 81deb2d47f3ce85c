"""Factors that are functions: a value at a load, an hour, a speed, a temperature, in columns.

``scalar`` is one value; ``linear_load`` runs from the empty to the full vehicle; ``table`` and
``hourly`` have points ``x:y`` along one axis, joined by straight lines and held at their ends. An
axis that is not told takes the value that the row states for that case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.factors.packs.load import library

if TYPE_CHECKING:
    from tanlu.factors.packs.load import Library

__all__ = ["AXES", "evaluate", "points"]

AXES = (
    "load",
    "hour",
    "month_hour",
    "distance_km",
    "speed_kmh",
    "temperature_c",
    "slope_percent",
    "capacity_t",
)
_built_in = library


def evaluate(asked: pl.DataFrame, library: Library | None = None) -> pl.DataFrame:
    """Give the value of a factor for each row that is asked.

    Parameters
    ----------
    asked
        ``factor_id`` and any of ``load`` [1], ``empty`` [1], ``hour`` [0 to 23], ``month_hour``
        [24·(month - 1) + hour], ``distance_km`` [km], ``speed_kmh`` [km/h], ``temperature_c``
        [°C], ``slope_percent`` [%], ``capacity_t`` [t]; absent or null is not told.
    library
        The built-in one by default.

    Returns
    -------
    DataFrame
        For each row ``value`` in ``unit``, ``per_tkm`` (the same per tonne-kilometre, of load
        curves per kilometre alone), and ``held``: ``axis`` where the axis was not told, ``low`` or
        ``high`` where it lies outside the points. A factor that is not known has null.

    Notes
    -----
    Load curve: f(λ) = f0 + (f1 - f0)·λ, and f / ((1 - ε)·λ·capacity) per t·km (GLEC v3 annex on
    load curves; UK DESNZ 2025, where 50 % laden is the mean of 0 and 100 %).
    """
    kept = library or _built_in()
    table = _table(kept)
    told = asked.with_columns(
        pl.lit(None, pl.Float64).alias(name)
        for name in (*AXES, "empty")
        if name not in asked.columns
    ).with_row_index("_row")
    beside = told.join(table, on="factor_id", how="left", maintain_order="left")
    x = pl.coalesce(
        pl.when(pl.col("axis") == name).then(pl.col(name).cast(pl.Float64)) for name in AXES
    )
    load = pl.coalesce(pl.col("load").cast(pl.Float64), "load_default")
    away = pl.coalesce(pl.col("empty").cast(pl.Float64), "empty_default")
    curve = pl.col("value_empty") + (pl.col("value_full") - pl.col("value_empty")) * load
    on_points = _interpolated(beside.select("_row", "factor_id", x.alias("x")), points(kept))
    linear = pl.col("form") == "linear_load"
    value = pl.when(linear).then(curve).otherwise(pl.coalesce("at_x", "plain"))
    return (
        beside.join(on_points, on="_row", how="left", maintain_order="left")
        .with_columns(value.alias("value"))
        .select(
            "value",
            "unit",
            pl.when(linear)
            .then(pl.col("value") / ((1 - away) * load * pl.col("capacity")))
            .alias("per_tkm"),
            pl.coalesce(
                pl.when(pl.col("axis").is_not_null() & x.is_null()).then(pl.lit("axis")),
                pl.when(x < pl.col("first")).then(pl.lit("low")),
                pl.when(x > pl.col("last")).then(pl.lit("high")),
            ).alias("held"),
        )
    )


def points(kept: Library) -> pl.DataFrame:
    """Give the points of all tables: factor_id, x, y and the next point's, by factor and x."""
    told = kept.factors.filter(pl.col("points").is_not_null())
    pair = pl.col("points").str.split(":")
    return (
        told.select("factor_id", pl.col("points").str.split(";"))
        .explode("points")
        .select(
            "factor_id",
            pair.list.get(0).cast(pl.Float64).alias("x"),
            pair.list.get(1).cast(pl.Float64).alias("y"),
        )
        .sort("factor_id", "x")
        .with_columns(
            pl.col("x").shift(-1).over("factor_id").alias("x_next"),
            pl.col("y").shift(-1).over("factor_id").alias("y_next"),
            pl.col("x").min().over("factor_id").alias("first"),
            pl.col("x").max().over("factor_id").alias("last"),
        )
    )


def _table(kept: Library) -> pl.DataFrame:
    amounts = ("value", "co2e_published", "co2_fossil")
    return kept.factors.select(
        "factor_id",
        "form",
        "axis",
        pl.concat_str("numerator", "denominator", separator="/").alias("unit"),
        pl.coalesce(pl.col(name).cast(pl.Float64) for name in amounts).alias("plain"),
        pl.col("value_empty", "value_full", "load_default", "empty_default").cast(pl.Float64),
        pl.col("capacity_t").cast(pl.Float64).alias("capacity"),
    )


def _interpolated(asked: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Give each row the value between its two points, held at the ends."""
    told = asked.filter(pl.col("x").is_not_null()).sort("x")
    near = told.join_asof(
        table.sort("x").rename({"x": "x_at"}), left_on="x", right_on="x_at", by="factor_id",
        strategy="backward", check_sortedness=False,
    )  # fmt: skip
    lowest = table.group_by("factor_id").agg(
        pl.col("y").first().alias("y_low"), pl.col("first", "last").first()
    )
    share = (pl.col("x") - pl.col("x_at")) / (pl.col("x_next") - pl.col("x_at"))
    line = pl.col("y") + (pl.col("y_next") - pl.col("y")) * share
    return (
        near.drop("first", "last")
        .join(lowest, on="factor_id", how="left")
        .select("_row", pl.coalesce(line, "y", "y_low").alias("at_x"), "first", "last")
    )
