"""Work at hubs: what is inferred where a thing came by one vehicle and went on by another."""

from __future__ import annotations

import polars as pl

from tanlu.terms import schema
from tanlu.terms.place import great_circle_m

__all__ = ["hubs"]

# where goods change vehicle: work of a container terminal at a port, else transshipment
ALSO = "$['track.also']"
KINDS = {"port": "hub.container"}
ELSE = "hub.transshipment"
NEAR_M = 5_000
LONGEST_US = 30 * 86_400_000_000
CHANGES = ("transfer", "gauge")


def hubs(activities: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Give a hub operation for each thing between two of its legs, where its mass is known.

    Parameters
    ----------
    activities
        Transport activities with a consignment.
    nodes
        Schema ``node``; a transfer or change of gauge during the dwell tells the terminal.

    Returns
    -------
    DataFrame
        Schema ``activity`` with code A-TRACK-HUB: from the end of one leg to the start of the
        next, at most 5 km and 30 days apart, of another device, kind of transport or line.
    """
    legs = activities.filter(pl.col("consignment").is_not_null() & (pl.col("mass_mg") > 0)).sort(
        "consignment", "start", "activity_id"
    )
    after = {
        name: pl.col(name).shift(-1).over("consignment")
        for name in ("start", "kind", "source_device", "origin_lat_e7", "origin_lon_e7")
    }
    apart = great_circle_m(
        pl.col("destination_lat_e7"), pl.col("destination_lon_e7"),
        after["origin_lat_e7"], after["origin_lon_e7"],
    )  # fmt: skip
    stays = legs.with_columns(
        _start="end", _end=after["start"], _apart=apart,
        _changed=(after["kind"] != pl.col("kind")) | _elsewhere(after["source_device"]),
    ).filter(
        (pl.col("_apart") <= NEAR_M)
        & (pl.col("_end") > pl.col("_start"))
        & (pl.col("_end") - pl.col("_start") <= LONGEST_US)
    )  # fmt: skip
    known = (
        nodes.filter(pl.col("kind").is_in(CHANGES))
        .select(
            "terminal", source_device="device", _node="place", _changes=pl.lit(value=True),
            _at=(pl.col("arrival") + pl.col("departure")) // 2,
        )
        .sort("source_device", "_at")
    )  # fmt: skip
    stays = (
        stays.with_columns(_mid=(pl.col("_start") + pl.col("_end")) // 2)
        .sort("source_device", "_mid")
        .join_asof(
            known, left_on="_mid", right_on="_at", by="source_device", strategy="nearest",
            check_sortedness=False,
        )
        .with_columns(
            _changes=pl.col("_changes")
            & (pl.col("_at") >= pl.col("_start") - 1)
            & (pl.col("_at") <= pl.col("_end") + 1)
        )
    )  # fmt: skip
    there = stays.filter(pl.col("_changed") | pl.col("_changes").fill_null(value=False))
    at = pl.when("_changes").then("terminal")
    none = {
        name: pl.lit(None)
        for name in (
            "activity_id", "distance_m", "distance_type", "empty_ppm", "load_ppm", "ascent_m",
            "descent_m", "idle_us", "stops", "energy_j", "round", "labels", "vehicle", "leg_no",
        )
    }  # fmt: skip
    return schema("activity").fit(
        there.with_columns(
            kind=at.replace_strict(KINDS, default=ELSE, return_dtype=pl.String),
            start="_start", end="_end", quality=pl.lit(3, pl.Int64),
            assumptions=pl.lit("A-TRACK-HUB"),
            origin=pl.coalesce("destination", pl.when("_changes").then("_node")),
            origin_lat_e7="destination_lat_e7", origin_lon_e7="destination_lon_e7",
            place_lat_e7="destination_lat_e7", place_lon_e7="destination_lon_e7",
            **none,
        )
        .with_columns(vehicle_class="kind")
        .select(name for name in schema("activity").names if name in there.columns)
    )  # fmt: skip


def _elsewhere(device: pl.Expr) -> pl.Expr:
    """Tell whether the next leg is of another device, not of one that only went along before."""
    also = pl.col("labels").str.json_path_match(ALSO)
    beside = pl.concat_str(pl.lit(","), also, pl.lit(","))
    after = beside.shift(-1).over("consignment")
    named, own = (
        pl.concat_str(pl.lit(","), name, pl.lit(",")) for name in (device, "source_device")
    )
    along = beside.str.contains(named, literal=True).fill_null(value=False)
    along |= after.str.contains(own, literal=True).fill_null(value=False)
    return (device != pl.col("source_device")) & ~along
