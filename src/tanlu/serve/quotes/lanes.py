"""The lanes of an organisation: how parcels went of late, one of them as a model.

A lane's model is a shipment that really went: the one whose carbon for each kilogram is the median.
Its interval comes from the others: 19 are the fewest of which 95 % can be told without assuming
how they are distributed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.serve.quotes.asking import MOST_G, regions

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["ENOUGH", "OWN", "Lane", "history", "lanes", "modelled"]

ENOUGH = 19
CONFIDENCE = 0.95
HALF = 1.96
DAY_US = 86_400 * 1_000_000
RECENT_US = 90 * DAY_US
# so long a parcel is under way at most: one that began before the window is not whole in it
UNDER_WAY_US = 30 * DAY_US
FULL = 0.9
NIGHT, MORNING = 20, 6
PROFILE, BASES = "iso14083", ("location", "none")
MG = 1000
FACETS = (
    "kind", "place", "distance_m", "distance_type", "vehicle_class", "energy_carrier",
    "temperature_class", "load_ppm", "empty_ppm", "bio_ppm", "bio_basis",
)  # fmt: skip
LEG = ("activity_id", "shipment", "start", "leg_no", "mass_mg", "origin", "destination", *FACETS)
# which shipments show a way of delivery
OWN = {
    "land": ~pl.col("air"),
    "night": ~pl.col("air") & pl.col("night"),
    "air": pl.col("air"),
}

Key = tuple[str, str, str]


class Lane(NamedTuple):
    """How parcels went between two regions: how many, the legs of the model, and how they vary.

    ``full_ppm`` is the load on the main haul that one shipment in ten reaches.
    """

    shipments: int
    legs: tuple[dict[str, Any], ...]
    sigma_ln: float
    full_ppm: int | None


def lanes(workspace: Workspace) -> dict[Key, Lane]:
    """Give the lanes with enough shipments of the last 90 days, by origin, destination and way."""
    return modelled(history(workspace))


def history(workspace: Workspace) -> pl.DataFrame:
    """Give the parcels of the last 90 days of a ledger that were quantified, a row each.

    A parcel of which a leg was not quantified, or lies before, would look like less: it is none.
    Columns: shipment, origin, destination (regions), mass_mg, co2e_ug, air, night, start, load_ppm
    of the main haul, legs.
    """
    rows = workspace.scan("activity").filter(
        pl.col("shipment").is_not_null(), pl.col("kind").str.contains(r"^(transport|hub)\.")
    )
    newest = rows.select(pl.col("start").max()).collect().item()
    if newest is None:
        return pl.DataFrame()
    edge = newest - RECENT_US
    legs = rows.filter(pl.col("start") >= edge - UNDER_WAY_US).select(LEG).collect()
    begun = legs.filter(pl.col("start") < edge)["shipment"].unique()
    legs = legs.filter(pl.col("start") >= edge, ~pl.col("shipment").is_in(begun.implode()))
    emissions = workspace.scan("emission").filter(
        pl.col("profile") == PROFILE, pl.col("basis").is_in(BASES), pl.col("start") >= edge
    )
    done = emissions.select("activity_id").unique().with_columns(done=pl.lit(value=True)).collect()
    legs = legs.join(done, on="activity_id", how="left", maintain_order="left")
    at = regions(pl.concat([legs["origin"], legs["destination"], legs["place"]]))
    there = [
        pl.col(name).replace_strict(at, default=None, return_dtype=pl.String)
        for name in ("origin", "destination")
    ]
    main = pl.col("distance_m").fill_null(-1).arg_max()
    local = pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
    hour = local.dt.convert_time_zone(workspace.zone).dt.hour()
    parcels = (
        legs.with_columns(*there, hour.alias("hour"))
        .sort("shipment", "leg_no", "start", nulls_last=True)
        .group_by("shipment", maintain_order=True)
        .agg(
            pl.col("origin").drop_nulls().first(), pl.col("destination").drop_nulls().last(),
            pl.col("mass_mg").max(), pl.col("start").min(),
            (pl.col("kind") == "transport.air").any().alias("air"),
            pl.col("hour").get(main), pl.col("load_ppm").get(main),
            (
                pl.col("done").is_null()
                | (pl.col("distance_m").is_null() & pl.col("kind").str.starts_with("transport"))
            ).any().alias("lacks"),
            pl.struct(FACETS).alias("legs"),
        )
    )  # fmt: skip
    carbon = emissions.group_by("shipment").agg(pl.col("co2e_ug").sum()).collect()
    whole = parcels.join(carbon, on="shipment", how="inner").filter(
        pl.col("mass_mg").is_between(1, MOST_G * MG), pl.col("co2e_ug") > 0, ~pl.col("lacks"),
        pl.col("origin").is_not_null() & pl.col("destination").is_not_null(),
    )  # fmt: skip
    night = (pl.col("hour") >= NIGHT) | (pl.col("hour") < MORNING)
    return whole.with_columns(night.fill_null(value=False).alias("night")).drop("lacks", "hour")


def modelled(parcels: pl.DataFrame) -> dict[Key, Lane]:
    """Give the lanes of some parcels, those with enough of them."""
    if parcels.is_empty():
        return {}
    found: dict[Key, Lane] = {}
    per_kg = (pl.col("co2e_ug") / pl.col("mass_mg")).log().alias("ln")
    rows = parcels.with_columns(per_kg)
    for own, shows in OWN.items():
        groups = rows.filter(shows).group_by("origin", "destination", maintain_order=True)
        for (origin, destination), group in groups:
            if group.height >= ENOUGH:
                found[str(origin), str(destination), own] = _lane(group)
    return found


def _lane(group: pl.DataFrame) -> Lane:
    middle = group["ln"].median()
    away = group.with_columns((pl.col("ln") - middle).abs().alias("away")).sort("away", "shipment")
    rank = min(group.height, math.ceil((group.height + 1) * CONFIDENCE))
    legs = tuple(away["legs"][0].to_list()) if isinstance(away["legs"][0], pl.Series) else ()
    load = group["load_ppm"].quantile(FULL)
    return Lane(
        group.height, legs, float(away["away"][rank - 1]) / HALF,
        None if load is None else int(load),
    )  # fmt: skip
