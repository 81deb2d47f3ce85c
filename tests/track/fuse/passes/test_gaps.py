"""Outages: what is one, and how the way through it is told from the device's own ways."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tanlu.track.fuse import fuse
from tanlu.track.fuse.passes.gaps import LOST, MEASURED, TOWERS, outages
from tests.track.fuse.drawn import EPOCH, drawn


def _gaps(dt: list[float], cells: tuple[int, ...] = ()) -> list[int]:
    n = len(dt) + 1
    cell = np.zeros(n, np.bool_)
    cell[list(cells)] = True
    gap = np.zeros(n, np.int8)
    outages(0, n, np.array([0.0, *dt]), cell, gap)
    return [int(x) for x in gap[1:]]


def test_an_outage_is_what_is_long_against_the_usual_interval() -> None:
    assert _gaps([5.0] * 10 + [90.0] + [5.0] * 3)[9:12] == [MEASURED, LOST, MEASURED]
    assert _gaps([60.0] * 10 + [90.0] + [60.0] * 3) == [MEASURED] * 14


def test_an_interval_at_a_cell_fix_was_told_by_towers() -> None:
    assert _gaps([5.0, 30.0, 30.0, 5.0], cells=(2,)) == [MEASURED, TOWERS, TOWERS, MEASURED]


@pytest.mark.parametrize("turns", [False, True])
def test_the_way_through_an_outage_is_as_crooked_as_the_rest(turns: bool) -> None:
    # a device that winds at 10 m/s: its chords of minutes are shorter than its ways
    t = np.arange(0, 7200, 2)
    heading = 1.2 * np.sin(t / 25) if turns else np.zeros(t.size)
    x, y = np.cumsum(20 * np.cos(heading)), np.cumsum(20 * np.sin(heading))
    keep = (t % 900) < 600
    rows = pl.DataFrame({
        "device": ["a"] * int(keep.sum()), "at": EPOCH + t[keep] * 1_000_000,
        "lat_e7": np.rint(y[keep] / 110_574 * 1e7).astype(np.int64) + 100_000,
        "lon_e7": np.rint(x[keep] / 111_320 * 1e7).astype(np.int64),
    })  # fmt: skip
    found = fuse(rows).fixes.filter(pl.col("bridged") == 1)

    assert found.height == 7
    assert int(found["way_mm"].sum()) == pytest.approx(7 * 302 * 10e3, rel=0.02)


def test_the_sigma_of_bridged_ways_is_honest() -> None:
    made = drawn("truck", 20, 7200, 5, 51, jumps=0.0, cells=False)
    true = made.truth.with_columns(pl.col("way_m").diff().over("device").alias("true"))
    both = fuse(made.positions).fixes.join(true, on=["device", "at"]).filter(pl.col("bridged") == 1)
    off = (both["way_mm"] / 1e3 - both["true"]).abs() / (both["way_sigma_mm"] / 1e3)

    assert both.height > 50
    assert 0.5 < float((off < 1.0).sum()) / both.height < 0.95


@pytest.mark.parametrize(("metres", "hours"), [(10_000, 1), (100_000, 24), (1_000_000, 240)])
def test_two_fixes_far_apart_in_time_tell_their_chord_and_no_more(metres: int, hours: int) -> None:
    rows = pl.DataFrame({
        "device": ["a"] * 2, "at": [EPOCH, EPOCH + hours * 3_600_000_000],
        "lat_e7": [480_000_000, 480_000_000 + round(metres * 89.93)], "lon_e7": [110_000_000] * 2,
    })  # fmt: skip
    last = fuse(rows).fixes.row(1, named=True)

    assert last["way_mm"] == pytest.approx(1e3 * metres, rel=0.1)
    assert abs(last["way_mm"] - 1e3 * metres) < 1.96 * last["way_sigma_mm"]


@pytest.mark.parametrize("seconds", [300, 1800, 3600])
def test_what_stands_and_tells_its_place_rarely_goes_nowhere(seconds: int) -> None:
    rng = np.random.default_rng(5)
    rows = pl.DataFrame({
        "device": ["a"] * 200, "at": [EPOCH + n * seconds * 1_000_000 for n in range(200)],
        "lat_e7": (480_000_000 + rng.normal(0, 450, 200)).astype(np.int64),
        "lon_e7": (110_000_000 + rng.normal(0, 670, 200)).astype(np.int64),
    })  # fmt: skip

    # a few times the noise for each fix, not a speed for each hour
    assert fuse(rows).fixes["way_mm"].sum() < 200 * 15_000


@pytest.mark.parametrize("days", [3, 20_000])
def test_a_speed_does_not_last_for_days(days: int) -> None:
    t = np.arange(0, 1200, 10)
    at = np.concatenate([t, t + days * 86_400])
    rows = pl.DataFrame({
        "device": ["a"] * at.size, "at": EPOCH + at * 1_000_000,
        "lat_e7": (480_000_000 + np.concatenate([t, 1200 + t]) * 20 * 89.93).astype(np.int64),
        "lon_e7": [110_000_000] * at.size,
    })  # fmt: skip

    assert fuse(rows).fixes["way_mm"].sum() == pytest.approx(2400 * 20e3, rel=0.3)
