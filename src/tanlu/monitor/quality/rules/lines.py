"""Straight lines through the points of each series, by sums over columns."""

from __future__ import annotations

import polars as pl

__all__ = ["lines"]


def lines(points: pl.DataFrame, t: pl.Expr, y: pl.Expr) -> pl.DataFrame:
    """Give the line of least squares through the points of each g.

    Returns
    -------
    DataFrame
        g, n, slope [y/t] and error: the standard error of the slope, null for two points.
    """
    both = points.select("g", t=t.cast(pl.Float64), y=y.cast(pl.Float64))
    means = both.group_by("g").agg(pl.col("t", "y").mean().name.suffix("_mean"))
    u, v = pl.col("t") - pl.col("t_mean"), pl.col("y") - pl.col("y_mean")
    sums = (
        both.join(means, on="g")
        .select("g", tt=u * u, ty=u * v, yy=v * v)
        .group_by("g")
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col("tt", "ty", "yy").sum())
    )
    slope = pl.col("ty") / pl.col("tt")
    rest = (pl.col("yy") - slope * pl.col("ty")).clip(lower_bound=0)
    free = pl.when(pl.col("n") > 2).then(pl.col("n") - 2)
    return sums.select("g", "n", slope=slope, error=(rest / free / pl.col("tt")).sqrt())
