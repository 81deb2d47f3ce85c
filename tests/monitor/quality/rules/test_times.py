"""Clocks: ahead, behind, drifting, set back; what was kept back while nobody listened is none."""

from __future__ import annotations

import polars as pl
import pytest

from tests.monitor.quality.made import MINUTE, five, found, judged, told

S = 1_000_000


def late(wrong: object) -> object:
    """Delays of a second, those of d0 by ``wrong``."""
    return lambda device, k: wrong(k) if device == "d0" else S


def test_a_clock_that_is_ahead_of_the_server_is_found() -> None:
    seen = found(judged(told(five(), late=late(lambda k: -20 * S))), "value", "note")

    assert {each[:2] + each[4:] for each in seen} == {("clock", "d0", -20.0, "unit=s")}


def test_a_clock_that_is_behind_its_peers_is_found() -> None:
    seen = found(judged(told(five(), late=late(lambda k: 100 * S))), "value")

    assert {each[:2] + each[4:] for each in seen} == {("clock", "d0", 100.0)}


def test_a_clock_that_goes_wrong_more_and_more_is_found_with_its_drift() -> None:
    readings = told(five(), late=late(lambda k: S + k * 60 * 200))
    ((rule, name, *_, drift, note),) = found(judged(readings), "value", "note")

    assert (rule, name, note) == ("clock", "d0", "unit=ppm")
    assert drift == pytest.approx(200, rel=0.01)


def test_what_was_kept_back_during_an_outage_is_no_wrong_clock() -> None:
    readings = told(five(), late=late(lambda k: S + max(0, 1500 - k) * MINUTE * (k >= 1000)))

    assert found(judged(readings)) == []


def test_a_clock_that_is_set_back_is_found_where_it_tells_a_time_twice() -> None:
    readings = told(five()).with_columns(
        at=pl.when((pl.col("device") == "d0") & (pl.col("seq") >= 2000))
        .then(pl.col("at") - 10 * MINUTE).otherwise("at"),
        received=pl.lit(None, pl.Int64),
    )  # fmt: skip

    assert found(judged(readings), "value") == [("clock", "d0", 1990, 1999, -540.0)]
