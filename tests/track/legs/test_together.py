"""Devices side by side, a minute at a time."""

import polars as pl
import pytest

from tanlu.track.legs.together import sampled, states
from tests.track.legs.made import HOUR, MINUTE, START, cast, leg

A, B, D = (52.0, 13.0), (52.0, 14.0), (53.0, 14.0)
END = START + 4 * HOUR


def turns(*parts, low=START, high=END) -> list[tuple[int, bool]]:
    rows = pl.concat([fixes for _, fixes in parts])
    pairs = pl.DataFrame({"device": ["a"], "other": ["b"], "low": [low], "high": [high]})
    return states(pairs, sampled(rows.lazy(), ["a", "b"])).select("at", "near").rows()


def test_who_goes_the_same_way_is_together_whatever_the_sampling():
    fine, coarse = (leg(n, 1, "truck", (A, B), (START, END), fixes=k)
                    for n, k in (("a", 480), ("b", 61)))  # fmt: skip

    assert [near for _, near in turns(fine, coarse)] == [True]


def test_who_goes_elsewhere_parts_where_he_does():
    half = START + 2 * HOUR
    one = leg("a", 1, "truck", (A, B), (START, END), fixes=480)
    middle = (52.0, 13.5)
    same = leg("b", 1, "truck", (A, middle), (START, half), fixes=240)
    away = leg("b", 2, "truck", (middle, D), (half, END), fixes=240)

    (_, first), (at, second) = turns(one, same, away)

    assert (first, second) == (True, False)
    assert half - MINUTE < at < half + 10 * MINUTE


def test_single_jumps_part_nobody():
    one, other = (leg(name, 1, "truck", (A, B), (START, END), fixes=480) for name in "ab")
    jumped = other[1].with_columns(
        lat_e7=pl.when(pl.int_range(pl.len()) % 40 == 0).then(pl.col("lat_e7") + 5_000_000)
        .otherwise("lat_e7")
    )  # fmt: skip

    assert [near for _, near in turns(one, (other[0], jumped))] == [True]


def test_where_no_places_tell_nothing_is_said():
    one = leg("a", 1, "truck", (A, B), (START, START + HOUR))
    other = leg("b", 1, "truck", (A, B), (END - HOUR, END))

    assert turns(one, other) == []


@pytest.mark.parametrize("lon", [179.9, -179.9])
def test_the_date_line_parts_nobody(lon):
    one, other = (leg(name, 1, "sea", ((10.0, lon), (10.0, lon)), (START, END)) for name in "ab")
    turned = other[1].with_columns(
        lon_e7=pl.when(pl.col("lon_e7") > 0).then(pl.col("lon_e7") - 3_600_000_000)
        .otherwise(pl.col("lon_e7") + 3_600_000_000)
    )  # fmt: skip

    assert [near for _, near in turns(one, (other[0], turned))] == [True]


def test_the_first_place_of_each_minute_is_taken_and_null_island_is_none():
    rows = cast("position", [
        {"device": "a", "seq": k, "at": START + k * 20_000_000, "lat_e7": 0 if k == 3 else 10**8,
         "lon_e7": 0 if k == 3 else 10**8, "source": "cell" if k > 3 else "gnss"}
        for k in range(7)
    ])  # fmt: skip

    found = sampled(rows.lazy(), ["a"])

    begun = START // MINUTE
    assert (found["at"] // MINUTE).to_list() == list(range(begun, begun + found.height))
    assert found["lat"].to_list() == [10.0] * found.height
    assert found["sigma"].to_list() == [1_000.0 if cell else 10.0 for cell in found["cell"]]
    assert sampled(None, ["a"]).height == sampled(rows.lazy(), []).height == 0
