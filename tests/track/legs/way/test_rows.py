"""Where among rows a time lies: as a search row by row would tell."""

from __future__ import annotations

import numpy as np
import polars as pl

from tanlu.track.legs.way.rows import ordered, ranges, sought


def drawn(seed: int) -> pl.DataFrame:
    """Give rows of devices of nought to forty fixes, in order."""
    rng = np.random.default_rng(seed)
    names = [f"d{n}" for n in range(12) for _ in range(rng.integers(0, 40))]
    return pl.DataFrame({"device": names, "at": rng.integers(0, 99, len(names))}).sort(
        "device", "at"
    )


def test_a_time_is_found_in_the_rows_of_its_own_device() -> None:
    rng = np.random.default_rng(4)
    for seed in range(8):
        rows = drawn(seed)
        asked = pl.Series([f"d{n}" for n in rng.integers(0, 15, 60)])
        when = rng.integers(-5, 110, 60)
        first, behind = ranges(asked, rows["device"])
        found = sought(rows["at"].to_numpy(), first, behind, when)
        for name, time, place, low, high in zip(asked, when, found, first, behind, strict=True):
            own = rows.filter(device=name)["at"].to_list()
            assert high - low == len(own)
            assert place - low == sum(at < time for at in own)


def test_without_any_rows_every_range_is_empty() -> None:
    rows = drawn(1).clear()
    first, behind = ranges(pl.Series(["a", "b"]), rows["device"])
    assert sought(rows["at"].to_numpy(), first, behind, np.array([1, 2])).tolist() == [0, 0]


def test_rows_in_order_stay_as_they_are_and_others_are_sorted() -> None:
    rows = drawn(2)
    assert ordered(rows) is rows
    mixed = rows.sample(fraction=1.0, shuffle=True, seed=1)
    assert ordered(mixed).equals(rows)
    assert ordered(rows.reverse()).equals(rows)
