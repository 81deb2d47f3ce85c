"""Rules that look at one ride at a time: load, speed, way, idling."""

from __future__ import annotations

import polars as pl

from tanlu.verify.plausibility.found import Found, Given, seen, tell
from tanlu.verify.plausibility.rides import MOVED, RIDE, day, mad, wide

__all__ = ["capacity", "circle", "duration_s", "idle", "lane", "speed"]

CODE = r"^[A-Z]{2} ?[A-Z0-9]{3}$"  # UN/LOCODE: a town, a port, an airport
ENDS = ("origin", "destination")


def duration_s() -> pl.Expr:
    """Give how long a row took [s]."""
    return (pl.col("end") - pl.col("start")) / 1e6


def capacity(given: Given) -> Found:
    """Give rides whose goods weigh more than their vehicle may carry.

    What shares vehicle, times and places rides together: Σ mass > share · capacity of the class.
    """
    from tanlu.factors import classes

    share = given.limits["capacity"]["share"]
    known = (
        classes()
        .lazy()
        .select(
            pl.col("class").alias("vehicle_class"),
            (pl.col("capacity_t").cast(pl.Float64, strict=False) * 1e9).alias("_most_mg"),
        )
    )
    # 64 bits stand for the ride: texts need not be compared
    ride = pl.struct(*RIDE, "vehicle_class").hash()
    own = pl.col("activity_id").hash()
    key = pl.when(pl.col("vehicle").is_null()).then(own).otherwise(ride).alias("_ride")
    rows = given.activity.filter(MOVED).with_columns(key)
    rides = rows.group_by("_ride").agg(
        pl.col("mass_mg").sum().cast(pl.Float64).alias("_load_mg"), pl.col("load_ppm").max(),
        pl.col("activity_id").min(), pl.len().alias("_riding"),
        pl.col("vehicle_class").min(),
    )  # fmt: skip
    rides = rides.join(known, on="vehicle_class", how="left")
    heavy = (pl.col("_load_mg") > pl.col("_most_mg") * share) | (pl.col("load_ppm") > 1e6 * share)
    sized = rides.select(
        pl.col("_riding").filter(pl.col("_most_mg").is_null() & pl.col("load_ppm").is_null()).sum()
    )
    flagged, bare = pl.collect_all(
        [rides.filter(heavy.fill_null(value=False)), sized], engine="streaming"
    )
    told = seen(rows, ["_ride"], flagged, ("activity_id", "mass_mg", "load_ppm", "start"))
    findings = tell(
        "capacity", told, given.limits,
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"), count=pl.col("_count"),
        column="mass_mg",
        value=pl.when(pl.col("_load_mg") > pl.col("_most_mg") * share)
        .then(pl.format("{} t > {} t", (pl.col("_load_mg") / 1e9).round(3),
                        (pl.col("_most_mg") / 1e9).round(3)))
        .otherwise(pl.format("load_ppm {} > 1000000", "load_ppm")),
        evidence=[pl.col("_load_mg").alias("load_mg"), pl.col("_most_mg").alias("capacity_mg"),
                  pl.col("vehicle_class")],
    )  # fmt: skip
    without = int(bare.item() or 0)
    return Found(findings, ((without, "class", ""),) if without else ())


def speed(given: Given) -> Found:
    """Give rides faster than their mode can be: distance / (end - start + slack) > limit."""
    at = given.limits["speed"]
    modes = {f"transport.{name}": most for name, most in at.items() if not name.endswith("_s")}
    km_h = pl.col("distance_m") / (duration_s() + at["slack_s"]) * 3.6
    most = pl.col("kind").replace_strict(modes, default=None, return_dtype=pl.Float64)
    keys = ["kind", *RIDE, "distance_m", "_alone"]
    alone = pl.when(pl.col("vehicle").is_null()).then("activity_id").alias("_alone")
    exact = (pl.col("precision") == "instant") & (duration_s() >= at["least_s"])
    fast = (
        given.activity.filter(MOVED & exact)
        .with_columns(alone, km_h.alias("_km_h"), most.alias("_most"))
        .filter(pl.col("_km_h") > pl.col("_most"))
    )
    flagged = fast.group_by(keys).agg(pl.col("activity_id").min(), pl.col("_km_h", "_most").first())
    told = seen(fast, keys, flagged.collect(engine="streaming"),
                ("activity_id", "start", "end", "distance_m"))  # fmt: skip
    return Found(tell(
        "speed", told, given.limits,
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"), count=pl.col("_count"),
        column="distance_m",
        value=pl.format("{} km / {} h = {} km/h > {}", (pl.col("distance_m") / 1e3).round(1),
                        (duration_s() / 3600).round(2), pl.col("_km_h").round(0).cast(pl.Int64),
                        pl.col("_most").cast(pl.Int64)),
        evidence=[pl.col("_km_h").round(1).alias("km_h"), pl.col("kind")],
    ))  # fmt: skip


