"""Closed balances: what went in, what came out, and what is left. They alone catch a small bias."""

from __future__ import annotations

import polars as pl

from tanlu.verify.plausibility.found import Found, Given, nothing, seen, tell
from tanlu.verify.plausibility.rides import MOVED, heats, joules, of, stated_in, wide

__all__ = ["bought", "boxes", "fuel", "mass", "power", "tonnes"]

# streams of readings that tell what is left in a vehicle
TANK, BATTERY = "tank_ml", "battery_j"
# throughput without storage; what a warehouse holds is not known from what moves
THROUGH = ("hub.parcel", "hub.transshipment", "hub.container")


def bought() -> pl.Expr:
    """Tell whether a row is energy bought for a vehicle, and not the total of a round."""
    return (
        pl.col("kind").str.starts_with("energy.") & pl.col("vehicle").is_not_null()
        & pl.col("round").is_null() & pl.col("operation").is_null()
    )  # fmt: skip


def fuel(given: Given) -> Found:
    """Give vehicles whose trips used another energy than was bought for them.

    gap = bought + opening - closing - Σ trips; |gap| > share · max(bought, Σ trips) + tank. The
    levels are readings ``tank_ml`` or ``battery_j`` of the vehicle before the first and after the
    last trip; unknown, they differ by at most the largest fill.
    """
    at = given.limits["fuel"]
    keys = ["vehicle", "energy_carrier"]
    every = given.activity.filter(pl.col("vehicle").is_not_null())
    fills = joules(every.filter(bought())).group_by(keys).agg(
        pl.col("_joules").sum().alias("_bought"), pl.col("_joules").max().alias("_fill"),
        pl.col("_joules").is_null().sum().alias("_unread"),
    )  # fmt: skip
    used = _used(every).group_by(keys).agg(
        pl.col("_joules").sum().alias("_used"),
        pl.col("_joules").is_null().sum().alias("_unmetered"),
        pl.col("start").min(), pl.col("end").max(),
    )  # fmt: skip
    both = fills.join(used, on=keys, how="full", coalesce=True).collect(engine="streaming")
    open_ = ((pl.col("_unmetered") > 0) | (pl.col("_unread") > 0)).fill_null(value=False)
    sided = ((pl.col("_used") > 0) & pl.col("_bought").is_not_null()).fill_null(value=False)
    closed = both.filter(sided, ~open_)
    closed = _levels(given, closed)
    electric = pl.col("energy_carrier") == "electricity"
    known = pl.col("_opening").is_not_null() & pl.col("_closing").is_not_null()
    left = pl.when(known).then(pl.col("_closing") - pl.col("_opening")).otherwise(0.0)
    allowed = at["share"] * pl.max_horizontal("_bought", "_used") + pl.when(known).then(
        0.0
    ).otherwise(at["tank"] * pl.col("_fill"))
    lost = pl.when(electric).then(at["charging"] * pl.col("_bought")).otherwise(0.0)
    gap = pl.col("_bought") - left - pl.col("_used")
    flagged = closed.with_columns(gap.alias("_gap")).filter(
        (pl.col("_gap") > allowed + lost) | (pl.col("_gap") < -allowed)
    )
    shown = every.filter(MOVED | pl.col("kind").str.starts_with("energy."))
    told = seen(shown, keys, flagged, ("activity_id", "kind", "start", "energy_j", "volume_ml"))
    gj = {name: (pl.col(f"_{name}") / 1e9).round(3) for name in ("bought", "used", "gap")}
    findings = tell(
        "fuel", told, given.limits, column="energy_j", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("vehicle:"), "vehicle"),
        value=pl.format("{}: {} GJ - {} GJ = {} GJ ({} %)", "energy_carrier", gj["bought"],
                        gj["used"], gj["gap"], (pl.col("_gap") / pl.col("_bought") * 100).round(1)),
        evidence=[pl.col(f"_{name}").round(0).cast(pl.Int64).alias(f"{name}_j")
                  for name in ("bought", "used", "opening", "closing", "fill")],
    )  # fmt: skip
    skipped = [
        (both.filter(open_, pl.col("_bought").is_not_null()).height, "unmetered", "vehicles"),
        (both.filter(~sided, ~open_).height, "one_sided", "vehicles"),
    ]
    return Found(findings, tuple(each for each in skipped if each[0]), closed.height)


