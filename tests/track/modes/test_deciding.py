"""What stays open is said once for each device."""

from __future__ import annotations

import polars as pl

from tanlu.track.modes.deciding import findings


def test_doubt_unseen_ways_and_late_times_are_findings() -> None:
    segments = pl.DataFrame({
        "device": ["a", "a", "b"], "start": [1, 2, 3], "mode": ["van", "van", "still"],
        "mode_ppm": [600_000, 700_000, 1], "distance_m": [10, 5, 0], "bridged_m": [10, 0, 0],
    })  # fmt: skip
    nodes = pl.DataFrame(
        {"device": ["b"], "arrival": [7], "arrival_sigma_us": [200_000_000],
         "departure_sigma_us": [0]}
    )  # fmt: skip
    found = findings(segments, nodes).select("code", "subject", "value", "count").rows()

    assert found == [
        ("TL407", "device:a", "1", 2), ("TL408", "device:a", "1", 1), ("TL409", "device:b", "7", 1),
    ]  # fmt: skip
