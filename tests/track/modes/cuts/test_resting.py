"""Stays begin and end when they do, also in an outage."""

from __future__ import annotations

import polars as pl

from tanlu.track.modes.cuts.cutting import columns, cut
from tests.track.modes.made import START, fixes


def test_an_arrival_in_an_outage_is_told_by_the_pace_before() -> None:
    # on the way at 10 m/s until 1,200 s; 2,000 m are left when the outage of 500 s begins
    moving = fixes((600, 0, 5), (600, 10, 5), (200, 10, 200), (300, 0, 300), (900, 0, 5))
    there = moving.filter(pl.col("at") >= START + 1_700_000_000)
    way = pl.when(pl.col("at") == there["at"][0]).then(2_000_000).otherwise("way_mm")
    lost = pl.when(pl.col("at") == there["at"][0]).then(1).otherwise("bridged")
    seen = pl.concat([moving.filter(pl.col("at") < START + 1_200_000_000), there])
    k = cut(columns(seen.with_columns(way_mm=way, bridged=lost)))
    arrival, sigma = (k.span[1, 0] - START) / 1e6, k.span[1, 2] / 1e6

    assert abs(arrival - 1_400) < 100
    assert 20 < sigma < 150


def test_a_shift_over_a_yard_is_part_of_the_stay() -> None:
    yard = fixes((900, 0, 5), (90, 4, 5), (900, 0, 5))

    assert cut(columns(yard)).first.size == 1


def test_a_light_is_no_stay() -> None:
    street = fixes((600, 0, 5), (300, 10, 5), (20, 0, 5), (300, 10, 5), (600, 0, 5))

    assert cut(columns(street)).first.size == 2
