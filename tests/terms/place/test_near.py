"""The nearest of many places."""

from __future__ import annotations

import random
import time

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.terms.place import great_circle_m, nearest
from tanlu.terms.place.near import nearest_of
from tanlu.terms.place.tables import airports

SHANGHAI = (312_304_000, 1_214_737_000)
HERE = ["lat_e7", "lon_e7"]


def at(*places: tuple[int | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame(places, schema=dict.fromkeys(HERE, pl.Int64), orient="row")


def scattered(count: int, seed: int) -> pl.DataFrame:
    chance = random.Random(seed)
    return at(
        *(
            (chance.randint(-900_000_000, 900_000_000), chance.randint(-(10**9), 10**9))
            for _ in range(count)
        )
    )


def test_the_large_airport_nearest_to_shanghai_is_hongqiao() -> None:
    found = nearest(at(SHANGHAI), "airport", size=3)

    assert found["code"].to_list() == ["SHA"]
    assert 10_000 < found["distance_m"][0] < 16_000


def test_the_found_place_stands_where_it_is_and_not_where_was_asked() -> None:
    found = nearest(at(SHANGHAI), "airport", size=3)
    own = airports().filter(code="SHA").select("lat_e7", "lon_e7")

    assert found.select(HERE).rows() == own.rows()


def test_the_liner_port_nearest_to_shanghai_is_that_of_shanghai() -> None:
    assert nearest(at(SHANGHAI), "port", size=2)["code"].to_list() == ["CNSHA"]


@pytest.mark.parametrize("kind", ["airport", "port", "rail", "icd"])
def test_every_kind_has_a_nearest_in_the_order_of_the_places(kind: str) -> None:
    found = nearest(at(SHANGHAI, (None, None), SHANGHAI), kind)

    assert found["code"].is_null().to_list() == [False, True, False]
    assert found.row(0) == found.row(2)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TanluError, match="TL117"):
        nearest(at(SHANGHAI), "harbour")


def test_no_places_have_no_nearest() -> None:
    found = nearest(at(), "port")

    assert found.height == 0
    assert "distance_m" in found.columns


def test_none_is_nearer_than_the_nearest() -> None:
    places, others = scattered(40, seed=1), airports().select(HERE).cast(pl.Int64)
    found = nearest_of(places, others)
    pairs = places.join(others, how="cross", suffix="_to")
    apart = great_circle_m(*(pl.col(name) for name in (*HERE, *(f"{each}_to" for each in HERE))))
    least = pairs.group_by(HERE, maintain_order=True).agg(apart.min().alias("least"))

    assert found["distance_m"].to_list() == least["least"].to_list()


def test_the_first_of_equally_near_places_is_found() -> None:
    there = at((0, 20_000_000), (0, -20_000_000), (0, 20_000_000))

    assert nearest_of(at((0, 0)), there)["found"].to_list() == [0]
    assert nearest_of(at((0, 10_000_000)), there)["found"].to_list() == [0]


def test_the_nearest_over_the_date_line_is_near() -> None:
    found = nearest_of(at((0, 1_799_000_000)), at((0, 1_700_000_000), (0, -1_799_000_000)))

    assert found["found"].to_list() == [1]


def test_a_thousand_places_are_measured_in_a_moment() -> None:
    nearest(at(SHANGHAI), "airport")
    places = scattered(1_000, seed=2)
    start = time.process_time()
    nearest(places, "airport")

    assert time.process_time() - start < 2
