"""Numbers that were typed and not measured, and shares that no carrier reaches."""

from __future__ import annotations

from functools import reduce

import polars as pl

from tanlu.verify.plausibility.found import Found, Given, seen, tell
from tanlu.verify.plausibility.rides import MOVED, RIDE

__all__ = ["benford", "digits", "empty", "flat", "whole"]

# what a vehicle's pump, charger or counter shows; a bill of a site is often in whole units
METERED = (
    pl.col("vehicle").is_not_null()
    & (pl.col("kind").str.starts_with("energy.") | MOVED)
    & pl.any_horizontal(pl.col("volume_ml", "energy_j").is_not_null())
)
UNITS = {"volume_ml": (1_000, "L"), "energy_j": (3_600_000, "kWh")}
OVER = ("operator", "vehicle", "energy_carrier")
# powers of ten, and of kilowatt-hours [J]
TOLD_IN = tuple(sorted([10**k for k in range(1, 8)] + [3_600 * 10**k for k in range(4)]))
LEAST = 100  # an amount below has no last digit to speak of
FIRST = tuple(f"{digit}" for digit in range(1, 10))


def _metered(given: Given) -> pl.LazyFrame:
    """Give metered amounts of vehicles, nought as well: ``_column``, ``_amount``, ``_whole``."""
    rows = given.activity.filter(METERED)
    return pl.concat(
        rows.filter(pl.col(name) >= 0).with_columns(
            pl.lit(name).alias("_column"), pl.col(name).alias("_amount"),
            ((pl.col(name) % unit == 0) & (pl.col(name) > 0)).alias("_whole"),
        )
        for name, (unit, _) in UNITS.items()
    )  # fmt: skip


def whole(given: Given) -> Found:
    """Give vehicles whose metered amounts are nearly all whole litres or kilowatt-hours."""
    share = given.limits["whole"]["share"]
    # the same figure again and again is flat, which has its own rule
    typed = (pl.col("_share") >= share) & (pl.col("_kinds") > 1)
    said = pl.format("{}: {} % / {}", "_column", (pl.col("_share") * 100).round(0), "_n")
    return _judged("whole", given, typed, said)


def flat(given: Given) -> Found:
    """Give vehicles whose metered amount is one and the same every time."""
    said = pl.format("{} = {} × {}", "_column", "_amount", "_n")
    return _judged("flat", given, pl.col("_kinds") == 1, said)


def _judged(rule: str, given: Given, wrong: pl.Expr, value: pl.Expr) -> Found:
    """Give the vehicles with enough metered amounts of which something is wrong."""
    least = given.limits[rule]["rows"]
    keys = [*OVER, "_column"]
    groups = _metered(given).group_by(keys).agg(
        pl.col("_whole").mean().alias("_share"), pl.len().cast(pl.Int64).alias("_n"),
        pl.col("_amount").n_unique().alias("_kinds"), pl.col("_amount").first(),
    ).collect(engine="streaming")  # fmt: skip
    enough = groups.filter(pl.col("_n") >= least)
    told = seen(_metered(given), keys, enough.filter(wrong), ("activity_id", "start", "energy_j",
                                                              "volume_ml"))  # fmt: skip
    findings = tell(
        rule, told, given.limits, value=value, count=pl.col("_n"),
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        evidence=[pl.col("operator"), pl.col("_column").alias("column")],
    )  # fmt: skip
    few = groups.height - enough.height
    return Found(findings, ((few, "few", f"{least:.0f}"),) if few else (), int(enough["_n"].sum()))


