"""Energy of drives and rounds against what is usual; one factor for several modes."""

from __future__ import annotations

import polars as pl

from tanlu.verify.plausibility.fitting import CLASS, ratios
from tanlu.verify.plausibility.found import Found, Given, nothing, seen, tell
from tanlu.verify.plausibility.rides import MOVED, joules, mad, measured

__all__ = ["intensity", "one_factor", "peers", "rounds"]

READ = (
    "activity_id", "vehicle", *CLASS, "start", "end", "distance_m", "mass_mg", "load_ppm",
    "energy_j", "ascent_m", "stops", "idle_us", "air_temperature_mc",
)  # fmt: skip
KM = pl.col("distance_m") / 1000
LEAST_M = 1_000  # downhill without energy goes no further


def _drives(given: Given) -> pl.DataFrame:
    """Give the drives of vehicles with their own energy, each with ``_ln`` (see ``ratios``)."""
    from tanlu.factors import classes

    known = (
        classes()
        .lazy()
        .select(
            pl.col("class").alias("vehicle_class"),
            (pl.col("capacity_t").cast(pl.Float64, strict=False) * 1e9).alias("_most_mg"),
        )
    )
    load = pl.coalesce(pl.col("load_ppm") / 1e6, pl.col("mass_mg") / pl.col("_most_mg"))
    rows = (
        given.activity.filter(measured() & pl.col("vehicle").is_not_null())
        .select(READ)
        .join(known, on="vehicle_class", how="left")
        .with_columns(load.clip(0, 1.2).alias("_load"))
        .collect(engine="streaming")
        .sort("vehicle", "activity_id")
    )
    return ratios(rows, given.limits["intensity"])


def intensity(given: Given) -> Found:
    """Give drives whose energy lies far from what their vehicle usually needs.

    z = (ln e - median) / (1.4826 MAD) over the drives of a vehicle, e the energy over that which
    the fit of its class expects of the drive; |z| > limit.
    """
    at = given.limits["intensity"]
    over = ["vehicle", *CLASS]
    drives = _drives(given).with_columns(
        (pl.col("_ln") - pl.col("_ln").median().over(over)).alias("_off"),
        pl.len().over(over).alias("_drives"),
        mad(pl.col("_ln"), over).clip(at["floor"]).alias("_spread"),
    )
    small = drives.filter(pl.col("_drives") < at["drives"])
    few = small.select(over).unique().height
    far = drives.filter(
        (pl.col("_drives") >= at["drives"]) & (pl.col("_off").abs() > at["z"] * pl.col("_spread"))
    )
    shown = pl.struct("activity_id", "energy_j", "distance_m", "load_ppm")
    told = far.with_columns(pl.concat_list(shown).alias("_rows"))
    findings = tell(
        "intensity", told, given.limits, column="energy_j",
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"),
        value=pl.format("{} MJ/km, {} %, z {}", (pl.col("energy_j") / 1e6 / KM).round(3),
                        ((pl.col("_off").exp() - 1) * 100).round(0).cast(pl.Int64),
                        (pl.col("_off") / pl.col("_spread")).round(1)),
        evidence=[pl.col("vehicle"), pl.col("_drives").alias("drives"),
                  pl.col("_spread").round(4).alias("spread")],
    )  # fmt: skip
    skipped = ((few, "few", f"{at['drives']:.0f}"),) if few else ()
    still = _for_nothing(given)
    looked = drives.height - small.height + int(still["count"].sum())
    return Found(pl.concat([findings, still]), skipped, looked)


def _for_nothing(given: Given) -> pl.DataFrame:
    """Give vehicles that drove without any energy: a meter that stands still tells nought."""
    none = MOVED & (pl.col("energy_j") <= 0) & (pl.col("distance_m") >= LEAST_M)
    rows = given.activity.filter(none & pl.col("vehicle").is_not_null())
    sums = rows.group_by("vehicle").agg(pl.col("distance_m").sum())
    told = seen(rows, ["vehicle"], sums.collect(engine="streaming"),
                ("activity_id", "energy_j", "distance_m"))  # fmt: skip
    return tell(
        "intensity", told, given.limits, column="energy_j", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        value=pl.format("0 MJ / {} km", (pl.col("distance_m") / 1e3).round(1)),
    )  # fmt: skip


