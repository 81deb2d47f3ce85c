"""A definition is told by its hash, and layers are netted by it."""

from __future__ import annotations

import polars as pl
from tests.store.activities import activities, emissions
from tests.store.cube.test_holding import EMISSIONS

from tanlu.store.cube import Cube


def zoned(zone: str) -> Cube:
    local = pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
    return Cube("days", "emission", (local.dt.convert_time_zone(zone).dt.date().alias("day"),))


def test_two_definitions_differ_by_a_parameter_within_an_expression() -> None:
    assert zoned("Asia/Shanghai").shape == zoned("Asia/Shanghai").shape
    assert zoned("Asia/Shanghai").shape != zoned("Asia/Urumqi").shape


def test_what_came_and_went_leaves_nothing_and_what_changed_leaves_its_change() -> None:
    rows = emissions(activities(5, first=3))
    came, went = EMISSIONS.of(rows.lazy()), EMISSIONS.of(rows.lazy(), sign=-1)
    assert EMISSIONS.netted([came, went]).height == 0

    more = EMISSIONS.of(rows.lazy().with_columns(pl.col("co2e_ug") + 7))
    change = EMISSIONS.netted([more, went])
    assert change["rows"].sum() == 0
    assert int(change["co2e_ug"].sum()) == 35
