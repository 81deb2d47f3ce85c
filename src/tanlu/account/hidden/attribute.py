"""Give each gram to one cause, in a stated order, so that causes and use are the total exactly.

A later cause takes its share of what the earlier ones left: a detour of a truck whose return trip
was for nothing is counted in the return alone.
"""

from __future__ import annotations

import polars as pl

__all__ = ["ORDER", "USEFUL", "attribute"]

# what should not have been done at all comes before what was done badly
ORDER = (
    "returns", "double_handling", "empty", "detour", "idling", "idle_stock", "overpackaging",
)  # fmt: skip
USEFUL = "useful"
MILLION = 1_000_000


def attribute(emissions: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Give the part of each emission that each cause takes, and the part that was of use.

    Parameters
    ----------
    emissions
        Schema ``emission``: emission_id, activity_id and co2e_ug are read.
    evidence
        activity_id, cause (of ``ORDER``) and wasted_ppm (0 to 1 000 000); the largest where an
        activity has several of one cause.

    Returns
    -------
    DataFrame
        emission_id, activity_id, cause, co2e_ug (int64): the causes that take anything, then
        ``useful``. The parts of a row add up to it to the microgram.

    Notes
    -----
    part_k = round(left_{k−1} · w_k), left_k = left_{k−1} − part_k, in the order of ``ORDER``.
    """
    wide = (
        evidence.group_by("activity_id", "cause")
        .agg(pl.col("wasted_ppm").max())
        .pivot("cause", index="activity_id", values="wasted_ppm")
    )
    told = [cause for cause in ORDER if cause in wide.columns]
    rows = emissions.select("emission_id", "activity_id", pl.col("co2e_ug").alias("_left"))
    rows = rows.join(wide, on="activity_id", how="left", maintain_order="left")
    for cause in told:
        # what is below zero is no emission and has nothing to waste
        left = pl.max_horizontal(pl.col("_left"), 0).cast(pl.Int128)
        part = (left * pl.col(cause).fill_null(0) * 2 + MILLION) // (2 * MILLION)
        rows = rows.with_columns(part.cast(pl.Int64).alias(cause))
        rows = rows.with_columns((pl.col("_left") - pl.col(cause)).alias("_left"))
    long = rows.rename({"_left": USEFUL}).unpivot(
        [*told, USEFUL], index=["emission_id", "activity_id"], variable_name="cause",
        value_name="co2e_ug",
    )  # fmt: skip
    return long.filter((pl.col("co2e_ug") != 0) | (pl.col("cause") == USEFUL)).sort(
        "emission_id", "cause"
    )
