"""Odometers: counted ways where there are such, and no others."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.track.fuse import fuse
from tests.track.fuse.drawn import Drawn, drawn


@pytest.fixture(scope="module")
def van() -> Drawn:
    """Give a van with outages and a fix each 15 s."""
    return drawn("van", 2, 7200, 15, 41)


def _counted(made: Drawn, wheels: float) -> pl.DataFrame:
    return made.truth.select("device", "at", odometer_m=(pl.col("way_m") * wheels).round())


@pytest.mark.parametrize(("wheels", "share"), [(1.0, 4e-3), (1.02, 1e-2)])
def test_an_odometer_tells_the_way_through_outages(van: Drawn, wheels: float, share: float) -> None:
    found = fuse(van.positions, odometer=_counted(van, wheels)).fixes
    true = van.truth.group_by("device").agg(pl.col("way_m").max())["way_m"].sum()

    assert int(found["way_mm"].sum()) == pytest.approx(1e3 * float(true), rel=share)


def test_wheels_that_the_sky_contradicts_are_no_witness(van: Drawn) -> None:
    without = fuse(van.positions).fixes
    found = fuse(van.positions, odometer=_counted(van, 1.4)).fixes

    assert found["way_mm"].to_list() == without["way_mm"].to_list()


def test_a_device_without_an_odometer_keeps_its_ways(van: Drawn) -> None:
    other = _counted(van, 1.0).filter(pl.col("device") == "van/0000")
    found = fuse(van.positions, odometer=other).fixes.filter(pl.col("device") == "van/0001")
    without = fuse(van.positions).fixes.filter(pl.col("device") == "van/0001")

    assert found["way_mm"].to_list() == without["way_mm"].to_list()


def test_an_odometer_without_its_count_is_refused(van: Drawn) -> None:
    with pytest.raises(TanluError) as caught:
        fuse(van.positions, odometer=pl.DataFrame({"device": ["a"], "at": [1]}))

    assert caught.value.code == "TL400"
