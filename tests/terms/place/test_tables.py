"""The packed tables: what is in them, where it comes from, and that it is whole."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from pathlib import Path

import polars as pl
import pytest

from tanlu.terms.place import countries, crossings, grid, provinces
from tanlu.terms.place.tables import airports, cities, packed, points, regions

DATA = Path(__file__).resolve().parents[3] / "src" / "tanlu" / "terms" / "place" / "data"
TOOLS = Path(__file__).resolve().parents[3] / "tools" / "place"
LARGEST_BYTES = 3 * 1024 * 1024
FREE = {"MIT", "CC-BY-4.0", "Apache-2.0", "Unicode-3.0", "public domain"}


def sources() -> list[dict[str, str]]:
    with (DATA / "SOURCES.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_tables_together_are_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < LARGEST_BYTES


def test_every_table_names_its_sources_and_no_other_is_named() -> None:
    tables = {path.name for path in DATA.iterdir()} - {"SOURCES.csv"}

    assert {row["table"] for row in sources()} == tables


def test_every_table_is_the_one_that_the_scripts_wrote() -> None:
    written = {row["table"]: row["table_sha256"] for row in sources()}
    there = {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in written}

    assert written == there


def test_every_table_entered_by_hand_is_the_one_that_was_used() -> None:
    root = TOOLS.parents[1]
    hand = {row["file"]: row["sha256"] for row in sources() if not row["package"]}
    there = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in hand}

    assert hand == there


def test_every_source_may_be_given_away() -> None:
    licences = {row["licence"] for row in sources()}

    assert licences - FREE == {"published by UNECE for free use"}


def test_every_package_is_pinned_for_the_rebuild() -> None:
    pinned = (TOOLS / "requirements.txt").read_text(encoding="utf-8").lower()
    named = {(row["package"], row["version"]) for row in sources() if row["package"]}

    assert [each for each in named if "==".join(each) not in pinned] == []


@pytest.mark.parametrize("table", [airports, cities, points, countries, provinces])
def test_codes_are_unique_and_places_lie_on_the_earth(table: object) -> None:
    found: pl.DataFrame = table()  # type: ignore[operator]
    lat, lon = (found[name].drop_nulls() for name in ("lat_e7", "lon_e7"))

    assert found["code"].n_unique() == found.height
    assert lat.is_between(-900_000_000, 900_000_000).all()
    assert lon.is_between(-1_800_000_000, 1_800_000_000).all()


def test_every_country_has_a_name_in_both_tongues() -> None:
    found = countries()

    assert found.height == 250
    assert found.select(pl.col("name", "name_zh", "code3").null_count()).row(0) == (0, 0, 0)


def test_every_gateway_is_a_place_of_the_tables() -> None:
    air = set(countries()["airport"].drop_nulls()) - set(airports()["code"])
    sea = countries().drop_nulls("seaport").join(
        points().filter((pl.col("functions") & 1) > 0), left_on="seaport", right_on="code",
        how="anti",
    )  # fmt: skip

    assert air == set()
    assert sea["seaport"].to_list() == []


def test_every_country_with_a_million_people_has_an_airport_and_a_way_to_the_sea() -> None:
    # Palestine has neither an airport in use nor a port
    large = countries().filter(pl.col("population") > 1_000_000, pl.col("code") != "PS")
    without = large.filter(pl.any_horizontal(pl.col("airport", "seaport").is_null()))

    assert without["code"].to_list() == []


def test_there_are_thirty_four_provinces_with_a_capital_on_the_map() -> None:
    found = provinces()

    assert found.height == 34
    assert found["lat_e7"].null_count() == 0
    assert found.filter(country="CN").height == 31


@pytest.mark.parametrize(
    ("region", "of"),
    [
        ("CN-BJ", "CN-GRID-NORTH"),
        ("CN-SD", "CN-GRID-NORTH"),
        ("CN-NM", "CN-GRID-NORTH"),
        ("CN-LN", "CN-GRID-NORTHEAST"),
        ("CN-SH", "CN-GRID-EAST"),
        ("CN-JX", "CN-GRID-CENTRAL"),
        ("CN-GD", "CN-GRID-SOUTH"),
        ("CN-SC", "CN-GRID-SOUTHWEST"),
        ("CN-XZ", "CN-GRID-SOUTHWEST"),
        ("CN-XJ", "CN-GRID-NORTHWEST"),
        ("CN-GRID-EAST", "CN-GRID-EAST"),
        ("CN-GRID-MOON", None),
        ("CN-TW", None),
        ("CN", None),
        ("DE", None),
        (None, None),
    ],
)
def test_a_province_lies_in_its_grid(region: str | None, of: str | None) -> None:
    # MEE and NBS, announcement 2024 no. 12, annex: the provinces of the seven regional grids
    assert grid(region) == of


def test_the_seven_grids_hold_the_thirty_one_provinces_of_the_mainland() -> None:
    counted = provinces().drop_nulls("grid")["grid"].value_counts()

    assert dict(counted.iter_rows()) == {
        "CN-GRID-NORTH": 6, "CN-GRID-NORTHEAST": 3, "CN-GRID-EAST": 5, "CN-GRID-CENTRAL": 4,
        "CN-GRID-NORTHWEST": 5, "CN-GRID-SOUTH": 5, "CN-GRID-SOUTHWEST": 3,
    }  # fmt: skip


def test_the_ports_of_shanghai_and_yantian_stand_where_they_are() -> None:
    # UN/LOCODE gives Yantian a coordinate in Fujian; World Port Index: 22°35'N 114°16'E
    there = {row[0]: row[1:] for row in points().select("code", "lat_e7", "lon_e7").iter_rows()}

    assert abs(there["CNYTN"][0] - 225_800_000) < 5_000_000
    assert abs(there["CNYTN"][1] - 1_142_700_000) < 5_000_000
    assert abs(there["CNSHA"][0] - 314_000_000) < 5_000_000


def test_every_place_of_china_with_a_province_lies_near_a_city_of_it() -> None:
    known = set(provinces()["code"])

    assert set(points().filter(country="CN")["region"].drop_nulls()) <= known
    assert points().filter(country="CN")["region"].null_count() < 150


def test_every_airport_of_china_has_a_province() -> None:
    assert airports().filter(country="CN")["region"].null_count() == 0


def test_the_names_around_a_place_are_regions_by_code() -> None:
    assert regions()["code"].str.contains(r"^[A-Z]{2}-[A-Z]{2,3}$").all()


def test_no_name_of_the_tables_calls_hong_kong_macao_or_taiwan_a_country() -> None:
    names = countries().filter(pl.col("code").is_in(["HK", "MO", "TW"]))

    assert names["name"].str.ends_with(", China").all()
    assert names["name_zh"].str.starts_with("中国").all()


def test_a_table_is_read_once() -> None:
    assert packed("countries.csv") is packed("countries.csv")


def test_crossings_are_many_and_join_two_countries() -> None:
    table = crossings()
    known = set(countries()["code"])

    assert table.height >= 40
    assert table["code"].is_unique().all()
    assert (set(table["country_a"]) | set(table["country_b"])) - known == set()
    assert table.filter(pl.col("country_a") == pl.col("country_b")).is_empty()
    assert table.null_count().select(pl.exclude("^gauge.*$")).sum_horizontal().item() == 0


def test_crossings_of_railways_have_gauges_and_roads_have_none() -> None:
    gauge = pl.col("gauge_mm_a", "gauge_mm_b")
    rail, road = (crossings().filter(mode=mode).select(gauge) for mode in ("rail", "road"))

    assert set(rail.unpivot()["value"]) <= {1000, 1067, 1435, 1520, 1524, 1668, 1676}
    assert road.null_count().row(0) == (road.height, road.height)
    assert {row for row in rail.iter_rows() if row[0] != row[1]} >= {(1435, 1520), (1520, 1435)}


def test_a_crossing_lies_where_its_source_says() -> None:
    there = {
        row["code"]: row
        for table in (points(), cities())
        for row in table.drop_nulls("lat_e7").iter_rows(named=True)
    }
    wrong, assumed = [], 0
    for row in crossings().iter_rows(named=True):
        found = re.search(r"(?:UN/LOCODE|GeoNames) (\w+) .*, (\d+) km off$", row["source"])
        if found is None:
            assumed += 1
            wrong += [] if row["source"].startswith("assumption") else [row["code"]]
            continue
        here = there[found[1]]
        north = (here["lat_e7"] - row["lat_e7"]) / 1e7 * 111.2
        east = (here["lon_e7"] - row["lon_e7"]) / 1e7 * 111.2
        far = math.hypot(north, east * math.cos(math.radians(row["lat_e7"] / 1e7)))
        beside = here["country"] in (row["country_a"], row["country_b"])
        wrong += [] if abs(far - int(found[2])) < 1 and far < 20 and beside else [row["code"]]

    assert (wrong, assumed < 25) == ([], True)
