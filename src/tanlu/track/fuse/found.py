"""What was wrong with positions, as findings: one of each code and device."""

from __future__ import annotations

import polars as pl

from tanlu.errors import catalogue
from tanlu.terms import schema

__all__ = ["CODES", "findings"]

# the numbers that the loops give; rows with none of them repeat another row
CODES = {400: "TL400", 401: "TL401", 402: "TL402", 403: "TL403", 404: "TL404", 405: "TL405",
         406: "TL406"}  # fmt: skip

# what throws doubt on the device, and what is weather
SEVERE = {"TL404": "error", "TL405": "error", "TL406": "info"}
COLUMNS = {"TL400": "lat_e7", "TL401": "lat_e7", "TL402": "at", "TL404": "device"}


def findings(rejected: pl.DataFrame) -> pl.DataFrame:
    """Give a finding for each code and device of rejected positions (merged ones have no code)."""
    if rejected.is_empty():
        return schema("finding").empty()
    told = catalogue()
    codes = sorted(rejected["code"].drop_nulls().unique())
    hints = {code: told[code].hint for code in codes}
    shape = schema("finding")
    if not codes:
        return shape.empty()
    made = (
        rejected.filter(pl.col("code").is_not_null())
        .group_by("code", "device")
        .agg(pl.len().cast(pl.Int64).alias("count"), pl.col("at").min().alias("first"))
        .sort("code", "device")
    )
    return shape.fit(
        made.select(
            pl.concat_str("code", pl.lit("|"), "device").alias("finding_id"),
            "code",
            pl.col("code").replace_strict(SEVERE, default="warning", return_dtype=pl.String)
            .alias("severity"),
            pl.concat_str(pl.lit("device:"), "device").alias("subject"),
            pl.col("code").replace_strict(COLUMNS, default="lat_e7", return_dtype=pl.String)
            .alias("column"),
            pl.col("first").cast(pl.String).alias("value"),
            pl.col("code").replace_strict(hints, return_dtype=pl.String).alias("hint"),
            "count",
        )
    )  # fmt: skip
