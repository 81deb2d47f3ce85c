"""Cell towers stand to the side; their way is kept."""

from __future__ import annotations

import polars as pl

from tanlu.track.modes.cuts.cutting import columns
from tests.track.modes.made import fixes


def test_fixes_of_towers_leave_their_way_to_the_next_fix() -> None:
    rows = fixes((600, 10, 5)).with_columns(
        source=pl.when(pl.int_range(pl.len()) % 7 == 3).then(pl.lit("cell")).otherwise("source")
    )
    c = columns(rows)

    assert c.way.sum() == rows["way_mm"].sum()
    assert c.at.size == rows.filter(pl.col("source") != "cell").height
    assert set(c.gap.tolist()) == {0, 2}
