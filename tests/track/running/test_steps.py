"""From positions to legs in one go."""

import numpy as np
import polars as pl

from tanlu.terms import schema
from tanlu.track.legs import finished, loaded
from tanlu.track.running import steps, tracked
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


def scattered(devices: int, seed: int = 5) -> pl.DataFrame:
    """Give positions of many devices of one to five fixes each."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, devices)
    number = np.concatenate([np.arange(size) for size in sizes])
    place = rng.integers(-500_000_000, 500_000_000, (devices, 2)).repeat(sizes, axis=0)
    return schema("position").fit(pl.DataFrame({
        "device": np.repeat([f"d{n:06d}" for n in range(devices)], sizes),
        "seq": number + 1, "at": 1_790_000_000_000_000 + number * 60_000_000,
        "lat_e7": place[:, 0] + number * 4_000, "lon_e7": place[:, 1] + number * 4_000,
        "stream": ["position"] * number.size,
    }))  # fmt: skip


def test_ten_thousand_devices_of_a_few_fixes_are_each_told_as_alone(monkeypatch):
    rows = scattered(10_000)
    loads = loaded(None, [])
    monkeypatch.setattr(steps, "PORTION", 4_000)

    found = list(tracked([rows], loads=loads))

    assert len(found) > 5
    assert sum(each.fixes.height + each.rejected.height for each in found) == rows.height
    fixes, segments = (pl.concat(getattr(each, name) for each in found)
                       for name in ("fixes", "segments"))  # fmt: skip
    assert fixes["device"].is_sorted()
    assert fixes["device"].n_unique() == 10_000
    for name in ("d000000", "d004321", "d009999"):
        (alone,) = tracked([rows.filter(device=name)], loads=loads)
        assert fixes.filter(device=name).equals(alone.fixes)
        assert segments.filter(device=name).equals(alone.segments)


def test_no_more_portions_are_in_hand_than_there_are_workers(monkeypatch):
    """Of batches that never end only the first few are read before what they give is taken."""
    monkeypatch.setattr(steps, "PORTION", 1_000)
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield scattered(400, read)

    found = tracked(endless(), loads=loaded(None, []))
    next(found)
    found.close()

    assert read <= pl.thread_pool_size() + 1


def test_rows_that_are_not_in_order_stay_together():
    rows = pl.concat([drive("b"), drive("a"), drive("b", minutes=120)])
    assert [each.height for each in steps._portions(rows)] == [rows.height]
