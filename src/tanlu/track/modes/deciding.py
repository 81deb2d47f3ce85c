"""What could not be decided, as findings: one of each code and device."""

from __future__ import annotations

import polars as pl

from tanlu.errors import catalogue
from tanlu.terms import schema

__all__ = ["findings"]

# a mode below this chance [ppm], and a time beyond this sigma [µs], is not decided
DOUBT_PPM, LATE_US = 900_000, 150_000_000


def findings(segments: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Give a finding for each device whose modes, ways or times of nodes stay open."""
    moving = pl.col("mode") != "still"
    doubt = segments.filter(moving, pl.col("mode_ppm") < DOUBT_PPM)
    unseen = segments.filter(moving, pl.col("bridged_m") == pl.col("distance_m"),
                             pl.col("distance_m") > 0)  # fmt: skip
    late = nodes.filter(
        (pl.col("arrival_sigma_us") > LATE_US) | (pl.col("departure_sigma_us") > LATE_US)
    )
    parts = [
        _told("TL407", "warning", "mode", doubt.select("device", at="start")),
        _told("TL408", "warning", "distance_m", unseen.select("device", at="start")),
        _told("TL409", "info", "arrival", late.select("device", at="arrival")),
    ]
    return schema("finding").fit(pl.concat(parts))


def _told(code: str, severity: str, column: str, rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by("device")
        .agg(count=pl.len().cast(pl.Int64), first=pl.col("at").min())
        .sort("device")
        .select(
            finding_id=pl.concat_str(pl.lit(f"{code}|"), "device"), code=pl.lit(code),
            severity=pl.lit(severity), subject=pl.concat_str(pl.lit("device:"), "device"),
            column=pl.lit(column), value=pl.col("first").cast(pl.String),
            hint=pl.lit(catalogue()[code].hint), count="count",
        )
    )  # fmt: skip
