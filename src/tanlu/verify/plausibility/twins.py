"""The same thing recorded twice: to the letter, under other numbers, or by another party."""

from __future__ import annotations

from functools import reduce

import polars as pl

from tanlu.terms import schema
from tanlu.verify.plausibility.found import Found, Given, seen, tell
from tanlu.verify.plausibility.rides import MOVED, RIDE, of, stated_in

__all__ = ["duplicates", "near"]

# who wrote it down and where; the rest of a row is what happened
WRITTEN = frozenset({
    "activity_id", "source_sha256", "source_sheet", "source_line", "source_device", "source_seq",
    "quality", "assumptions", "corrects", "supersedes", "precision", "zone",
})  # fmt: skip
# numbers by which one calls the same goods
NUMBERS = frozenset({"subject", "shipment", "consignment", "chain", "leg_no", "labels", "round"})
# 64 bits of these find candidates, all columns decide
AMOUNTS = ("start", "end", "mass_mg", "distance_m", "energy_j", "volume_ml", "count", "amount_fen")
SHOWN = ("activity_id", "start", "mass_mg", "distance_m", "shipment", "operator", "source_sha256")
US_A_HOUR = 3_600_000_000


def duplicates(given: Given) -> Found:
    """Give records that several identities hold: alike in every column that says what happened.

    Transport under other numbers of shipment is told where at least ``share`` of all rows of
    their rides have a twin: of a ride's parcels some weigh the same by chance; a lone pair of them
    counts from ``heavy_kg`` on.
    """
    content = [name for name in schema("activity").names if name not in WRITTEN]
    rows = _candidates(given.activity)
    same = _groups(rows, content)
    told = [_told(given, rows, content, same, "")]
    moved = MOVED & pl.col("mass_mg").is_not_null() & pl.col("distance_m").is_not_null()
    bare = [name for name in content if name not in NUMBERS]
    numbers = pl.struct("shipment", "consignment", "subject").n_unique()
    twins = _groups(rows.filter(moved), bare, numbers)
    if twins.height:
        ride = [*RIDE, "operator", "kind"]
        sizes = twins.group_by(ride).agg(
            pl.col("_size").sum().alias("_alike"), pl.len().alias("_contents"),
            pl.col("mass_mg").max().alias("_heaviest"),
        )  # fmt: skip
        whole = (
            given.activity.filter(moved).join(sizes.lazy(), on=ride, how="semi", nulls_equal=True)
            .group_by(ride).agg(pl.len().alias("_riding")).collect(engine="streaming")
        )  # fmt: skip
        at = given.limits["duplicate"]
        kept = sizes.join(whole, on=ride, nulls_equal=True).filter(
            (pl.col("_alike") >= at["share"] * pl.col("_riding"))
            & ((pl.col("_contents") > 1) | (pl.col("_heaviest") >= at["heavy_kg"] * 1e6))
        )
        twins = twins.join(kept.select(ride), on=ride, how="semi", nulls_equal=True)
        told.append(_told(given, rows.filter(moved), bare, twins, "shipment"))
    return Found(pl.concat(told))


