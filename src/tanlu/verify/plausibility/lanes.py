"""The way of a ride against the ways that others went between the same places."""

from __future__ import annotations

import polars as pl

from tanlu.verify.plausibility.found import Found, Given, seen, tell
from tanlu.verify.plausibility.rides import MOVED, mad, wide

__all__ = ["lane"]


def lane(given: Given) -> Found:
    """Give rides whose way is far from the median of their lane.

    A lane is mode, origin, destination and type of distance; a ride counts once however many
    ride along. A province or a country has room for many ways and makes no lane.
    |ln(d / median)| > z · max(1.4826 MAD, floor) and > ln(1 + share).
    """
    at = given.limits["lane"]
    over = ["kind", "origin", "destination", "distance_type"]
    ride = [*over, "vehicle", "start", "end", "distance_m", "_alone"]
    alone = pl.when(pl.col("vehicle").is_null()).then("activity_id").alias("_alone")
    told = given.activity.filter(MOVED & (pl.col("distance_m") > 0))
    vague = wide("origin") | wide("destination")
    rows = told.filter(~vague).with_columns(alone)
    rides = (
        rows.group_by(ride)
        .agg(pl.col("activity_id").min(), pl.len().cast(pl.Int64).alias("_riding"))
        .with_columns(pl.col("distance_m").log().alias("_ln"), pl.len().over(over).alias("_rides"))
    )
    judged = rides.with_columns(
        pl.col("_ln").median().over(over).alias("_middle"),
        mad(pl.col("_ln"), over).clip(at["floor"]).alias("_spread"),
    ).with_columns((pl.col("_ln") - pl.col("_middle")).alias("_off"))
    enough = pl.col("_rides") >= at["rides"]
    far = (pl.col("_off").abs() > at["z"] * pl.col("_spread")) & (
        (pl.col("_off").exp() - 1).abs() > at["share"]
    )
    few, flagged, unnamed = pl.collect_all(
        [judged.filter(~enough).select(over).unique().select(pl.len()),
         judged.filter(enough & far), told.filter(vague).select(pl.len())],
        engine="streaming",
    )  # fmt: skip
    shown = seen(rows, ride, flagged, ("activity_id", "distance_m", "origin", "destination"))
    findings = tell(
        "lane", shown, given.limits, column="distance_m", count=pl.col("_riding"),
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"),
        value=pl.format("{} km / {} km, z {}", (pl.col("distance_m") / 1e3).round(1),
                        (pl.col("_middle").exp() / 1e3).round(1),
                        (pl.col("_off") / pl.col("_spread")).round(1)),
        evidence=[pl.col("_rides").alias("rides"), pl.col("_spread").round(4).alias("spread")],
    )  # fmt: skip
    skipped = ((int(few.item()), "few", f"{at['rides']:.0f}"), (int(unnamed.item()), "wide", ""))
    return Found(findings, tuple(each for each in skipped if each[0]))
