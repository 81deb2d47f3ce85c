"""The hub of each end: what the workspace chose, the one named, a country's usual one, the nearest.

The nearest adequate one: where goods fly over a border, the usual airport of the country if it is
near; else a busy one of the country if it is not far; else the nearest with scheduled service.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tanlu.account.chains.decided import Overrides

__all__ = ["with_hub"]

SIDE_M = 100_000
NEAR_M = 200_000
FAR_M = 600_000
BUSY, SERVED = 3, 2  # sizes of airports and ports; rail terminals have none
GATEWAY = {"airport": "airport", "port": "seaport"}
NEAREST = {"airport": "A-AIRPORT", "port": "A-PORT", "rail": "A-STATION"}
CHOSEN, USUAL = "A-CHOSEN", "A-GATEWAY"
FACTS = ("code", "country", "lat_e7", "lon_e7")


def with_hub(lanes: pl.DataFrame, end: str, hub: str, overrides: Overrides) -> pl.DataFrame:
    """Give the lanes with the hub of one end; without hubs it is the place itself.

    Returns
    -------
    DataFrame
        Beside the lanes ``_{end}_hub`` (code), ``_{end}_hub_lat``, ``_{end}_hub_lon`` [1e-7 °],
        ``_{end}_hub_country`` and ``_{end}_hub_code``, the assumption by which it was taken.
    """
    columns = [f"_{end}_{name}" for name in ("hub", "hub_country", "hub_lat", "hub_lon")]
    if not hub:
        itself = (
            pl.lit(None, pl.String),
            pl.col(f"_{end}_country"),
            pl.col(f"{end}_lat_e7"),
            pl.col(f"{end}_lon_e7"),
        )
        return lanes.with_columns(
            *(each.alias(column) for each, column in zip(itself, columns, strict=True)),
            pl.lit(None, pl.String).alias(f"_{end}_hub_code"),
        )
    named = _named(lanes, end, hub)
    own = overrides.hubs(hub, lanes[f"_{end}_country"])
    usual = _usual(lanes[f"_{end}_land"], hub)
    near = _adequate(lanes, end, hub)
    taken = (
        pl.when(own["lat_e7"].is_not_null())
        .then(pl.lit(CHOSEN))
        .when(named["lat_e7"].is_not_null())
        .then(pl.lit(None, pl.String))
        .when(usual["lat_e7"].is_not_null())
        .then(pl.lit(USUAL))
        .otherwise(pl.lit(NEAREST[hub]))
    )
    return lanes.with_columns(
        *(
            pl.coalesce(own[name], named[name], usual[name], near[name]).alias(column)
            for name, column in zip(FACTS, columns, strict=True)
        ),
        taken.alias(f"_{end}_hub_code"),
    )


def _named(lanes: pl.DataFrame, end: str, hub: str) -> pl.DataFrame:
    """Give code, country and position of an end that is such a hub itself, else null."""
    itself = (pl.col(f"_{end}_own_kind") == hub).fill_null(value=False)
    columns = (f"_{end}_own", f"_{end}_country", f"{end}_lat_e7", f"{end}_lon_e7")
    return lanes.select(
        pl.when(itself).then(column).alias(name)
        for name, column in zip(FACTS, columns, strict=True)
    )


def _adequate(lanes: pl.DataFrame, end: str, hub: str) -> pl.DataFrame:
    """Give code, country and position of the nearest adequate hub of one end."""
    from tanlu.terms.place import great_circle_m, nearest

    here = lanes.select(lat_e7=f"{end}_lat_e7", lon_e7=f"{end}_lon_e7")
    abroad = lanes["_origin_country"] != lanes["_destination_country"]
    usual = _usual(lanes[f"_{end}_country"], hub)
    sides = here.rename({"lat_e7": "_lat", "lon_e7": "_lon"}).hstack(usual)
    apart = great_circle_m(*map(pl.col, ("_lat", "_lon", "lat_e7", "lon_e7")))
    choices = []
    if hub == "airport":
        choices.append(sides.select(*FACTS, taken=(apart <= SIDE_M) & abroad))
    if hub in GATEWAY:
        reach = pl.when(abroad | (hub == "port")).then(FAR_M).otherwise(NEAR_M)
        own = pl.col("country") == lanes[f"_{end}_country"]
        busy = nearest(here, hub, size=BUSY)
        choices.append(busy.select(*_facts(), taken=own & (pl.col("distance_m") <= reach)))
    served = nearest(here, hub, size=SERVED if hub in GATEWAY else None)
    choices.append(served.select(*_facts(), taken=pl.lit(value=True)))
    return pl.DataFrame(
        {
            name: pl.select(
                pl.coalesce(pl.when(each["taken"]).then(each[name]) for each in choices)
            ).to_series()
            for name in FACTS
        }
    )


def _facts() -> list[pl.Expr]:
    return [pl.col(name).cast(pl.Int64) if name.endswith("_e7") else pl.col(name) for name in FACTS]


def _usual(lands: pl.Series, hub: str) -> pl.DataFrame:
    """Give code, country and position of the usual hub of each country, else null."""
    from tanlu.terms.place import countries, locate

    shape = {"code": pl.String, "country": pl.String, "lat_e7": pl.Int64, "lon_e7": pl.Int64}
    if hub not in GATEWAY or lands.null_count() == lands.len():
        return pl.DataFrame({name: [None] * lands.len() for name in shape}, schema=shape)
    named = countries().select(land="code", code=GATEWAY[hub])
    asked = lands.alias("land").to_frame().join(named, on="land", how="left", maintain_order="left")
    codes = asked["code"].drop_nulls().unique().sort()
    told = locate(codes, kinds=[hub]).select("country", pl.col("lat_e7", "lon_e7").cast(pl.Int64))
    places = codes.to_frame().hstack(told)
    return asked.join(places, on="code", how="left", maintain_order="left").select(list(shape))
