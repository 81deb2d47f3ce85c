"""Numerators, denominators and what they cover: one row a cut, wide sums, nothing guessed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.report.items.totals import once

if TYPE_CHECKING:
    import polars as pl

__all__ = ["ACTIVITY_KEYS", "EMISSION_KEYS", "of_activities", "of_emissions"]

ALL = "_all"
EMISSION_KEYS = (
    "kind", "stage", "tier", "method", "boundary", "vehicle_class", "energy_carrier", "place",
    "operator", "payer", "consignor", "consignee", "origin", "destination", "lane", "month",
    "entity", "scope", "category", "site",
)  # fmt: skip
ACTIVITY_KEYS = (
    "kind", "stage", "vehicle_class", "energy_carrier", "place", "operator", "payer", "consignor",
    "consignee", "origin", "destination", "lane", "month",
)  # fmt: skip
LABEL = "label:"
NEW_ENERGY = ("electricity", "hydrogen")
RENEWABLE = r"^(wind|pv|csp|hydro|biomass)(\.|$)"
GREEN = r"^(recycled|reuse)(\.|$)"
TRIP = ("vehicle", "start", "end", "origin", "destination")


def key_of(key: str, zone: str, columns: list[str], keys: tuple[str, ...]) -> pl.Expr:
    """Give the expression of a cut.

    Raises
    ------
    TanluError
        TL803 for a key that these rows cannot be cut by.
    """
    import polars as pl

    if key == ALL:
        return pl.lit(None, pl.String)
    if key.startswith(LABEL) and key != LABEL:
        name = json.dumps(key.removeprefix(LABEL), ensure_ascii=False)
        return pl.col("labels").str.json_path_match(f"$[{name}]")
    if key == "lane":
        return pl.col("origin") + " → " + pl.col("destination")
    if key == "month":
        return (
            pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
            .dt.convert_time_zone(zone).dt.strftime("%Y-%m")
        )  # fmt: skip
    if key not in keys or key not in columns:
        known = [name for name in keys if name in columns or name in ("lane", "month")]
        raise TanluError("TL803", value=key, known=", ".join([*known, f"{LABEL}…"]))
    return pl.col(key).cast(pl.String)


def _road() -> pl.Expr:
    import polars as pl

    return pl.col("kind") == "transport.road"


def _new(columns: list[str]) -> pl.Expr:
    """Tell which legs new-energy vehicles drive: battery, fuel cell, plug-in hybrid."""
    import polars as pl

    carrier = pl.col("energy_carrier").str.split(".").list.first().is_in(NEW_ENERGY)
    if "technology" not in columns:
        return carrier
    return carrier | pl.col("technology").str.contains("plug_in_hybrid", literal=True).fill_null(
        value=False
    )


def of_emissions(emissions: pl.LazyFrame, key: str, zone: str) -> pl.DataFrame:
    """Give the sums behind the indicators of emission rows, by a key.

    Parameters
    ----------
    emissions
        Schema ``emission``, rows that may be summed; the lines of an inventory with
        ``counted_ug`` count what they count.
    key
        One of `EMISSION_KEYS`, ``label:`` and a name, or ``_all``.
    zone
        In which months are cut.

    Returns
    -------
    DataFrame
        ``key`` and for each indicator ``…_num``, ``…_den`` and ``…_cov`` with ``…_of``.
    """
    import polars as pl

    columns = emissions.collect_schema().names()
    cut = key_of(key, zone, columns, EMISSION_KEYS)
    amount = "counted_ug" if "counted_ug" in columns else "co2e_ug"
    emissions, single = once(emissions)
    road = _road()
    known = road & pl.col("energy_carrier").is_not_null()
    wide = pl.col("_ug")
    kgm = pl.when(single).then("transport_kgm").cast(pl.Int128)
    moved = pl.col("transport_kgm").is_not_null()
    sums = (
        emissions.with_columns(cut.alias("key"), pl.col(amount).cast(pl.Int128).alias("_ug"))
        .group_by("key")
        .agg(
            wide.sum().alias("all_ug"),
            wide.filter(pl.col("shipment").is_not_null()).sum().alias("order_num"),
            pl.col("shipment").drop_nulls().n_unique().cast(pl.Int64).alias("order_den"),
            wide.filter(moved).sum().alias("tkm_num"),
            kgm.filter(moved).sum().alias("tkm_den"),
            wide.filter(pl.col("tier") == "measured").sum().alias("primary_num"),
            wide.filter(road).sum().alias("road_ug"),
            wide.filter(known).sum().alias("nev_co2e_den"),
            wide.filter(known & _new(columns)).sum().alias("nev_co2e_num"),
            wide.filter(known & moved).sum().alias("nev_tkm_cov"),
            kgm.filter(known & moved).sum().alias("nev_tkm_den"),
            kgm.filter(known & moved & _new(columns)).sum().alias("nev_tkm_num"),
        )
    )
    return sums.join(_pieces(emissions, cut, amount), on="key", how="left", nulls_equal=True).sort(
        "all_ug", "key", descending=[True, False]
    ).collect(engine="streaming")  # fmt: skip


def _pieces(emissions: pl.LazyFrame, cut: pl.Expr, amount: str) -> pl.LazyFrame:
    """Give CO2e and pieces of shipments whose pieces are counted: each piece once a shipment."""
    import polars as pl

    return (
        emissions.filter(pl.col("shipment").is_not_null())
        .group_by(cut.alias("key"), "shipment")
        .agg(pl.col(amount).cast(pl.Int128).sum().alias("_ug"), pl.col("count").max())
        .filter(pl.col("count") > 0)
        .group_by("key")
        .agg(pl.col("_ug").sum().alias("parcel_num"), pl.col("count").sum().alias("parcel_den"))
    )


def of_activities(activities: pl.LazyFrame, key: str, zone: str) -> pl.DataFrame:
    """Give the sums behind the indicators of activities, by a key: as `of_emissions`.

    What is known is counted in rows here.
    """
    import polars as pl

    columns = activities.collect_schema().names()
    cut = key_of(key, zone, columns, ACTIVITY_KEYS)
    road, power = _road(), pl.col("kind") == "energy.electricity"
    pack = pl.col("kind").str.starts_with("packaging.") & (pl.col("kind") != "packaging.wash")
    source = pl.col("technology").str.contains(RENEWABLE).fill_null(value=False)
    green = (pl.col("kind") == "packaging.box") | pl.col("technology").str.contains(GREEN)
    named = road & pl.col("vehicle").is_not_null() & pl.col("energy_carrier").is_not_null()
    told = {name: road & pl.col(f"{name}_ppm").is_not_null() for name in ("empty", "load")}
    rows = activities.with_columns(cut.alias("key"))
    joules, pieces = pl.col("energy_j").cast(pl.Int128), pl.col("count").cast(pl.Int128)
    counted = pack & (pl.col("count") > 0)
    sums = rows.group_by("key").agg(
        road.sum().alias("road_rows"),
        (named & (pl.col("distance_m") > 0)).sum().alias("nev_km_cov"),
        *(flag.sum().alias(f"{name}_cov") for name, flag in told.items()),
        (power & pl.col("energy_j").is_not_null()).sum().alias("power_rows"),
        (power & pl.col("energy_j").is_not_null() & pl.col("technology").is_not_null()).sum()
        .alias("renewable_cov"),
        joules.filter(power).sum().alias("renewable_den"),
        joules.filter(power & source).sum().alias("renewable_num"),
        pack.sum().alias("pack_rows"),
        counted.sum().alias("green_pack_cov"),
        pieces.filter(counted).sum().alias("green_pack_den"),
        pieces.filter(counted & green.fill_null(value=False)).sum().alias("green_pack_num"),
    )  # fmt: skip
    trips = _trips(rows.filter(road & (pl.col("distance_m") > 0)), columns)
    joined = sums.join(trips, on="key", how="left", nulls_equal=True)
    return joined.sort("key", nulls_last=True).collect(engine="streaming")


def _trips(rows: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    """Give kilometres of distinct trips: the consignments of a truck are one drive."""
    import polars as pl

    drive = pl.coalesce("vehicle", "activity_id")
    trips = (
        rows.with_columns(drive.alias("vehicle"), pl.col("vehicle").is_not_null().alias("_named"))
        .group_by("key", *TRIP)
        .agg(
            pl.col("distance_m").max().cast(pl.Int128).alias("_m"),
            pl.col("empty_ppm").max(),
            pl.col("load_ppm").max(),
            _new(columns).any().alias("_new"),
            (pl.col("_named") & pl.col("energy_carrier").is_not_null()).any().alias("_known"),
        )
    )
    metres = pl.col("_m")
    known = {name: pl.col(f"{name}_ppm").is_not_null() for name in ("empty", "load")}
    return trips.group_by("key").agg(
        metres.filter("_known").sum().alias("nev_km_den"),
        metres.filter(pl.col("_known") & pl.col("_new")).sum().alias("nev_km_num"),
        *(
            (metres * pl.col(f"{name}_ppm")).filter(flag).sum().alias(f"{name}_num")
            for name, flag in known.items()
        ),
        *(metres.filter(flag).sum().alias(f"{name}_den") for name, flag in known.items()),
    )
