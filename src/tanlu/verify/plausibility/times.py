"""What cannot be at the same time: one vehicle in two places, goods on two legs."""

from __future__ import annotations

import polars as pl

from tanlu.verify.plausibility.found import Found, Given, seen, tell
from tanlu.verify.plausibility.rides import MOVED, of

__all__ = ["order", "overlap"]

SHOWN = ("activity_id", "start", "end", "origin", "destination")
EXACT = pl.col("precision") == "instant"


def overlap(given: Given) -> Found:
    """Give vehicles that are in two places at once.

    A vehicle drives one round at a time, and one drive with its own energy; what names neither
    may be goods of several that ride along. Where ends have coordinates, each is held against
    the one before: circle / (time + slack) > km/h.
    """
    at = given.limits["overlap"]
    rows = given.activity.filter(MOVED & EXACT & pl.col("vehicle").is_not_null())
    own = pl.when(pl.col("energy_j").is_not_null()).then("activity_id")
    rides = rows.with_columns(pl.coalesce("round", own).alias("_ride")).filter(
        pl.col("_ride").is_not_null()
    )
    spans = (
        rides.group_by("vehicle", "_ride")
        .agg(pl.col("start").min(), pl.col("end").max(), pl.col("activity_id").min())
        .sort("vehicle", "start", "end", "_ride")
        .with_columns(pl.col("end").cum_max().shift(1).over("vehicle").alias("_before"))
        .with_columns(
            pl.when(pl.col("end") > pl.col("_before").fill_null(pl.lit(-(2**62))))
            .then("_ride").forward_fill().shift(1).over("vehicle").alias("_other")
        )
        .filter(
            pl.col("_before").is_not_null()
            & (pl.col("start") + at["slack_s"] * 1e6 < pl.min_horizontal("_before", "end"))
        )
    )  # fmt: skip
    flagged = spans.collect(engine="streaming")
    told = seen(rides, ["vehicle", "_ride"], flagged, SHOWN)
    findings = tell(
        "overlap", told, given.limits,
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"), column="start",
        count=pl.col("_count"),
        value=pl.format("{} / {}: {} h", "_other", "_ride",
                        ((pl.min_horizontal("_before", "end") - pl.col("start")) / 3.6e9).round(2)),
        evidence=[pl.col("_other").alias("other"), pl.col("_ride").alias("ride")],
    )  # fmt: skip
    return Found(pl.concat([findings, _jumps(given, rows, at)]))


def _jumps(given: Given, rows: pl.LazyFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give vehicles that would have had to fly from one known place to the next."""
    from tanlu.terms.place import great_circle_m

    ends = [
        rows.filter(pl.col("kind") == "transport.road").select(
            "vehicle", "activity_id", pl.col(time).alias("_at"), pl.lit(side).alias("_side"),
            pl.col(f"{side}_lat_e7").alias("_lat"), pl.col(f"{side}_lon_e7").alias("_lon"),
        )
        for side, time in (("origin", "start"), ("destination", "end"))
    ]  # fmt: skip
    fixes = (
        pl.concat(ends).drop_nulls()
        .sort("vehicle", "_at", "activity_id", "_side")
        .with_columns(
            pl.col(name).shift(1).over("vehicle").alias(f"{name}_before")
            for name in ("_at", "_lat", "_lon", "activity_id")
        )
    )  # fmt: skip
    way = great_circle_m(*(pl.col(name) for name in ("_lat_before", "_lon_before", "_lat", "_lon")))
    seconds = (pl.col("_at") - pl.col("_at_before")) / 1e6 + at["slack_s"]
    flagged = (
        fixes.with_columns(way.alias("_way_m"), seconds.alias("_s"))
        .filter((pl.col("_way_m") > at["least_m"])
                & (pl.col("_way_m") / pl.col("_s") * 3.6 > at["km_h"])
                & (pl.col("activity_id") != pl.col("activity_id_before")))
        .collect(engine="streaming")
    )  # fmt: skip
    pair = (pl.struct(pl.col(f"activity_id{end}").alias("activity_id"),
                      pl.col(f"_at{end}").alias("at")) for end in ("_before", ""))  # fmt: skip
    told = flagged.with_columns(pl.concat_list(*pair).alias("_rows"))
    return tell(
        "overlap", told, given.limits, column="origin", count=pl.lit(2),
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        value=pl.format("{} / {}: {} km, {} h", "activity_id_before", "activity_id",
                        (pl.col("_way_m") / 1e3).round(1), (pl.col("_s") / 3600).round(2)),
        evidence=[pl.col("_way_m").alias("way_m")],
    )  # fmt: skip


def order(given: Given) -> Found:
    """Give shipments of which a later leg begins before an earlier one is over.

    By ``leg_no`` within a consignment (else shipment) and chain; also legs that end before the
    one before them begins, however coarse their times: what moves after delivery.
    """
    slack = given.limits["order"]["slack_s"] * 1e6
    rows = given.activity.filter(MOVED & of().is_not_null() & pl.col("leg_no").is_not_null())
    # 64 bits stand for the chain: texts need not be sorted
    rows = rows.with_columns(pl.struct(of(), "chain").hash().alias("_key"))
    legs = (
        rows.group_by("_key", "leg_no")
        .agg(
            pl.col("start").min(), pl.col("end").min().alias("_first_end"), pl.col("end").max(),
            EXACT.all().alias("_exact"),
        )
        .sort("_key", "leg_no")
        .with_columns(
            pl.col(name).shift(1).alias(f"{name}_before")
            for name in ("_key", "start", "_first_end", "_exact")
        )
    )  # fmt: skip
    at_once = (
        pl.col("_exact") & pl.col("_exact_before")
        & (pl.col("start") + slack < pl.col("_first_end_before"))
    )  # fmt: skip
    after = pl.col("end") <= pl.col("start_before")
    same = pl.col("_key") == pl.col("_key_before")
    wrong = (same & (at_once | after)).fill_null(value=False)
    flagged = legs.filter(wrong).collect(engine="streaming")
    names = rows.group_by("_key", "leg_no").agg(
        pl.col("activity_id").min(), of().min().alias("_of")
    )
    known = names.join(flagged.lazy().select("_key", "leg_no"), on=["_key", "leg_no"], how="semi")
    flagged = flagged.join(known.collect(engine="streaming"), on=["_key", "leg_no"], how="left")
    told = seen(rows, ["_key"], flagged.select("_key").unique(), (*SHOWN, "leg_no"))
    told = flagged.join(told, on="_key", how="left")
    return Found(tell(
        "order", told, given.limits, column="start", count=pl.lit(2),
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"),
        value=pl.format("{}/{}: {} h", "_of", "leg_no",
                        ((pl.col("_first_end_before") - pl.col("start")) / 3.6e9).round(2)),
        evidence=[pl.col("_of").alias("of")],
    ))  # fmt: skip
