"""Where devices were, and what lies within reach."""

import polars as pl

from tanlu.track.legs.way.places import gcd, there_at, within
from tests.track.legs.made import metres


def test_the_nearest_of_the_same_country_within_reach_is_given():
    here = pl.DataFrame(
        {"country": ["DE", "DE", "FR"], "lat_e7": [0, 5 * 10**6, 0], "lon_e7": [0] * 3}
    )
    there = pl.DataFrame(
        {"country": ["DE", "DE"], "lat_e7": [100_000, 300_000], "lon_e7": [0, 0], "gauge": [1, 2]}
    )

    assert within(here, there, "gauge", 5_000).to_list() == [1, None, None]


def test_the_great_circle_is_that_of_the_haversine():
    row = pl.DataFrame(
        {
            "origin_lat_e7": [520_000_000], "origin_lon_e7": [130_000_000],
            "destination_lat_e7": [481_000_000], "destination_lon_e7": [115_000_000],
        }
    )  # fmt: skip

    assert row.select(gcd()).item() == round(metres((52.0, 13.0), (48.1, 11.5)))


def test_a_device_was_where_its_nearest_fix_is():
    fixes = pl.DataFrame(
        {"device": ["a", "a", "b"], "at": [0, 100, 0], "lat_e7": [1, 2, 3], "lon_e7": [4, 5, 6]}
    )
    asked = pl.DataFrame({"device": ["b", "a", "a"], "at": [500, 49, 51]})

    assert there_at(asked, fixes).rows() == [(3, 6), (1, 4), (2, 5)]