def _used(every: pl.LazyFrame) -> pl.LazyFrame:
    """Give energy of trips: totals of rounds, and legs of vehicles in no metered round."""
    totals = every.filter(pl.col("kind").str.starts_with("energy.") & pl.col("round").is_not_null())
    legs = every.filter(MOVED).join(totals.select("round").unique(), on="round", how="anti")
    own = legs.with_columns(pl.col("energy_j").cast(pl.Float64).alias("_joules"))
    read = ["vehicle", "energy_carrier", "start", "end", "_joules"]
    return pl.concat([joules(totals).select(read), own.select(read)])


def _levels(given: Given, closed: pl.DataFrame) -> pl.DataFrame:
    """Give the energy [J] in tank or battery before the first and after the last trip."""
    none = [pl.lit(None, pl.Float64).alias(name) for name in ("_opening", "_closing")]
    if given.reading is None or not closed.height:
        return closed.with_columns(none)
    told = given.reading.filter(pl.col("stream").is_in([TANK, BATTERY])).select(
        pl.col("device").alias("vehicle"), "at", "value", "stream"
    )
    held = (
        closed.lazy().join(told, on="vehicle").join(heats().lazy(), on="energy_carrier", how="left")
        .with_columns(
            pl.when(pl.col("stream") == BATTERY).then("value")
            .otherwise(pl.col("value") * pl.col("_j_ml")).alias("_level")
        )
        .sort("at")
    )  # fmt: skip
    keys = ["vehicle", "energy_carrier"]
    levels = held.group_by(keys).agg(
        pl.col("_level").filter(pl.col("at") <= pl.col("start")).last().alias("_opening"),
        pl.col("_level").filter(pl.col("at") >= pl.col("end")).first().alias("_closing"),
    )
    return closed.join(levels.collect(engine="streaming"), on=keys, how="left")


def power(given: Given) -> Found:
    """Give meters that count less than the meters below them, or lose too much on the way.

    Labels say who is below whom: ``meter`` = own name, ``under`` = the meter above, ``into`` = the
    meter that a roof or battery feeds beside the grid; ``parts`` = ``all`` on the main meter where
    every part has a meter. Σ parts > (1 + share) (meter + into), or < (1 - rest) with all parts.
    """
    at = given.limits["power"]
    told = given.activity.filter(pl.col("labels").is_not_null() & pl.col("energy_j").is_not_null())
    for name in ("meter", "under", "into", "parts"):
        told = told.with_columns(
            pl.col("labels").str.json_path_match(f"$.{name}").alias(f"_{name}")
        )
    read = ["activity_id", "start", "end", "energy_j"]
    part = [
        told.filter(pl.col(f"_{role}").is_not_null())
        .select(pl.col(f"_{role}").alias("_of"), pl.lit(role).alias("_role"), *read, "_parts")
        for role in ("meter", "under", "into")
    ]  # fmt: skip
    rows = pl.concat(part)
    span = rows.filter(pl.col("_role") == "meter").group_by("_of").agg(
        pl.col("start").min().alias("_from"), pl.col("end").max().alias("_to")
    )  # fmt: skip
    inside = rows.join(span, on="_of").filter(
        (pl.col("start") >= pl.col("_from")) & (pl.col("end") <= pl.col("_to"))
    )

    def total(role: str) -> pl.Expr:
        return pl.col("energy_j").filter(pl.col("_role") == role).sum().alias(f"_{role}_j")

    sums = inside.group_by("_of").agg(
        total("meter"), total("under"), total("into"),
        (pl.col("_role") == "under").sum().cast(pl.Int64).alias("_below"),
        (pl.col("_parts") == "all").any().alias("_all"),
    ).filter(pl.col("_below") > 0).collect(engine="streaming")  # fmt: skip
    supply = (pl.col("_meter_j") + pl.col("_into_j")).cast(pl.Float64)
    flagged = sums.filter(
        (pl.col("_under_j") > (1 + at["share"]) * supply)
        | (pl.col("_all").fill_null(value=False) & (pl.col("_under_j") < (1 - at["rest"]) * supply))
    )
    shown = seen(inside, ["_of"], flagged, ("activity_id", "_role", "energy_j", "start"))
    kwh = [(pl.col(f"_{role}_j") / 3.6e6).round(1) for role in ("meter", "into", "under")]
    return Found(tell(
        "power", shown, given.limits, column="energy_j", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("meter:"), "_of"),
        value=pl.format("{} kWh + {} kWh ≠ Σ {} kWh", *kwh),
        evidence=[pl.col(f"_{role}_j").alias(f"{role}_j") for role in ("meter", "into", "under")],
    ), (), sums.height)  # fmt: skip


