"""Nodes at crossings and terminals."""

from __future__ import annotations

import polars as pl

from tanlu.terms import place
from tanlu.track.modes.knots import _crossed


def test_a_train_that_stands_where_the_gauge_breaks_is_at_a_gauge_node() -> None:
    rail = place.crossings().filter(mode="rail")
    breaks = pl.col("gauge_mm_a") != pl.col("gauge_mm_b")
    rows = pl.concat([rail.filter(breaks).head(1), rail.filter(~breaks).head(1)])
    frame = rows.select(
        "lat_e7", "lon_e7", mode_before=pl.lit("train"), mode_after=pl.lit("train"),
        first=pl.lit(value=False), last=pl.lit(value=False), changes=pl.lit(0.1),
        place=pl.lit(None, pl.String), terminal=pl.lit(None, pl.String),
    )  # fmt: skip
    found = _crossed(frame)

    assert found["kind"].to_list() == ["gauge", "border"]
    assert found["place"].to_list() == rows["code"].to_list()
    assert found["probability_ppm"].to_list() == [900_000, 900_000]