def peers(given: Given) -> Found:
    """Give vehicles whose drives as a whole need another energy than those of their class.

    z of the median ln e of a vehicle among the medians of its class, carrier and temperature.
    """
    at = given.limits["peers"]
    over = list(CLASS)
    drives = _drives(given)
    middles = (
        drives.group_by("vehicle", *CLASS)
        .agg(pl.col("_ln").median(), pl.len().cast(pl.Int64).alias("_drives"))
        .filter(pl.col("_drives") >= at["drives"])
        .with_columns(
            (pl.col("_ln") - pl.col("_ln").median().over(over)).alias("_off"),
            mad(pl.col("_ln"), over).clip(at["floor"]).alias("_spread"),
            pl.len().over(over).alias("_vehicles"),
        )
    )
    enough = middles.filter(pl.col("_vehicles") >= at["vehicles"])
    few = middles.select(over).unique().height - enough.select(over).unique().height
    far = enough.filter(pl.col("_off").abs() > at["z"] * pl.col("_spread"))
    keys = ["vehicle", *CLASS]
    told = seen(drives.lazy(), keys, far, ("activity_id", "energy_j", "distance_m", "load_ppm"))
    findings = tell(
        "peers", told, given.limits, column="energy_j", count=pl.col("_drives"),
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        value=pl.format("{} %, z {}", ((pl.col("_off").exp() - 1) * 100).round(0).cast(pl.Int64),
                        (pl.col("_off") / pl.col("_spread")).round(1)),
        evidence=[pl.col("vehicle_class"), pl.col("_vehicles").alias("vehicles"),
                  pl.col("_spread").round(4).alias("spread")],
    )  # fmt: skip
    skipped = ((few, "few", f"{at['vehicles']:.0f}"),) if few else ()
    return Found(findings, skipped, int(enough["_drives"].sum()))


def rounds(given: Given) -> Found:
    """Give rounds whose metered energy over their work lies far from that of their class.

    ln of Σ energy / Σ mass · distance, robust z among the rounds of one class and carrier.
    """
    at = given.limits["round"]
    named = given.activity.filter(pl.col("round").is_not_null())
    metered = joules(named.filter(pl.col("kind").str.starts_with("energy.")))
    energy = metered.group_by("round", "energy_carrier").agg(
        pl.col("_joules").sum(), pl.col("activity_id").min(),
        pl.struct("activity_id", "energy_j", "volume_ml", "mass_mg").sort().head(5).alias("_rows"),
    )  # fmt: skip
    work = named.filter(MOVED).group_by("round").agg(
        (pl.col("mass_mg").cast(pl.Float64) * pl.col("distance_m")).sum().alias("_work"),
        pl.col("vehicle_class").min(), pl.col("vehicle_class").n_unique().alias("_classes"),
    )  # fmt: skip
    over = ["vehicle_class", "energy_carrier"]
    both = (
        energy.join(work, on="round")
        .filter((pl.col("_work") > 0) & (pl.col("_joules") > 0) & (pl.col("_classes") == 1))
        .with_columns((pl.col("_joules") / pl.col("_work")).log().alias("_ln"))
        .collect(engine="streaming")
        .with_columns(
            (pl.col("_ln") - pl.col("_ln").median().over(over)).alias("_off"),
            mad(pl.col("_ln"), over).clip(at["floor"]).alias("_spread"),
            pl.len().over(over).alias("_rounds"),
        )
    )
    few = both.filter(pl.col("_rounds") < at["rounds"]).select(over).unique().height
    far = both.filter(
        (pl.col("_rounds") >= at["rounds"]) & (pl.col("_off").abs() > at["z"] * pl.col("_spread"))
    )
    findings = tell(
        "round", far, given.limits, column="energy_j",
        subject=pl.concat_str(pl.lit("round:"), "round"),
        value=pl.format("{} MJ/tkm, × {}, z {}",
                        (pl.col("_joules") / pl.col("_work") * 1e6).round(3),
                        pl.col("_off").exp().round(2),
                        (pl.col("_off") / pl.col("_spread")).round(1)),
        evidence=[pl.col("vehicle_class"), pl.col("_rounds").alias("rounds")],
    )  # fmt: skip
    return Found(findings, ((few, "few", f"{at['rounds']:.0f}"),) if few else (), both.height)


def one_factor(given: Given) -> Found:
    """Give factors of an intensity by which several modes were quantified.

    Fuel is the same fuel in every vehicle: rows by measured energy are not looked at.
    """
    if given.emission is None:
        return Found(nothing())
    at = given.limits["one_factor"]
    rows = given.emission.filter(MOVED & (pl.col("method") == "intensity"))
    keys = ["profile", "boundary", "factor_hash"]
    flagged = (
        rows.group_by(keys)
        .agg(
            pl.col("kind").n_unique().alias("_modes"), pl.col("factor_id").min(),
            pl.col("kind").unique().sort().str.join(", ").alias("_named"),
        )
        .filter(pl.col("_modes") >= at["modes"])
        .collect(engine="streaming")
    )  # fmt: skip
    told = seen(rows, keys, flagged, ("activity_id", "kind", "factor_id"))
    return Found(tell(
        "one_factor", told, given.limits, column="factor_id", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("factor:"), "factor_id"),
        value=pl.concat_str("_named", pl.lit(" ("), "boundary", pl.lit(")")),
        evidence=[pl.col("factor_hash"), pl.col("profile")],
    ))  # fmt: skip