def tonnes(given: Given) -> Found:
    """Give sites without storage from which another mass goes out than came in.

    |in - out| > share · max(in, out), over hubs with a code of their own; of what only comes in or
    only goes out, the mass that the hub handled is the other side. A mass that is not told is not
    nought: the smaller side must be told whole.
    """
    share = given.limits["tonnes"]["share"]
    hubs = given.activity.filter(pl.col("kind").str.starts_with("hub.") & ~wide("place"))
    handled = hubs.group_by(pl.col("place").alias("_site")).agg(
        pl.col("mass_mg").sum().alias("_handled"),
        pl.col("mass_mg").is_null().sum().cast(pl.Int64).alias("_handled_bare"),
        pl.col("kind").is_in(THROUGH).all().alias("_flows"),
    )  # fmt: skip
    moved = given.activity.filter(MOVED & pl.col("origin").ne_missing(pl.col("destination")))
    flows = [
        moved.group_by(pl.col(side).alias("_site")).agg(
            pl.col("mass_mg").sum().alias(f"_{name}"),
            pl.col("mass_mg").is_null().sum().cast(pl.Int64).alias(f"_{name}_bare"),
        )
        for side, name in (("destination", "in"), ("origin", "out"))
    ]
    sites = handled
    for flow in flows:
        sites = sites.join(flow, on="_site", how="left")
    told = sites.collect(engine="streaming")
    came, went = pl.col("_in"), pl.col("_out")
    sided = told.filter(pl.col("_flows")).with_columns(
        pl.coalesce(came, pl.when(went.is_not_null()).then("_handled")).alias("_came"),
        pl.coalesce(went, pl.when(came.is_not_null()).then("_handled")).alias("_went"),
        *(pl.coalesce(f"_{side}_bare", "_handled_bare").alias(f"_{side}_bare")
          for side in ("in", "out")),
    )  # fmt: skip
    both = sided.drop_nulls(["_came", "_went"])
    gap = pl.col("_came") - pl.col("_went")
    apart = gap.abs() > share * pl.max_horizontal("_came", "_went")
    bare = pl.when(gap > 0).then("_out_bare").otherwise("_in_bare")
    whole = pl.when(apart).then(bare == 0).otherwise(pl.col("_in_bare") + pl.col("_out_bare") == 0)
    judged = both.filter(whole)
    flagged = judged.filter(apart)
    rows = pl.concat(
        moved.with_columns(pl.col(side).alias("_site")) for side in ("origin", "destination")
    )
    shown = seen(rows, ["_site"], flagged, ("activity_id", "origin", "destination", "mass_mg"))
    findings = tell(
        "tonnes", shown, given.limits, column="mass_mg", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("site:"), "_site"),
        value=pl.format("{} t ≠ {} t", (pl.col("_came") / 1e9).round(3),
                        (pl.col("_went") / 1e9).round(3)),
        evidence=[pl.col("_in").alias("in_mg"), pl.col("_out").alias("out_mg"),
                  pl.col("_handled").alias("handled_mg")],
    )  # fmt: skip
    stock = told.filter(~pl.col("_flows")).height
    lone = sided.height - both.height
    untold = int(both.filter(~whole).select(pl.col("_in_bare") + pl.col("_out_bare")).sum().item())
    skipped = ((stock, "stock", ""), (lone, "one_sided", "sites"), (untold, "lacks", "mass_mg"))
    return Found(findings, tuple(each for each in skipped if each[0]), judged.height)


