"""Stretches of devices side by side: each row once, every device whole, one kind of array."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from tanlu.track.fuse import fuse
from tanlu.track.fuse import stretches as side
from tanlu.track.fuse.exactness import borne_out
from tanlu.track.fuse.passes import drive
from tanlu.track.fuse.screen import screen


def summed(starts, values, out) -> None:
    """Put the sum of each device on its rows, from a loop as the compiled ones are."""
    for g in range(starts.size - 1):
        out[starts[g] : starts[g + 1]] += values[starts[g] : starts[g + 1]].sum()


@pytest.mark.parametrize("rows", [1, 7, 64, 10_000])
def test_every_device_is_whole_and_done_once(monkeypatch, rows: int) -> None:
    monkeypatch.setattr(side, "ROWS", rows)
    rng = np.random.default_rng(rows)
    sizes = rng.integers(0, 30, 200)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    values = rng.integers(0, 100, int(starts[-1]))
    out = np.zeros(values.size, np.int64)
    side.abreast(summed, starts, (values,), None, (out,))
    device = np.repeat(np.arange(200), sizes)
    assert out.tolist() == np.bincount(device, values, 200).astype(int)[device].tolist()


def test_nothing_is_done_without_devices() -> None:
    side.abreast(summed, np.zeros(1, np.int64), (np.zeros(0),), None, (np.zeros(0),))


def test_what_fails_in_a_stretch_is_told(monkeypatch) -> None:
    monkeypatch.setattr(side, "ROWS", 2)

    def wrong(starts, out) -> None:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        side.abreast(wrong, np.array([0, 2, 4, 6]), (), None, (np.zeros(6),))


def drawn(devices: int, each: int) -> pl.DataFrame:
    """Give positions of devices that wander, in order."""
    rng = np.random.default_rng(devices)
    shape = (devices, each)
    return pl.DataFrame({
        "device": np.repeat([f"d{n:05d}" for n in range(devices)], each),
        "at": np.tile(1_700_000_000_000_000 + np.arange(each) * 5_000_000, devices),
        "lat_e7": 310_000_000 + np.cumsum(rng.normal(0, 900, shape), axis=1).astype(int).ravel(),
        "lon_e7": 1_210_000_000 + np.cumsum(rng.normal(0, 900, shape), axis=1).astype(int).ravel(),
    })  # fmt: skip


def test_stretches_change_nothing(monkeypatch) -> None:
    rows = drawn(50, 40)
    whole = fuse(rows).fixes
    monkeypatch.setattr(side, "ROWS", 100)
    assert fuse(rows).fixes.equals(whole)


def test_each_loop_is_compiled_for_one_kind_of_arrays() -> None:
    """Rows as they are read, filtered, without columns and in any order: no second compilation."""
    rows = drawn(5, 40)
    island = rows.with_columns(lat_e7=pl.when(pl.col("at") % 7 > 0).then("lat_e7").otherwise(0))
    bare = rows.with_columns(accuracy_m=pl.lit(5, pl.Int64), source=pl.lit("gnss"))
    for each in (rows, rows.reverse(), bare, rows.filter(pl.col("at") % 3 > 0), island):
        fuse(each)
        fuse(each, datum="gcj02")
    for loop in (screen, borne_out, drive):
        assert len(loop.signatures) == 1, loop


def test_what_was_compiled_once_is_known(tmp_path: Path, monkeypatch) -> None:
    fuse(drawn(1, 5))
    assert side.compiled()

    monkeypatch.setattr(type(drive), "stats", SimpleNamespace(cache_path=str(tmp_path)))
    assert not side.compiled()
