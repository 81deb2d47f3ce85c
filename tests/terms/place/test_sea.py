"""Sea routes against published distances, and their laws."""

from __future__ import annotations

import random

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.terms.place import great_circle_m, locate, sea_path, sea_route
from tanlu.terms.place.sea import PAIR
from tanlu.terms.place.tables import packed, points

MILE_M = 1852

# Suez Canal Authority, saving in distance (Suez Canal and Cape) [nautical miles], as reprinted by
# Rafimar Shipping; Ras Tanura, Jeddah, Bombay and Shanghai to the west.
AUTHORITY = [
    ("SARTA", "ROCND", 4_144, 12_094),
    ("SARTA", "FRMRS", 4_684, 10_783),
    ("SARTA", "NLRTM", 6_436, 11_169),
    ("SARTA", "USNYC", 8_281, 11_794),
    ("SAJED", "GRPIR", 1_320, 11_207),
    ("SAJED", "GBLIV", 3_902, 10_702),
    ("INBOM", "NLRTM", 6_337, 10_743),
    ("INBOM", "FRMRS", 4_558, 10_362),
    ("CNSHA", "ITGOA", 8_670, 13_619),
]
# Drewry in Oil & Gas Journal of 28 December 1992, half of the round trips [nautical miles]
DREWRY = [("JPYOK", "GBLON", 11_021, 14_427), ("AUSYD", "NLRTM", 11_483, 12_707)]


def pair(origin: str, destination: str) -> pl.DataFrame:
    found = locate(pl.Series([origin, destination]))
    (lat1, lon1), (lat2, lon2) = found.select("lat_e7", "lon_e7").rows()
    return pl.DataFrame(
        [(lat1, lon1, lat2, lon2)], schema=dict.fromkeys(PAIR, pl.Int64), orient="row"
    )


def miles(origin: str, destination: str, **options: object) -> float:
    return sea_route(pair(origin, destination), **options)["distance_m"][0] / MILE_M  # type: ignore[arg-type]


def random_pairs(count: int, seed: int) -> pl.DataFrame:
    ports = points().filter(pl.col("size") == 3).select("lat_e7", "lon_e7").rows()
    chance = random.Random(seed)
    rows = [(*chance.choice(ports), *chance.choice(ports)) for _ in range(count)]
    return pl.DataFrame(rows, schema=dict.fromkeys(PAIR, pl.Int64), orient="row")


def back(pairs: pl.DataFrame) -> pl.DataFrame:
    lat1, lon1, lat2, lon2 = PAIR
    return pairs.select(**{lat1: lat2, lon1: lon2, lat2: lat1, lon2: lon1})


@pytest.mark.parametrize(("origin", "destination", "suez", "cape"), AUTHORITY + DREWRY)
def test_both_ways_to_the_west_are_as_long_as_published(
    origin: str, destination: str, suez: int, cape: int
) -> None:
    by_suez = miles(origin, destination, through=["suez"])
    by_cape = miles(origin, destination, through=["south_africa"], avoid=["suez", "panama"])

    assert abs(by_suez / suez - 1) < 0.03
    assert abs(by_cape / cape - 1) < 0.03


def test_shanghai_to_rotterdam_is_nearly_twenty_thousand_kilometres_by_suez() -> None:
    found = sea_route(pair("CNSHA", "NLRTM"))

    assert 19_500_000 < found["distance_m"][0] < 20_000_000
    assert found["via"][0] == "malacca,babalmandab,suez,gibraltar"


def test_the_way_back_passes_the_same_in_the_other_order() -> None:
    assert sea_route(pair("NLRTM", "CNSHA"))["via"][0] == "gibraltar,suez,babalmandab,malacca"


def test_without_the_canals_it_goes_round_the_cape() -> None:
    found = sea_route(pair("CNSHA", "NLRTM"), avoid=["suez", "panama"])

    assert "south_africa" in found["via"][0]
    assert 25_000_000 < found["distance_m"][0] < 26_500_000


def test_no_ship_takes_the_arctic_unless_told() -> None:
    closed = sea_route(pair("CNSHA", "NLRTM"), avoid=["suez"])
    told = sea_route(pair("CNSHA", "NLRTM"), avoid=["suez"], arctic=True)
    asked = sea_route(pair("CNSHA", "NLRTM"), through=["northwest"])

    assert "northwest" not in closed["via"][0]
    assert "northwest" in told["via"][0]
    assert asked["distance_m"].to_list() == told["distance_m"].to_list()