def mass(given: Given) -> Found:
    """Give shipments that weigh more on one leg than on another, beyond scales and rounding."""
    share = given.limits["mass"]["share"]
    keys = ["_of", "chain"]
    rows = given.activity.filter(
        MOVED & of().is_not_null() & pl.col("leg_no").is_not_null() & (pl.col("mass_mg") > 0)
    ).with_columns(of().alias("_of"))
    legs = rows.group_by(*keys, "leg_no").agg(pl.col("mass_mg").sum())
    unit = stated_in(pl.col("mass_mg")).max()
    chains = legs.group_by(keys).agg(
        pl.col("mass_mg").min().alias("_least"), pl.col("mass_mg").max().alias("_most"),
        unit.alias("_unit"), pl.len().alias("_legs"),
    )  # fmt: skip
    apart = pl.col("_most") - pl.col("_least")
    rounded = pl.min_horizontal(pl.col("_unit") / 2, 0.05 * pl.col("_most"))
    flagged = chains.filter(
        (pl.col("_legs") > 1) & (apart > pl.max_horizontal(share * pl.col("_most"), rounded))
    ).collect(engine="streaming")
    told = seen(rows, keys, flagged, ("activity_id", "leg_no", "mass_mg", "operator"))
    return Found(tell(
        "mass", told, given.limits, column="mass_mg", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("shipment:"), "_of"),
        value=pl.format("{} kg … {} kg", (pl.col("_least") / 1e6).round(3),
                        (pl.col("_most") / 1e6).round(3)),
    ))  # fmt: skip


def boxes(given: Given) -> Found:
    """Give holders that passed on more boxes than they ever received.

    Holders that never receive any are where boxes come from. Σ in - Σ out < 0 at some time.
    """
    if given.transfer is None:
        return Found(nothing())
    rows = given.transfer.filter(pl.col("book") == "box")
    sides = pl.concat([
        rows.select(pl.col("to_holder").alias("_holder"), "at", pl.col("amount"), "transfer_id"),
        rows.select(pl.col("from_holder").alias("_holder"), "at", -pl.col("amount"), "transfer_id"),
    ])  # fmt: skip
    known = sides.filter(pl.col("amount") > 0).select("_holder").unique()
    running = (
        sides.join(known, on="_holder", how="semi")
        # what comes and goes at one time comes first
        .sort("_holder", "at", "amount", descending=[False, False, True])
        .with_columns(pl.col("amount").cum_sum().over("_holder").alias("_held"))
        .with_columns(pl.col("transfer_id").alias("activity_id"))
    )
    low = running.group_by("_holder").agg(pl.col("_held").min()).filter(pl.col("_held") < 0)
    told = seen(running, ["_holder"], low.collect(engine="streaming"),
                ("activity_id", "at", "amount", "_held"))  # fmt: skip
    return Found(tell(
        "boxes", told, given.limits, column="amount", count=pl.col("_count"),
        subject=pl.concat_str(pl.lit("holder:"), "_holder"), value=pl.format("{}", "_held"),
    ))  # fmt: skip
