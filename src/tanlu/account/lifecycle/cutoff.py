"""Cut-off: what a study leaves out, held to its own limits and told.

A line marked ``left_out`` with a reason stays out of the total only while it is at most 1 % of the
total and all of them together at most 5 % (or the limits of the study); what exceeds them is
counted and named. Whoever marks a line still gives its data: a share that nobody computed cannot
be held to a limit. ISO 14067:2018 6.3.4.3 and GB/T 24067-2024 ask for criteria and their
disclosure; the two percentages are custom of product category rules, an assumption of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.unquantified import no_findings
from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EACH", "TOTAL", "cut", "limits"]

EACH, TOTAL = 0.01, 0.05


def limits(about: Mapping[str, Any]) -> tuple[float, float]:
    """Give the limits of a study: of each line, and of all together [share of the total]."""
    told = about.get("cut_off", {})
    return float(told.get("each", EACH)), float(told.get("total", TOTAL))


def cut(
    rows: pl.DataFrame, about: Mapping[str, Any]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Give the rows that count, the lines that stay out with their share, and findings (TL532).

    The smallest lines are left out first; equal ones by name.
    """
    each, together = limits(about)
    marked = rows.filter(pl.col("left_out").is_not_null())
    empty = pl.DataFrame(
        schema={"demand": pl.String, "line": pl.String, "left_out": pl.String,
                "co2e_ug": pl.Int64, "share": pl.Float64}
    )  # fmt: skip
    if not marked.height:
        return rows, empty, no_findings()
    whole = rows.group_by("demand").agg(pl.col("co2e_ug").cast(pl.Int128).sum().alias("_whole"))
    lines = (
        marked.group_by("demand", "line", "left_out")
        .agg(pl.col("co2e_ug").sum())
        .join(whole, on="demand")
        .with_columns(
            (pl.col("co2e_ug").abs() / pl.col("_whole").cast(pl.Float64).abs()).alias("share")
        )
        .sort("demand", "share", "line")
        .with_columns(pl.col("share").cum_sum().over("demand").alias("_sum"))
    )
    small = (pl.col("share") <= each) & (pl.col("_sum") <= together)
    out = lines.filter(small).select(empty.columns)
    kept = rows.join(out.select("demand", "line"), on=["demand", "line"], how="anti")
    large = lines.filter(~small.fill_null(value=False))
    return kept.sort("demand", "process", "line", "boundary", "factor_hash"), out, _told(large)


def _told(lines: pl.DataFrame) -> pl.DataFrame:
    hint = say("TL532", value="…", why="…").partition("; ")[2]
    return schema("finding").fit(
        lines.select(
            pl.concat_str(pl.lit("TL532|"), "demand", pl.lit("|"), "line").alias("finding_id"),
            pl.lit("TL532").alias("code"), pl.lit("warning").alias("severity"),
            pl.concat_str(pl.lit("line:"), "line").alias("subject"),
            pl.col("share").round(6).cast(pl.String).alias("value"),
            pl.lit(hint).alias("hint"), pl.lit(1, pl.Int64).alias("count"),
        )
    )  # fmt: skip
