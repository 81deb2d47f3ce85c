"""What devices say: counters that run backwards, tracks beside declared ways, odometers."""

from __future__ import annotations

import polars as pl

from tanlu.verify.plausibility.found import Found, Given, nothing, tell
from tanlu.verify.plausibility.rides import MOVED, RIDE

__all__ = ["COUNTER", "ODOMETER", "meter", "odometer", "replaced", "tracked"]

ODOMETER = "odometer_m"
# streams that only grow
COUNTER = rf"^{ODOMETER}$|_total$"


def _steps(given: Given) -> pl.LazyFrame:
    """Give each reading of a counter with the one before it."""
    assert given.reading is not None
    return (
        given.reading.filter(pl.col("stream").str.contains(COUNTER) & pl.col("value").is_not_null())
        .sort("device", "stream", "at", "seq")
        .with_columns(
            pl.col(name).shift(1).over("device", "stream").alias(f"_{name}_before")
            for name in ("value", "at", "seq")
        )
    )


def meter(given: Given) -> Found:
    """Give counters that fell, but not to nearly nothing as a new one would."""
    if given.reading is None:
        return Found(nothing())
    least = given.limits["replaced"]["share"] * pl.col("_value_before")
    off = given.limits["meter"]["ppm"] / 1e6 * pl.col("_value_before").abs()
    fell = (pl.col("value") < pl.col("_value_before") - off) & (pl.col("value") > least)
    return _fallen(given, "meter", fell)


def replaced(given: Given) -> Found:
    """Give counters that begin anew: replaced, or set back to nearly nothing."""
    if given.reading is None:
        return Found(nothing())
    least = given.limits["replaced"]["share"] * pl.col("_value_before")
    anew = (pl.col("value") < pl.col("_value_before")) & (pl.col("value") <= least)
    return _fallen(given, "replaced", anew)


def _fallen(given: Given, rule: str, which: pl.Expr) -> Found:
    flagged = _steps(given).filter(which).collect(engine="streaming")
    pair = (
        pl.struct(pl.lit(None, pl.String).alias("activity_id"), pl.col(at).alias("at"),
                  pl.col(value).alias("value"))
        for at, value in (("_at_before", "_value_before"), ("at", "value"))
    )  # fmt: skip
    told = flagged.with_columns(pl.concat_list(*pair).alias("_rows"))
    return Found(tell(
        rule, told, given.limits, column="value", count=pl.lit(2),
        subject=pl.concat_str(pl.lit("device:"), "device"),
        value=pl.format("{} #{}: {} → {}", "stream", "seq", "_value_before", "value"),
        evidence=[pl.col("seq"), pl.col("stream")],
    ))  # fmt: skip


def tracked(given: Given) -> Found:
    """Give rides whose declared way differs from the track of their vehicle.

    The track is the sum of great circles between fixes of the device of that name from start to
    end; steps slower than a receiver's jitter do not count. declared / tracked outside 1 ± share.
    """
    from tanlu.terms.place import great_circle_m

    if given.position is None:
        return Found(nothing())
    at = given.limits["tracked"]
    here, before = ("lat_e7", "lon_e7"), ("_lat_before", "_lon_before")
    fixes = (
        given.position.select("device", "at", *here)
        .sort("device", "at")
        .with_columns(
            pl.col("at").shift(1).over("device").alias("_at_before"),
            *(
                pl.col(a).shift(1).over("device").alias(b)
                for a, b in zip(here, before, strict=True)
            ),
        )
    )
    way = great_circle_m(*(pl.col(name) for name in (*before, *here)))
    seconds = (pl.col("at") - pl.col("_at_before")) / 1e6
    step = pl.when((seconds > 0) & (way >= at["still_m_s"] * seconds)).then(way).otherwise(0)
    silent = (seconds > at["gap_s"]).fill_null(value=True)
    grown = fixes.with_columns(
        step.fill_null(0).cum_sum().over("device").alias("_way"),
        silent.cast(pl.Int64).cum_sum().over("device").alias("_gaps"),
    ).select("device", "at", "_way", "_gaps")
    device = pl.coalesce("source_device", "vehicle")
    names = [*RIDE, "distance_m"]
    rides = (
        given.activity.filter(MOVED & (pl.col("precision") == "instant") & device.is_not_null())
        .filter(pl.col("distance_m") >= at["least_m"])
        .with_columns(device.alias("device"))
        .group_by("device", *names)
        .agg(pl.col("activity_id").min(), pl.len().cast(pl.Int64).alias("_count"))
    )
    known = given.position.select("device").unique()
    rides = rides.join(known, on="device", how="semi")
    judged = _between(rides.collect(engine="streaming"), grown.collect(engine="streaming"), at)
    whole = judged.filter(pl.col("_whole"))
    ratio = pl.col("distance_m") / pl.col("_track_m")
    flagged = whole.filter((pl.col("_track_m") <= 0) | ((ratio - 1).abs() > at["share"]))
    told = flagged.with_columns(
        pl.concat_list(pl.struct("activity_id", "start", "end", "distance_m")).alias("_rows")
    )
    findings = tell(
        "tracked", told, given.limits, column="distance_m", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"),
        value=pl.format("{} km / {} km", (pl.col("distance_m") / 1e3).round(2),
                        (pl.col("_track_m") / 1e3).round(2)),
        evidence=[pl.col("device"), pl.col("_track_m").alias("track_m")],
    )  # fmt: skip
    gaps = judged.height - whole.height
    return Found(findings, ((gaps, "gap", ""),) if gaps else (), whole.height)


