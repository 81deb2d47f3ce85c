"""Readings become series in the order in which they were read, registers as what they rise by."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tanlu.monitor.quality import limits
from tanlu.monitor.quality.series import median5, rows
from tests.monitor.quality.made import BEGIN, HOUR, MINUTE, device, devices, known, stream, told


def one(values: list[float | None], **columns: object) -> pl.DataFrame:
    """Rows of one device."""
    readings = told({"d": lambda k: values[k]}, days=len(values) / 1440)
    of = known(readings, stream(**columns))
    return rows(readings, of, limits())


def test_a_stream_that_nobody_defined_is_a_gauge() -> None:
    readings = told({"d": lambda k: 1.0}, days=0.01)

    assert known(readings)["role"].to_list() == ["gauge"]


def test_the_newest_line_of_a_device_and_a_stream_holds() -> None:
    readings = told({"d": lambda k: 1.0}, days=0.01)
    streams = pl.concat([stream(minimum=1.0), stream(minimum=2.0, since=5)])
    of = devices(device("d", parent="a"), device("d", parent="b", since=5))

    found = known(readings, streams, of)

    assert (found["minimum"][0], found["parent"][0]) == (2.0, "b")


def test_a_register_is_seen_as_what_it_rises_by_an_hour() -> None:
    found = one([100.0, 101.0, 103.0], role="register")

    assert found["x"].to_list() == [None, 60.0, 120.0]
    assert found["d"].to_list() == [None, 1.0, 2.0]


def test_a_register_that_begins_anew_rises_over_its_end() -> None:
    found = one([998.0, 999.0, 1.0], role="register", rollover=1000.0)

    assert found["d"].to_list() == [None, 1.0, 2.0]
    assert found["anew"].to_list() == [False, False, True]


def test_a_fall_from_the_middle_is_no_rollover() -> None:
    found = one([500.0, 501.0, 1.0], role="register", rollover=1000.0)

    assert found["anew"].any() is False
    assert found["x"].to_list()[2] is None


def test_a_value_that_is_none_is_passed_over_by_the_next_change() -> None:
    found = one([1.0, None, 3.0])

    assert found["bad"].to_list() == [False, True, False]
    assert found["d"].to_list() == [None, None, 2.0]
    assert found["dt"].to_list() == [None, None, 2 * MINUTE]


def test_no_device_borrows_the_reading_of_another() -> None:
    readings = told({"a": lambda k: 1.0, "b": lambda k: 9.0}, days=0.002)
    found = rows(readings, known(readings), limits())

    assert found.filter(pl.col("seq") == 0)["prev"].to_list() == [None, None]


def test_a_clock_that_is_set_back_changes_no_order() -> None:
    readings = told({"d": float}, days=0.01).with_columns(
        at=pl.when(pl.col("seq") >= 5).then(pl.col("at") - HOUR).otherwise("at")
    )
    found = rows(readings.sort("at"), known(readings), limits())

    assert found["value"].to_list() == sorted(found["value"].to_list())
    assert found["at"].min() == BEGIN - HOUR + 5 * MINUTE


@given(some.lists(some.floats(-1e6, 1e6), min_size=5, max_size=30))
def test_the_network_gives_the_median_of_five(values: list[float]) -> None:
    frame = pl.DataFrame({"g": [0] * len(values), "x": values})
    found = frame.select(median5("x"))["x"].to_list()

    assert found[:2] == found[-2:] == [None, None]
    assert found[2:-2] == pytest.approx(
        [sorted(values[k - 2 : k + 3])[2] for k in range(2, len(values) - 2)]
    )
