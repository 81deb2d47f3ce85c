"""Where the two ends of an order lie: position, country, and how well they are known."""

from __future__ import annotations

import polars as pl

__all__ = ["ENDS", "located", "lost"]

ENDS = ("origin", "destination")
REGIONS = ("region", "subdivision", "province")
# what three letters mean first: freight by air writes airports
FIRST = {"transport.air": ("airport", "country", "region", "city", "port", "rail", "icd", "point")}
ELSEWHERE_M = 300_000
FACTS = ("kind", "code", "country", "lat_e7", "lon_e7", "near")
# a name that says that it is one; a town that is known by its port only is no port
CALLED = r"(?i)\b(air)?port\b|港|机场"
SHAPE = {name: pl.Int64 if name.endswith("_e7") else pl.String for name in FACTS}


def located(orders: pl.DataFrame, mode: str) -> pl.DataFrame:
    """Give the orders with what is known of both ends; each distinct name is asked once.

    Returns
    -------
    DataFrame
        Beside the columns of the orders, for each end: ``{end}_lat_e7``, ``{end}_lon_e7`` where
        they were not told, ``_{end}_country``, ``_{end}_near`` (what an unknown name may mean),
        ``_{end}_vague`` (only a country or region is known), ``_{end}_land``, the country if no
        more than that is known, and ``_{end}_own``, the code of an airport or port that was named
        itself, with ``_{end}_own_kind``. A country lies at its usual airport.
    """
    told = _told(orders, mode)
    for end in ENDS:
        orders = _end(orders, end, told)
    return orders


def _told(orders: pl.DataFrame, mode: str) -> pl.DataFrame:
    """Give ``_name`` and the facts of each distinct name."""
    from tanlu.terms.place import locate

    names = pl.concat([orders[end] for end in ENDS]).drop_nulls().unique().sort()
    found = locate(names, kinds=FIRST.get(mode))
    have = set(found.columns)
    facts = found.select(
        (pl.col(name) if name in have else pl.lit(None)).cast(kind).alias(name)
        for name, kind in SHAPE.items()
    )
    return _at_gateways(pl.DataFrame({"_name": names}).hstack(facts))


def _at_gateways(told: pl.DataFrame) -> pl.DataFrame:
    """Put a country at its usual airport, where most freight goes, rather than its capital."""
    from tanlu.terms.place import countries, locate

    lands = told.filter(pl.col("kind") == "country")
    if not lands.height:
        return told
    doors = countries().filter(pl.col("code").is_in(lands["code"].implode())).drop_nulls("airport")
    there = locate(doors["airport"], kinds=["airport"]).select(
        door_lat=pl.col("lat_e7").cast(pl.Int64), door_lon=pl.col("lon_e7").cast(pl.Int64)
    )
    placed = doors.select(pl.col("code"), kind=pl.lit("country")).hstack(there)
    return told.join(placed, on=["code", "kind"], how="left", maintain_order="left").with_columns(
        lat_e7=pl.coalesce("door_lat", "lat_e7"), lon_e7=pl.coalesce("door_lon", "lon_e7")
    )


def _end(orders: pl.DataFrame, end: str, told: pl.DataFrame) -> pl.DataFrame:
    lat, lon = f"{end}_lat_e7", f"{end}_lon_e7"
    named = told.select(
        "_name", _kind="kind", _code="code", _land_of="country", _lat="lat_e7", _lon="lon_e7",
        _near="near",
    )  # fmt: skip
    told_there = pl.col(lat).is_not_null() & pl.col(lon).is_not_null()
    orders = orders.with_columns(_unsaid=~told_there)
    unsaid = pl.col("_unsaid")
    joined = orders.join(
        named, left_on=end, right_on="_name", how="left", maintain_order="left"
    ).with_columns(
        (unsaid & (pl.col("_kind") == "country")).alias("_whole"),
        (unsaid & pl.col("_kind").is_in(["country", *REGIONS])).alias("_wide"),
        pl.when(unsaid).then("_lat").otherwise(lat).alias(lat),
        pl.when(unsaid).then("_lon").otherwise(lon).alias(lon),
    )
    country = _country(joined, lat, lon)
    bare = pl.col(end).str.replace_all(r"[\s-]", "").str.to_uppercase() == pl.col("_code")
    called = pl.col(end).str.contains(CALLED)
    itself = unsaid & pl.col("_kind").is_in(["airport", "port"]) & (bare | called)
    return joined.with_columns(
        country.alias(f"_{end}_country"),
        pl.col("_wide").fill_null(value=False).alias(f"_{end}_vague"),
        pl.when("_whole").then("_code").alias(f"_{end}_land"),
        pl.when(itself).then("_code").alias(f"_{end}_own"),
        pl.when(itself).then("_kind").alias(f"_{end}_own_kind"),
        pl.col("_near").alias(f"_{end}_near"),
    ).drop("_kind", "_code", "_land_of", "_lat", "_lon", "_near", "_whole", "_wide", "_unsaid")


def _country(orders: pl.DataFrame, lat: str, lon: str) -> pl.Series:
    """Give the country of the name; of a bare position that of the nearest airport.

    A name that lies elsewhere than the position that was told is the name of something else.
    """
    from tanlu.terms.place import great_circle_m, nearest

    apart = great_circle_m(*map(pl.col, (lat, lon, "_lat", "_lon"))) > ELSEWHERE_M
    other = (apart & (pl.col("_kind") != "country")).fill_null(value=False)
    country = orders.select(pl.when(~other).then("_land_of")).to_series()
    bare = country.is_null() & orders[lat].is_not_null()
    if not bare.any():
        return country
    here = orders.select(
        lat_e7=pl.when(bare).then(lat), lon_e7=pl.when(bare).then(lon)
    )  # fmt: skip
    return country.fill_null(nearest(here, "airport", size=1)["country"])


def lost(orders: pl.DataFrame) -> pl.DataFrame:
    """Give the orders with an end that is nowhere; ``_value`` is its name, ``_hint`` near names."""
    open_ = [pl.col(f"{end}_lat_e7").is_null() for end in ENDS]
    values = [pl.when(where).then(pl.col(end)) for where, end in zip(open_, ENDS, strict=True)]
    hints = [
        pl.when(where).then(pl.col(f"_{end}_near")) for where, end in zip(open_, ENDS, strict=True)
    ]
    return orders.filter(pl.any_horizontal(open_)).with_columns(
        _value=pl.coalesce(values), _hint=pl.coalesce(hints)
    )
