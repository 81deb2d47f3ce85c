"""Couriers of known truth are told rightly at any rate, in any order, in any coordinates."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.track.courier import classify
from tests.track.courier.couriers import courier, couriers


def _right(found: pl.DataFrame) -> float:
    return (found["mode"] == found["truth"]).mean()


@pytest.mark.parametrize(("every_s", "least"), [(1, 0.88), (3, 0.88), (5, 0.9), (10, 0.85), (15, 0.8)])
def test_the_mode_is_found_at_any_rate(every_s, least):
    assert _right(classify(couriers(12, every_s=every_s))) > least


def test_the_rows_come_back_in_their_order():
    made = couriers(3)
    shuffled = made.sample(fraction=1.0, shuffle=True, seed=5)

    found = classify(shuffled)

    assert found.drop("mode", "probability_ppm").equals(shuffled)
    assert found.sort("trace", "at").equals(classify(made).sort("trace", "at"))


def test_a_trace_alone_is_told_as_among_others():
    made = couriers(4)
    lone = made.filter(pl.col("trace") == "courier 2")

    assert classify(made).filter(pl.col("trace") == "courier 2").equals(classify(lone))


def test_neither_place_nor_direction_of_the_plane_matters():
    made = couriers(3)
    turned = made.with_columns(x_m=9e4 - pl.col("y_m"), y_m=pl.col("x_m") - 7e4)

    assert classify(turned)["mode"].equals(classify(made)["mode"])


def test_fixes_of_a_device_are_taken_in_degrees():
    made = couriers(3)
    fixes = made.select(
        pl.col("trace").alias("device"), "at", "truth",
        lat_e7=(31.0 + pl.col("y_m") / 111_195.08).mul(1e7).round().cast(pl.Int64),
        lon_e7=(179.9999 + pl.col("x_m") / 111_195.08 / np.cos(np.radians(31.0)))
        .add(180).mod(360).sub(180).mul(1e7).round().cast(pl.Int64),
    )  # fmt: skip

    same = classify(fixes)["mode"] == classify(made)["mode"]

    assert same.mean() > 0.995


def test_a_row_without_a_place_says_nothing():
    made = courier(1)
    holes = made.with_columns(
        x_m=pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise("x_m"),
        y_m=pl.when(pl.int_range(pl.len()) == 9).then(float("nan")).otherwise("y_m"),
    )

    found = classify(holes)

    assert found["mode"].null_count() == 2
    assert found["probability_ppm"].null_count() == 2
    assert found.height == made.height


def test_a_long_silence_begins_a_new_trace():
    made, hour = courier(1), 3_600_000_000
    later = courier(2, name="courier 1").with_columns(pl.col("at") + 2 * hour)

    found = classify(pl.concat([made, later]))

    assert found["mode"].to_list() == [*classify(made)["mode"], *classify(later)["mode"]]


def test_no_rows_give_no_rows():
    found = classify(courier(1).clear())

    assert found.height == 0
    assert found.columns[-2:] == ["mode", "probability_ppm"]


def test_times_may_be_timestamps():
    made = courier(1)
    stamped = made.with_columns(pl.from_epoch("at", "us").dt.cast_time_unit("ns"))

    assert classify(stamped)["probability_ppm"].equals(classify(made)["probability_ppm"])


@pytest.mark.parametrize("column", ["trace", "at", "x_m"])
def test_a_missing_column_is_named(column):
    with pytest.raises(TanluError, match="TL411"):
        classify(courier(1).drop(column))


def test_a_time_that_is_none_is_refused():
    with pytest.raises(TanluError, match="TL411"):
        classify(courier(1).with_columns(at=pl.lit("today")))


def test_a_probability_is_of_the_mode_that_is_told():
    found = classify(couriers(5))["probability_ppm"]

    assert found.min() >= 500_000
    assert found.max() <= 1_000_000