def circle(given: Given) -> Found:
    """Give rides shorter than the great circle between their ends.

    distance < (1 - share) · circle - slack. Ends are coordinates, else UN/LOCODE places, which
    then may lie anywhere in their town.
    """
    from tanlu.terms.place import great_circle_m

    at = given.limits["circle"]
    moved = given.activity.filter(MOVED & (pl.col("distance_m") >= 0))
    told = pl.all_horizontal(
        pl.col(f"{side}_lat_e7").is_not_null() | pl.col(side).str.contains(CODE) for side in ENDS
    ).fill_null(value=False)
    rows = _located(moved.filter(told))
    circle_m = great_circle_m(
        *(pl.col(f"_{side}_{axis}") for side in ENDS for axis in ("lat", "lon"))
    )
    least = (1 - at["share"]) * circle_m - at["slack_m"] - at["place_m"] * pl.col("_towns")
    rows = rows.with_columns(circle_m.alias("_circle_m"), least.alias("_least_m"))
    placed = pl.col("_circle_m").is_not_null().sum()
    every, known, short = pl.collect_all(
        [moved.select(pl.len()), rows.select(placed),
         rows.filter(pl.col("distance_m") < pl.col("_least_m"))],
        engine="streaming",
    )  # fmt: skip
    shown = short.with_columns(
        pl.concat_list(pl.struct("activity_id", "origin", "destination", "distance_m")).alias(
            "_rows"
        )
    )
    findings = tell(
        "circle", shown, given.limits,
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"), column="distance_m",
        value=pl.format("{} km < {} km", (pl.col("distance_m") / 1e3).round(1),
                        (pl.col("_circle_m") / 1e3).round(1)),
        evidence=[pl.col("_circle_m").alias("circle_m")],
    )  # fmt: skip
    looked = int(known.item() or 0)
    unknown = int(every.item()) - looked
    return Found(findings, ((unknown, "wide", ""),) if unknown else (), looked)


def _located(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Give rows with latitude and longitude of both ends, and how many ends are towns only."""
    from tanlu.terms.place import locate

    codes = pl.concat([rows.select(pl.col(side).alias("code")).unique() for side in ENDS])
    given = codes.filter(pl.col("code").str.contains(CODE)).unique().collect(engine="streaming")
    found = locate(given["code"], kinds=["point", "port", "airport", "rail", "icd"])
    known = found.select(given["code"].alias("_code"), "lat_e7", "lon_e7").lazy()
    towns = pl.lit(0, pl.Int64)
    for side in ENDS:
        named = known.rename({"_code": side, "lat_e7": "_lat", "lon_e7": "_lon"})
        own = pl.all_horizontal(pl.col(f"{side}_lat_e7", f"{side}_lon_e7").is_not_null())
        rows = rows.join(named, on=side, how="left").with_columns(
            pl.when(own).then(f"{side}_lat_e7").otherwise("_lat").alias(f"_{side}_lat"),
            pl.when(own).then(f"{side}_lon_e7").otherwise("_lon").alias(f"_{side}_lon"),
            (~own).cast(pl.Int64).alias(f"_{side}_town"),
        )
        rows = rows.drop("_lat", "_lon")
        towns = towns + pl.col(f"_{side}_town")
    return rows.with_columns(towns.alias("_towns"))


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
    few, flagged, unnamed, known = pl.collect_all(
        [judged.filter(~enough).select(over).unique().select(pl.len()),
         judged.filter(enough & far), told.filter(vague).select(pl.len()),
         judged.filter(enough).select(pl.col("_riding").sum())],
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
    return Found(findings, tuple(each for each in skipped if each[0]), int(known.item() or 0))


def idle(given: Given) -> Found:
    """Give drives that idle longer than they last, and vehicles that stand running all night."""
    at = given.limits["idle"]
    rows = given.activity.filter(pl.col("idle_us") > 0)
    long = (
        rows.filter(pl.col("idle_us") > pl.col("end") - pl.col("start") + at["slack_s"] * 1e6)
        .collect(engine="streaming")
        .with_columns(
            pl.concat_list(pl.struct("activity_id", "start", "end", "idle_us")).alias("_rows")
        )
    )
    findings = tell(
        "idle", long, given.limits,
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"), column="idle_us",
        value=pl.format("{} h > {} h", (pl.col("idle_us") / 3.6e9).round(2),
                        (duration_s() / 3600).round(2)),
    )  # fmt: skip
    hour = day("start", given.zone).dt.hour()
    dark = rows.filter(
        pl.col("vehicle").is_not_null() & ((hour >= at["from_h"]) | (hour < at["to_h"]))
    )
    nights = dark.group_by("vehicle").agg(
        pl.col("idle_us").sum(), (pl.col("end") - pl.col("start")).sum().alias("_whole_us")
    )
    flagged = nights.filter(
        (pl.col("idle_us") > at["hours"] * 3.6e9)
        & (pl.col("idle_us") > at["share"] * pl.col("_whole_us"))
        & (pl.col("_whole_us") > 0)
    ).collect(engine="streaming")
    told = seen(dark, ["vehicle"], flagged, ("activity_id", "start", "idle_us"))
    standing = tell(
        "idle", told, given.limits, subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        column="start", count=pl.col("_count"),
        value=pl.format("{} h / {} h", (pl.col("idle_us") / 3.6e9).round(1),
                        (pl.col("_whole_us") / 3.6e9).round(1)),
    )  # fmt: skip
    return Found(pl.concat([findings, standing]))