def test_two_canals_may_be_asked_for() -> None:
    found = sea_route(pair("CNSHA", "USNYC"), through=["suez", "gibraltar"])

    assert found["via"][0] == "malacca,babalmandab,suez,gibraltar"


def test_the_pacific_is_crossed_over_the_date_line() -> None:
    # NGA Pub. 151, Distances Between Ports: Yokohama to Los Angeles about 4,839 nautical miles
    assert abs(miles("JPYOK", "USLAX") / 4_839 - 1) < 0.03


def test_routes_are_as_long_back_and_never_shorter_than_the_great_circle() -> None:
    pairs = random_pairs(60, seed=7)
    there, home = sea_route(pairs), sea_route(back(pairs))
    straight = pairs.select(great_circle_m(*map(pl.col, PAIR))).to_series()

    assert there["distance_m"].to_list() == home["distance_m"].to_list()
    assert (
        there["distance_m"].drop_nulls() >= straight.filter(there["distance_m"].is_not_null())
    ).all()


def test_a_route_does_not_depend_on_what_is_asked_with_it() -> None:
    pairs = random_pairs(12, seed=8)
    alone = pl.concat([sea_route(pairs.slice(at, 1)) for at in range(12)])

    assert sea_route(pairs).equals(alone)


def test_places_of_one_node_go_straight_and_a_place_to_itself_is_nothing() -> None:
    lat, lon = packed("sea_nodes.parquet").row(5_000)
    near = pl.DataFrame([(lat, lon, lat + 1_000, lon)], PAIR, orient="row")
    metres = near.select(great_circle_m(*map(pl.col, PAIR))).item()

    assert sea_route(near)["distance_m"].to_list() == [metres]
    assert sea_route(pair("CNSHA", "CNSHA"))["distance_m"].to_list() == [0]


def test_far_from_the_sea_there_is_no_route() -> None:
    found = sea_route(pair("CNCKG", "NLRTM"))

    assert found["distance_m"].to_list() == [None]
    assert found["via"].to_list() == [None]
    assert found["snap_m"][0] > 250_000


def test_an_unknown_end_stays_null() -> None:
    unknown = pair("CNSHA", "NLRTM").with_columns(origin_lat_e7=pl.lit(None, pl.Int64))

    assert sea_route(unknown)["distance_m"].to_list() == [None]
    assert sea_route(unknown.clear()).height == 0


@pytest.mark.parametrize(
    "options",
    [
        {"avoid": ["sues"]},
        {"through": ["sues"]},
        {"avoid": ["suez"], "through": ["suez"]},
        {"through": ["suez", "panama", "malacca", "gibraltar"]},
    ],
)
def test_a_passage_that_cannot_be_is_refused(options: dict[str, list[str]]) -> None:
    with pytest.raises(TanluError, match="TL117"):
        sea_route(pair("CNSHA", "NLRTM"), **options)  # type: ignore[arg-type]


def test_the_places_of_a_way_are_as_far_apart_as_the_way_is_long() -> None:
    # Shanghai and Rotterdam
    ends = (312_000_000, 1_215_000_000), (519_500_000, 41_400_000)
    pairs = pl.DataFrame([[*ends[0], *ends[1]]], schema=dict.fromkeys(PAIR, pl.Int64), orient="row")
    path = sea_path(*ends)
    steps = path.with_columns(pl.all().shift(-1).name.suffix("_next")).drop_nulls()
    far = steps.select(
        great_circle_m(*map(pl.col, ("lat_e7", "lon_e7", "lat_e7_next", "lon_e7_next"))).sum()
    ).item()

    assert path.row(0) == ends[0]
    assert path.row(-1) == ends[1]
    assert far == pytest.approx(sea_route(pairs)["distance_m"].item(), abs=path.height)


def test_a_way_round_a_closed_passage_is_longer() -> None:
    ends = (312_000_000, 1_215_000_000), (519_500_000, 41_400_000)

    assert sea_path(*ends, avoid=["suez", "panama"])["lat_e7"].min() < -300_000_000
    assert sea_path(*ends)["lat_e7"].min() > -100_000_000
