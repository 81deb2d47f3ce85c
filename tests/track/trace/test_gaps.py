"""Legs that do not follow one another are findings."""

from __future__ import annotations

import polars as pl
from examples.trace import order

from tanlu.track.trace.gaps import gaps


def own(*numbers: int) -> pl.DataFrame:
    rows = order.activities().filter(subject=order.ORDER)
    rows = rows.filter(pl.col("leg_no").is_in(numbers))
    return rows.with_columns(
        relation=pl.lit("self"), thing=pl.lit(order.ORDER), number=pl.col("leg_no")
    )


def codes(rows: pl.DataFrame) -> list[str]:
    return [code for each in gaps(rows) for code in each["code"]]


def test_whole_ways_have_no_gap() -> None:
    assert codes(own(1, 2, 3, 4, 5, 6)) == []


def test_a_leg_that_is_missing_is_found_by_its_places_or_its_number() -> None:
    assert codes(own(1, 2, 4, 5, 6)) == ["TL432"]
    # the hub lies at one place, so only the number tells
    assert codes(own(1, 3)) == ["TL432"]


def test_without_codes_the_coordinates_tell() -> None:
    bare = own(1, 2, 4).with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("origin", "destination")
    )
    bare = bare.with_columns(leg_no=pl.lit(None, pl.Int64))

    assert codes(bare) == ["TL432"]


def test_over_the_antimeridian_near_is_near() -> None:
    west = own(1, 2).with_columns(
        origin=pl.lit(None, pl.String), destination=pl.lit(None, pl.String),
        origin_lat_e7=0, destination_lat_e7=0,
        origin_lon_e7=pl.Series([1_700_000_000, -1_799_999_000]),
        destination_lon_e7=pl.Series([1_799_999_000, -1_700_000_000]),
    )  # fmt: skip

    assert codes(west) == []


def test_legs_at_one_time_overlap() -> None:
    late = own(1, 2, 3).with_columns(end=pl.col("end") + order.DAY // 2)

    assert codes(late) == ["TL433", "TL433"]


def test_chains_are_held_apart() -> None:
    rows = own(1, 4).with_columns(chain=pl.col("activity_id"))

    assert codes(rows) == []


def test_energy_and_packaging_go_nowhere() -> None:
    rows = own(1, 4).with_columns(kind=pl.lit("packaging.box"))

    assert codes(rows) == []
