"""The hub of each end: what the workspace chose, the usual one of a country, or the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tanlu.account.chains.overrides import Overrides

__all__ = ["with_hub"]

# a hub counts from this size on: airports with scheduled service of note, ports where lines call
SIZES = {"airport": 2, "port": 2, "rail": None}
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
    if not hub:
        return lanes.with_columns(
            pl.lit(None, pl.String).alias(f"_{end}_hub"),
            pl.col(f"{end}_lat_e7").alias(f"_{end}_hub_lat"),
            pl.col(f"{end}_lon_e7").alias(f"_{end}_hub_lon"),
            pl.col(f"_{end}_country").alias(f"_{end}_hub_country"),
            pl.lit(None, pl.String).alias(f"_{end}_hub_code"),
        )
    from tanlu.terms.place import nearest

    here = lanes.select(lat_e7=f"{end}_lat_e7", lon_e7=f"{end}_lon_e7")
    own = overrides.hubs(hub, lanes[f"_{end}_country"])
    usual = _usual(lanes[f"_{end}_land"], hub)
    near = nearest(here, hub, size=SIZES[hub])
    taken = (
        pl.when(own["lat_e7"].is_not_null())
        .then(pl.lit(CHOSEN))
        .when(usual["lat_e7"].is_not_null())
        .then(pl.lit(USUAL))
        .otherwise(pl.lit(NEAREST[hub]))
    )
    return lanes.with_columns(
        *(
            pl.coalesce(own[name], usual[name], near[name].cast(own[name].dtype)).alias(column)
            for name, column in zip(
                FACTS,
                (f"_{end}_hub", f"_{end}_hub_country", f"_{end}_hub_lat", f"_{end}_hub_lon"),
                strict=True,
            )
        ),
        taken.alias(f"_{end}_hub_code"),
    )


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