def _between(rides: pl.DataFrame, grown: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give rides with the track between their start and end, and whether it has no gap."""
    slack = int(at["gap_s"] * 1e6)
    for side in ("start", "end"):
        # from the first fix of the ride to its last
        strategy = "forward" if side == "start" else "backward"
        fixes = grown.rename({"at": "_at", "_way": f"_way_{side}", "_gaps": f"_gaps_{side}"})
        rides = (
            rides.sort("device", side)
            .join_asof(
                fixes.sort("_at").with_columns(pl.col("_at").alias(f"_at_{side}")),
                left_on=side, right_on="_at", by="device", strategy=strategy,  # type: ignore[arg-type]
                tolerance=slack, check_sortedness=False,
            )
            .drop("_at", strict=False)
        )  # fmt: skip
    return rides.with_columns(
        (pl.col("_way_end") - pl.col("_way_start")).alias("_track_m"),
        (
            (pl.col("_gaps_end") == pl.col("_gaps_start"))
            & (pl.col("_at_end") > pl.col("_at_start"))
        ).fill_null(value=False).alias("_whole"),
    )  # fmt: skip


def odometer(given: Given) -> Found:
    """Give vehicles whose odometer grew by another way than their trips add up to.

    |Δ - Σ km / (1 - empty)| > share · max + slack, from the last reading before the first trip to
    the first one after the last. Trips whose goods tell different ways have none of their own.
    """
    if given.reading is None:
        return Found(nothing())
    at = given.limits["odometer"]
    moved = given.activity.filter(MOVED & pl.col("vehicle").is_not_null())
    rides = moved.group_by(*RIDE[:3]).agg(
        pl.col("distance_m").min(), pl.col("distance_m").n_unique().alias("_ways"),
        pl.col("distance_m").null_count().alias("_untold"), pl.col("empty_ppm").max(),
    )  # fmt: skip
    whole = pl.col("distance_m") / (1 - (pl.col("empty_ppm").fill_null(0) / 1e6).clip(0, 0.95))
    sums = rides.group_by("vehicle").agg(
        whole.sum().alias("_way"),
        ((pl.col("_ways") > 1) | (pl.col("_untold") > 0)).sum().alias("_odd"),
        pl.col("start").min(), pl.col("end").max(), pl.len().cast(pl.Int64).alias("_trips"),
    )  # fmt: skip
    told = given.reading.filter(pl.col("stream") == ODOMETER).select(
        pl.col("device").alias("vehicle"), "at", "value"
    )
    levels = (
        sums.join(told, on="vehicle", how="left")
        .sort("at")
        .group_by("vehicle", maintain_order=True)
        .agg(
            pl.col("_way", "_odd", "_trips", "start", "end").first(),
            pl.col("value").filter(pl.col("at") <= pl.col("start")).last().alias("_first"),
            pl.col("value").filter(pl.col("at") >= pl.col("end")).first().alias("_last"),
        )
        .collect(engine="streaming")
    )
    known = levels.drop_nulls(["_first", "_last"])
    judged = known.filter(pl.col("_odd") == 0).with_columns(
        (pl.col("_last") - pl.col("_first")).alias("_grown")
    )
    off = (pl.col("_grown") - pl.col("_way")).abs()
    flagged = judged.filter(off > at["share"] * pl.max_horizontal("_grown", "_way") + at["slack_m"])
    shown = flagged.with_columns(
        pl.concat_list(pl.struct(pl.lit(None, pl.String).alias("activity_id"), "start", "end"))
        .alias("_rows")
    )  # fmt: skip
    findings = tell(
        "odometer", shown, given.limits, column="distance_m", count=pl.col("_trips"),
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        value=pl.format("{} km ≠ Σ {} km", (pl.col("_grown") / 1e3).round(1),
                        (pl.col("_way") / 1e3).round(1)),
        evidence=[pl.col("_first").alias("first_m"), pl.col("_last").alias("last_m")],
    )  # fmt: skip
    skipped = (
        (levels.height - known.height, "unread", ""), (known.height - judged.height, "together", "")
    )  # fmt: skip
    return Found(findings, tuple(each for each in skipped if each[0]), judged.height)