def digits(given: Given) -> Found:
    """Give operators whose last digits are not spread as those of a measurement.

    Chi-square over the last digit of each distinct metered amount of a vehicle, at the unit to
    which the operator's amounts are rounded: χ² > limit and √(χ²/n) > effect. Kilometres are not
    looked at: routes repeat, and each of them is rounded in its own way.
    """
    at = given.limits["digits"]
    amounts = (
        _metered(given)
        .filter(pl.col("_amount") > 0)
        .unique([*OVER, "_column", "_amount"], maintain_order=False)
    )
    keys = ["operator", "_column"]
    # the coarsest unit of which nine tenths of them are multiples is the one they are told in
    shares = amounts.group_by(keys).agg(
        (pl.col("_amount") % unit == 0).mean().alias(f"_u{unit}") for unit in TOLD_IN
    )
    unit = pl.lit(1, pl.Int64)
    for each in TOLD_IN:
        unit = pl.when(pl.col(f"_u{each}") >= 0.9).then(pl.lit(each, pl.Int64)).otherwise(unit)
    sized = shares.select(*keys, unit.alias("_unit"))
    last = amounts.join(sized, on=keys, nulls_equal=True).filter(
        (pl.col("_amount") >= LEAST * pl.col("_unit")) & (pl.col("_amount") % pl.col("_unit") == 0)
    ).with_columns((pl.col("_amount") // pl.col("_unit") % 10).alias("_digit"))  # fmt: skip
    counts = last.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("_n"), pl.col("_unit").first(),
        *((pl.col("_digit") == digit).sum().alias(f"_d{digit}") for digit in range(10)),
    ).collect(engine="streaming")  # fmt: skip
    each = [pl.col(f"_d{digit}").cast(pl.Float64) for digit in range(10)]
    chi2 = reduce(lambda one, two: one + two, ((d - pl.col("_n") / 10) ** 2 for d in each))
    judged = counts.with_columns((chi2 / (pl.col("_n") / 10)).alias("_chi2"))
    enough = judged.filter(pl.col("_n") >= at["rows"])
    few = judged.height - enough.height
    flagged = enough.filter(
        (pl.col("_chi2") > at["chi2"])
        & ((pl.col("_chi2") / pl.col("_n")).sqrt() > at["effect"])
    )  # fmt: skip
    told = seen(last, keys, flagged, ("activity_id", "_amount"))
    findings = tell(
        "digits", told, given.limits, count=pl.col("_n"),
        subject=pl.concat_str(pl.lit("operator:"), pl.col("operator").fill_null("-")),
        value=pl.format("{}: χ² {} / {}", "_column", pl.col("_chi2").round(1), "_n"),
        evidence=[pl.concat_list(f"_d{digit}" for digit in range(10)).alias("digits"),
                  pl.col("_unit").alias("unit")],
    )  # fmt: skip
    skipped = ((few, "few", f"{at['rows']:.0f}"),) if few else ()
    return Found(findings, skipped, int(enough["_n"].sum()))


def benford(given: Given) -> Found:
    """Give operators whose amounts of money do not begin as Benford's law says.

    Only where asked for, and over at least ``orders`` orders of magnitude: MAD of the shares of
    first digits from log10(1 + 1/d).
    """
    from math import log10

    at = given.limits["benford"]
    rows = given.activity.filter(pl.col("amount_fen") > 0)
    first = pl.col("amount_fen").cast(pl.String).str.head(1)
    judged = (
        rows.with_columns(first.alias("_first"))
        .group_by("operator")
        .agg(
            pl.len().cast(pl.Int64).alias("_n"),
            (pl.col("amount_fen").max() / pl.col("amount_fen").min()).log10().alias("_orders"),
            *((pl.col("_first") == digit).mean().alias(f"_d{digit}") for digit in FIRST),
        )
        .collect(engine="streaming")
    )
    off = [(pl.col(f"_d{d}") - log10(1 + 1 / int(d))).abs() for d in FIRST]
    judged = judged.with_columns((reduce(lambda one, two: one + two, off) / 9).alias("_mad"))
    flagged = judged.filter(
        (pl.col("_n") >= at["rows"]) & (pl.col("_orders") >= at["orders"])
        & (pl.col("_mad") > at["mad"])
    )  # fmt: skip
    told = seen(rows, ["operator"], flagged, ("activity_id", "amount_fen"))
    return Found(tell(
        "benford", told, given.limits, column="amount_fen", count=pl.col("_n"),
        subject=pl.concat_str(pl.lit("operator:"), pl.col("operator").fill_null("-")),
        value=pl.format("MAD {} / {}", pl.col("_mad").round(4), "_n"),
    ))  # fmt: skip


def empty(given: Given) -> Found:
    """Give operators and classes on the road whose empty kilometres are too few or too many."""
    at = given.limits["empty"]
    keys = ["operator", "vehicle_class"]
    rows = given.activity.filter(
        (pl.col("kind") == "transport.road") & pl.col("empty_ppm").is_not_null()
    )
    rides = rows.unique([*keys, *RIDE, "empty_ppm"], maintain_order=False)
    groups = rides.group_by(keys).agg(
        ((pl.col("empty_ppm") * pl.col("distance_m")).sum() / pl.col("distance_m").sum() / 1e6)
        .alias("_share"), pl.len().cast(pl.Int64).alias("_n"),
    )  # fmt: skip
    judged = groups.collect(engine="streaming")
    few = judged.filter(pl.col("_n") < at["rows"]).height
    flagged = judged.filter(
        (pl.col("_n") >= at["rows"])
        & ((pl.col("_share") < at["low"]) | (pl.col("_share") > at["high"]))
    )
    told = seen(rows, keys, flagged, ("activity_id", "empty_ppm", "distance_m"))
    findings = tell(
        "empty", told, given.limits, column="empty_ppm", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("operator:"), pl.col("operator").fill_null("-")),
        value=pl.format("{}: {} %", "vehicle_class", (pl.col("_share") * 100).round(1)),
    )  # fmt: skip
    return Found(findings, ((few, "few", f"{at['rows']:.0f}"),) if few else ())
