"""Stays begin and end when they do, also in an outage."""

from __future__ import annotations

import polars as pl

from tanlu.track.modes.cuts.cutting import columns, cut
from tests.track.modes.made import METRE_E7, START, fixes


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


def jumped(rows: pl.DataFrame, at_s: float, metres: float) -> pl.DataFrame:
    """Give fixes of which one lies that far north, as one that no filter knew for a jump."""
    there, after = START + int(at_s * 1e6), START + int(at_s * 1e6) + 5_000_000
    odd = pl.col("at") == there
    return rows.with_columns(
        lat_e7=pl.when(odd).then(pl.col("lat_e7") + int(metres * METRE_E7)).otherwise("lat_e7"),
        way_mm=pl.when(odd | (pl.col("at") == after)).then(int(metres * 1e3)).otherwise("way_mm"),
        still_ppm=pl.when(odd).then(0).otherwise("still_ppm"),
    )


def test_a_jump_while_it_stands_parts_no_stay() -> None:
    stands = fixes((3_600, 0, 5))

    assert cut(columns(jumped(stands, 1_800, 450))).first.size == 1
    # nor one of the first fix or the last
    assert cut(columns(jumped(stands, 0, 450))).first.size == 1
    assert cut(columns(jumped(stands, 3_595, 450))).first.size == 1


def test_a_brief_halt_within_a_shift_over_a_yard_does_not_part_the_stay() -> None:
    yard = fixes((3_600, 0, 5), (40, 4, 5), (70, 0, 5), (40, 4, 5), (3_600, 0, 5))

    assert cut(columns(yard)).first.size == 1


def test_a_slow_shift_over_a_yard_is_part_of_a_long_stay_only() -> None:
    def yard(stands: int) -> pl.DataFrame:
        return fixes((stands, 0, 60), (600, 0.5, 60), (stands, 0, 60))

    assert cut(columns(yard(3_600))).first.size == 1
    assert cut(columns(yard(600))).first.size == 2


def test_an_outage_is_less_sure_of_the_pace_the_longer_its_way() -> None:
    k = cut(columns(pl.concat([fixes((600, 0, 5), (600, 10, 5)), _late()])))

    assert k.span[1, 2] / 1e6 > 60


def _late() -> pl.DataFrame:
    rows = fixes((1_700, 0, 5), (900, 0, 5), lat=31.0 + 9_000 * METRE_E7 / 1e7)
    rows = rows.filter(pl.col("at") >= START + 1_700_000_000)
    first = pl.col("at") == rows["at"][0]
    return rows.with_columns(
        way_mm=pl.when(first).then(3_000_000).otherwise("way_mm"),
        bridged=pl.when(first).then(1).otherwise("bridged"),
    )


def test_a_time_in_an_outage_of_ten_minutes_is_never_five_minutes_off() -> None:
    fast = pl.concat([fixes((600, 0, 5), (600, 10, 5)), _late()])
    k = cut(columns(fast.filter(pl.col("at") != fast["at"].max())))
    arrival, lasts = (k.span[1, 0] - START) / 1e6 - 1_195, 505.0

    # 3,000 m at 10 m/s and more than that to slow down; it may have stood ever since or just come
    assert lasts - 290 <= arrival <= 290
