"""Tables of whatever types into those of a stream."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from tanlu.monitor.stream.bodies import ARROW, Undecodable
from tanlu.monitor.stream.decoding.conform import conform, moments


def table(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame({"device": ["a"], "seq": [1], "at": [5], "value": [1.0]} | columns)


def test_types_are_widened_and_columns_that_are_not_known_passed_over() -> None:
    told = table(
        device=pl.Series(["a"], dtype=pl.Categorical), seq=pl.Series([7], dtype=pl.UInt8),
        value=pl.Series([2], dtype=pl.Int16), colour=["red"],
    )  # fmt: skip
    made, faults = conform(told, "reading", ARROW)

    assert faults == []
    assert made.schema == {
        "device": pl.String, "seq": pl.Int64, "at": pl.Int64, "value": pl.Float64,
    }  # fmt: skip
    assert made.rows() == [("a", 7, 5, 2.0)]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (pl.Series([1.0, 1.5, 2.0**63, float("nan")]), [1, None, None, None]),
        (pl.Series([1, 2**63], dtype=pl.UInt64), [1, None]),
    ],
)
def test_a_number_that_is_not_whole_is_told(told: pl.Series, kept: list[int | None]) -> None:
    wide = table().select(pl.all().repeat_by(len(told)).explode()).with_columns(seq=told)
    made, faults = conform(wide, "reading", ARROW)

    assert made["seq"].to_list() == kept
    assert faults[0].column == "seq"
    assert faults[0].mask.to_list() == [each is None for each in kept]


@pytest.mark.parametrize("column", ["device", "at", "value"])
def test_a_body_without_a_needed_column_cannot_be_read(column: str) -> None:
    with pytest.raises(Undecodable, match=f"there is no column {column}"):
        conform(table().drop(column), "reading", ARROW)


@pytest.mark.parametrize(
    "columns", [{"device": [1]}, {"seq": ["1"]}, {"value": ["x"]}, {"at": [1.5]}]
)
def test_a_column_of_a_type_that_never_fits_cannot_be_read(columns: dict[str, Any]) -> None:
    with pytest.raises(Undecodable, match=r"column (device|seq|value|at) has no"):
        conform(table(**columns), "reading", ARROW)


def test_times_with_and_without_a_zone_are_utc() -> None:
    at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    us = int(at.timestamp()) * 1_000_000
    for told in (
        pl.Series([at]), pl.Series([at]).dt.replace_time_zone(None),
        pl.Series([at]).dt.convert_time_zone("Asia/Shanghai"),
        pl.Series([at]).dt.cast_time_unit("ms"),
    ):  # fmt: skip
        assert conform(table(at=told), "reading", ARROW)[0]["at"].to_list() == [us]


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t08:00:00.5+08:00", 500_000),
        ("1970-01-01 00:00:00.123456789z", 123_456),
        ("1970-01-01T00:00:00", None),
        ("1970-13-01T00:00:00Z", None),
        ("1970-01-01", None),
        ("x" * 100_000, None),
        (None, None),
    ],
)
def test_times_of_rfc_3339_have_an_offset(text: str | None, us: int | None) -> None:
    assert moments(pl.Series([text], dtype=pl.String)).to_list() == [us]


def test_degrees_are_rounded_half_away_from_zero() -> None:
    told = pl.DataFrame(
        {"device": ["v"] * 3, "seq": [1, 2, 3], "at": [1, 2, 3],
         "lat": [0.00000005, -0.00000005, float("inf")], "lon": [1.0, 2.0, 3.0]}
    )  # fmt: skip
    made, faults = conform(told, "position", ARROW)

    assert made["lat_e7"].to_list() == [1, -1, None]
    assert [each.column for each in faults] == ["lat"]