def _candidates(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Give the rows that share times and amounts with another one: of most ledgers few."""
    tagged = rows.with_columns(pl.struct(AMOUNTS).hash().alias("_alike"))
    many = tagged.group_by("_alike").len().filter(pl.col("len") > 1).select("_alike")
    return tagged.join(many, on="_alike", how="semi").collect(engine="streaming").lazy()


def _groups(rows: pl.LazyFrame, content: list[str], kinds: pl.Expr | None = None) -> pl.DataFrame:
    """Give the contents that several rows have; with ``kinds`` only those under several numbers."""
    found = rows.group_by(content).agg(
        pl.len().cast(pl.Int64).alias("_size"), pl.col("activity_id").min(),
        (pl.lit(2) if kinds is None else kinds).alias("_numbers"),
    )  # fmt: skip
    wanted = (pl.col("_size") > 1) & (pl.col("_numbers") > 1)
    return found.filter(wanted).collect(engine="streaming")


def _told(
    given: Given, rows: pl.LazyFrame, content: list[str], groups: pl.DataFrame, column: str
) -> pl.DataFrame:
    shown = seen(rows, content, groups, SHOWN)
    return tell(
        "duplicate", shown, given.limits,
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"), column=column or None,
        value=pl.format("{} ×", "_size"), count=pl.col("_size"),
    )  # fmt: skip


def near(given: Given) -> Found:
    """Give pairs of rows that tell one transport in nearly the same figures.

    Rows of one consignment (else shipment) and leg that start within ``hours``, or of one vehicle
    without such a number that start within ``minutes``; masses and distances are alike within
    their share or half of the unit to which the coarser one is rounded. Lines of one file that
    have no number of a leg are the items of a consignment and no pair.
    """
    at = given.limits["near"]
    rows = given.activity.filter(MOVED & pl.col("mass_mg").is_not_null())
    named = rows.filter(of().is_not_null()).with_columns(of().alias("_of"))
    pairs = [_pairs(named, "_of", at, at["hours"] * US_A_HOUR)]
    bare = rows.filter(of().is_null() & pl.col("vehicle").is_not_null())
    pairs.append(_pairs(bare.with_columns(_of="vehicle"), "_of", at, at["minutes"] * 60_000_000))
    found = pl.concat(pairs).sort("activity_id", "activity_id_other")
    first = found.unique("activity_id_other", keep="first", maintain_order=True)
    told = first.with_columns(
        pl.concat_list(*(pl.struct(pl.col(f"{name}{end}").alias(name) for name in SHOWN)
                         for end in ("", "_other"))).alias("_rows")
    )  # fmt: skip
    return Found(tell(
        "near", told, given.limits,
        subject=pl.concat_str(pl.lit("activity:"), "activity_id"), count=pl.lit(2),
        column="mass_mg",
        value=pl.format("{}: {} kg / {} kg", "activity_id_other",
                        (pl.col("mass_mg") / 1e6).round(3),
                        (pl.col("mass_mg_other") / 1e6).round(3)),
    ))  # fmt: skip


def _pairs(rows: pl.LazyFrame, key: str, at: dict[str, float], most_us: float) -> pl.DataFrame:
    """Give the pairs within a key and kind; rows are compared with their successors in time."""
    keys = [key, "kind"]
    # where every row has a number of its own leg there is no pair
    several = pl.len() > pl.col("leg_no").drop_nulls().n_unique()
    many = rows.group_by(keys).agg(several.alias("_several"), pl.len().alias("_rows"))
    content = [name for name in schema("activity").names if name not in WRITTEN]
    held = (
        rows.join(many.filter(pl.col("_several") & (pl.col("_rows") > 1)), on=keys, how="semi")
        .with_columns(
            pl.struct(content).hash().alias("_content"), pl.struct(keys).hash().alias("_key")
        )
        .select("_key", *SHOWN, "leg_no", "_content")
        .collect(engine="streaming")
        .sort("_key", "start", "activity_id")
    )
    # those that start together lie side by side: five neighbours see every pair of a real file
    found = []
    for step in range(1, 6):
        beside = held.with_columns(
            pl.col(name).shift(-step).alias(f"{name}_other") for name in held.columns
        )
        found.append(beside.filter((pl.col("_key") == pl.col("_key_other")) & _alike(at, most_us)))
    return pl.concat(found).select(*SHOWN, *(f"{name}_other" for name in SHOWN))


def _alike(at: dict[str, float], most_us: float) -> pl.Expr:
    def other(name: str) -> pl.Expr:
        return pl.col(f"{name}_other")

    def about(name: str, share: float) -> pl.Expr:
        one, two = pl.col(name), other(name)
        large = pl.max_horizontal(one.abs(), two.abs())
        unit = pl.max_horizontal(stated_in(one), stated_in(two))
        rounded = pl.min_horizontal(unit / 2, 0.05 * large)
        return (one - two).abs() <= pl.max_horizontal(share * large, rounded)

    same_leg = (pl.col("leg_no") == other("leg_no")).fill_null(value=True)
    # without numbers of legs, lines of one file are the items of a consignment
    items = (pl.col("source_sha256") == other("source_sha256")) & pl.any_horizontal(
        pl.col("leg_no").is_null(), other("leg_no").is_null()
    )
    tests = [
        other("activity_id").is_not_null(),
        pl.col("_content") != other("_content"),
        (other("start") - pl.col("start")).abs() <= most_us,
        same_leg & ~items.fill_null(value=False),
        about("mass_mg", at["mass"]),
        about("distance_m", at["distance"]).fill_null(value=True),
    ]
    return reduce(lambda one, two: one & two, tests)
