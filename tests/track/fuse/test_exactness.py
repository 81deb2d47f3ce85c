"""Devices that tell their fixes to be far more exact than they are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tanlu.track.fuse import fuse
from tests.track.fuse.drawn import EPOCH


def _driven(every: int, told_m: int | None, noise_m: float, speed: float = 20.0) -> pl.DataFrame:
    """Give positions of a device that goes due north."""
    rng = np.random.default_rng(9)
    t = np.arange(0, 3600, every)
    return pl.DataFrame({
        "device": ["a"] * t.size, "at": EPOCH + t * 1_000_000,
        "lat_e7": (480_000_000 + (speed * t + rng.normal(0, noise_m, t.size)) * 89.93).astype(int),
        "lon_e7": (110_000_000 + rng.normal(0, noise_m, t.size) * 134.4).astype(int),
        "accuracy_m": pl.Series([told_m] * t.size, dtype=pl.Int64),
    })  # fmt: skip


@pytest.mark.parametrize("every", [1, 5])
def test_noise_that_nobody_told_is_no_way(every: int) -> None:
    rows = _driven(every, 1, 50.0)
    found = fuse(rows)

    assert found.fixes["way_mm"].sum() == pytest.approx(20e3 * 3600, rel=0.02)
    assert found.rejected.height < 0.1 * rows.height


def test_what_stands_does_not_go_for_its_noise() -> None:
    assert fuse(_driven(1, 1, 50.0, speed=0.0)).fixes["way_mm"].sum() < 2e6


@pytest.mark.parametrize("every", [1, 10, 30])
def test_what_is_told_is_believed_where_it_may_be_so(every: int) -> None:
    one, other = (fuse(_driven(every, told, 5.0)).fixes for told in (5, None))

    assert one.equals(other)
    assert one["sigma_mm"].median() < 5_500
