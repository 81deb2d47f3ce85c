"""Rows in columns: times at GMT+8, missing values as no rows, decimals as they are meant."""

from __future__ import annotations

import datetime as dt
import math
from zlib import crc32

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols.columns import Rows, gather, instants, local, scaled, unpack

BEIJING = dt.timezone(dt.timedelta(hours=8))


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31, 23, 59, 59)))
def test_local_times_and_instants_are_each_others_way_back(moment):
    moment = moment.replace(microsecond=0, tzinfo=BEIJING)
    us = int(moment.timestamp()) * 1_000_000
    parts = local(us)
    assert parts == (
        moment.year - 2000, moment.month, moment.day, moment.hour, moment.minute, moment.second,
    )  # fmt: skip
    at, fits = instants(np.array([parts]).T)
    assert (at[0], fits[0]) == (us, True)


@given(st.tuples(*[st.integers(0, 120)] * 6))
def test_a_time_is_one_when_the_calendar_has_it(parts):
    year, month, day, hour, minute, second = parts
    try:
        dt.datetime(2000 + year, month, day, hour, minute, second)
        there = year <= 99
    except ValueError:
        there = False
    assert instants(np.array([parts]).T)[1][0] == there


def test_a_year_that_has_no_two_digits_is_refused():
    with pytest.raises(TanluError) as told:
        local(-1)
    assert told.value.code == "TL391"


def test_decimals_come_out_as_they_are_written():
    assert scaled(7138, 0.1) == 713.8
    assert scaled(10022, 0.1, -1000.0) == 2.2
    assert scaled(5, 100.0, 3.0) == 503.0


def test_a_missing_value_is_no_row_and_no_zero():
    rows = Rows()
    rows.put("a", [0, 1, 2], [1.0, math.nan, 0.0])
    rows.put("b", [1], [math.nan])
    tables = rows.tables(["x", "y", "z"], [10, 20, 30], [0, 0, 8], [b"", b"", b"a"])
    assert list(tables) == ["a"]
    assert tables["a"].select("device", "at", "value", "quality").rows() == [
        ("x", 10, 1.0, 0), ("z", 30, 0.0, 8),
    ]  # fmt: skip


def test_positions_have_all_their_columns_and_nulls_where_nothing_was_told():
    rows = Rows()
    rows.put_fixes([1], {"lat_e7": [5], "lon_e7": [6], "satellites": [math.nan]})
    table = rows.tables(["x", "y"], [10, 20], [0, 0], [b"", b"a"])["position"]
    assert table.row(0, named=True) == {
        "device": "y", "at": 20, "quality": 0, "lat_e7": 5, "lon_e7": 6, "altitude_m": None,
        "speed_mm_s": None, "heading_cdeg": None, "satellites": None, "source": "gnss",
        "stream": "position", "mark": crc32(b"a"),
    }  # fmt: skip
    assert table.schema["satellites"] == pl.Int64


@given(st.lists(st.binary(min_size=4, max_size=9), min_size=1))
def test_numbers_of_many_frames_are_those_of_each(frames):
    data, starts, sizes = unpack(frames)
    assert sizes.tolist() == [len(frame) for frame in frames]
    assert gather(data, starts + 1, 3).tolist() == [
        int.from_bytes(frame[1:4], "big") for frame in frames
    ]
