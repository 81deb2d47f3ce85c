"""Cell towers stand to the side, their way is kept; a queue at a border is no change of vehicle."""

from __future__ import annotations

import polars as pl

from tanlu.terms.place import crossings
from tanlu.track.modes.cuts.cutting import BORDER_S, columns, cut
from tests.track.modes.made import fixes


def test_fixes_of_towers_leave_their_way_to_the_next_fix() -> None:
    rows = fixes((600, 10, 5)).with_columns(
        source=pl.when(pl.int_range(pl.len()) % 7 == 3).then(pl.lit("cell")).otherwise("source")
    )
    c = columns(rows)

    assert c.way.sum() == rows["way_mm"].sum()
    assert c.at.size == rows.filter(pl.col("source") != "cell").height
    assert set(c.gap.tolist()) == {0, 2}


def test_how_long_it_stands_at_a_border_tells_no_more_of_a_change() -> None:
    one = crossings().row(0, named=True)
    lat, lon = one["lat_e7"] / 1e7, one["lon_e7"] / 1e7

    def stood(seconds: int, aside: float) -> float:
        rows = fixes(
            (600, 10, 60), (seconds, 0, 60), (600, 10, 60), lat=lat + aside - 0.054, lon=lon
        )
        return float(cut(columns(rows)).stood[1])

    assert stood(7_200, 0.0) == BORDER_S
    assert stood(7_200, 0.5) > 7_000
    # a night there is no queue
    assert stood(30_000, 0.0) > 29_000
