"""What cannot be, in columns."""

from __future__ import annotations

import numpy as np
import polars as pl

from tanlu.monitor.devices import StreamDef
from tanlu.monitor.stream.reasons import REASONS
from tanlu.monitor.stream.validate import bad_texts, trusted, validate
from tests.monitor.stream.places import NOW

EDGE = np.iinfo(np.int64)


def codes(table: pl.DataFrame, of: str, **more: float) -> list[str | None]:
    definition = StreamDef("s", 0, "gauge", **more)  # type: ignore[arg-type]
    found, _ = validate(table, of, definition, np.full(table.height, NOW))
    return [reason.column if (reason := REASONS[each]) else None for each in found]


def test_values_are_finite_and_within_the_bounds_of_their_stream() -> None:
    told = [0.0, 10.0, -0.1, 10.1, float("nan"), float("inf"), None]
    table = pl.DataFrame({"seq": [1] * 7, "at": [NOW] * 7, "value": told})

    assert codes(table, "reading", minimum=0.0, maximum=10.0) == [None, None] + ["value"] * 5
    assert codes(table, "reading")[2:4] == [None, None]


def test_times_at_the_ends_of_the_range_do_not_overflow() -> None:
    table = pl.DataFrame({"seq": [1] * 4, "at": [EDGE.min, EDGE.max, NOW, 0], "value": [1.0] * 4})

    assert codes(table, "reading") == ["at", "at", None, "at"]


def test_places_are_on_the_earth() -> None:
    lat = [900_000_000, 900_000_001, EDGE.min, None, 0]
    table = pl.DataFrame(
        {"seq": [1] * 5, "at": [NOW] * 5, "lat_e7": lat, "lon_e7": [0] * 4 + [EDGE.max]}
    )

    assert codes(table, "position") == [None, "lat_e7", "lat_e7", "lat_e7", "lon_e7"]


def test_texts_have_a_length_and_no_commands() -> None:
    told = pl.Series(["fine 碳", "", None, "x" * 201, "a\x1b[2J", "a\x7f", "a\x85"])

    assert bad_texts(told).to_list() == [False] + [True] * 6


def test_flags_are_kept_beside_the_one_for_a_clock_ahead() -> None:
    at = np.array([NOW, NOW + 301_000_000, NOW + 301_000_000])
    received = np.full(3, NOW)

    assert trusted(None, at[:1], received[:1]) is None
    marked = trusted(None, at, received)
    assert marked is not None
    assert marked.to_list() == [None, 2, 2]
    flagged = trusted(pl.Series([None, 8, None], dtype=pl.Int64), at, received)
    assert flagged is not None
    assert flagged.to_list() == [None, 10, 2]
