"""From positions to legs in one go."""

import polars as pl

from tanlu.track.legs import finished, loaded
from tanlu.track.running import tracked
from tests.track.running.drives import drive


def test_positions_are_fixes_or_rejected_and_legs_are_as_long_as_segments():
    rows = pl.concat([drive("a"), drive("b")])
    loads = loaded(None, ["a", "b"])

    (batch,) = tracked([rows], loads=loads)
    found = finished([batch.moving], loads)

    assert batch.positions == batch.fixes.height + batch.rejected.height == rows.height
    moving = batch.segments.filter(pl.col("mode") != "still")
    assert found.elements["distance_m"].sum() == moving["distance_m"].sum() > 0
    assert set(found.activities["source_device"]) == {"a", "b"}


def test_counted_ways_and_energy_are_taken_from_one_table_of_readings():
    rows = drive("a")
    at = [rows["at"][20], rows["at"][160]]
    readings = pl.DataFrame(
        {
            "device": ["a"] * 4, "at": at * 2, "value": [0.0, 90_000.0, 0.0, 5e8],
            "stream": ["odometer_m", "odometer_m", "energy_j", "energy_j"],
        }
    )  # fmt: skip
    loads = loaded(None, ["a"])

    batches = list(tracked([rows], loads=loads, readings=readings))
    found = finished([each.moving for each in batches], loads).elements

    assert found["energy_j"].to_list() == [500_000_000]
