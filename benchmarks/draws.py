"""Monte Carlo of an inventory beside the bare drawing of as many normal numbers.

The reference is numpy's default generator filling one buffer of float32 again and again: no other
work, no memory to speak of. Ours takes the errors apart, draws each activity's own error in each
draw, takes its exponential, multiplies, sums by kind, and tells the intervals.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

DRAWS = 10_000
BUFFER = 1 << 20


def inventory(file: Path) -> Any:
    """Give the emission rows of a file of activities with the quality of their data."""
    import polars as pl

    from tanlu.account import quantify

    activities = pl.read_parquet(file)
    quality = activities.select("activity_id", "quality")
    return quantify(activities).emissions.join(quality, on="activity_id", how="left")


def needed(found: Any) -> int:
    """Give how many normal numbers the simulation draws: owners and shared causes, every draw."""
    import polars as pl

    owners = found.rows.filter(pl.col("own_sigma") > 0)["own"].n_unique()
    return int((owners + found.parts["cause"].n_unique()) * DRAWS)


def simulated(file: Path) -> Callable[[], object]:
    """Simulate the inventory of a file, from its rows to the intervals by kind."""
    from tanlu.account.doubt import causes, simulate
    from tanlu.factors import library

    rows, built_in = inventory(file), library()
    count = needed(causes(rows, ["kind"], library=built_in))

    def once() -> object:
        *_, last = simulate(causes(rows, ["kind"], library=built_in), DRAWS)
        last.result.summary()  # type: ignore[attr-defined]
        last.result.summary(["kind"])  # type: ignore[attr-defined]
        return count

    return once


def bare(file: Path) -> Callable[[], object]:
    """Draw as many normal numbers and do nothing with them."""
    import numpy as np

    from tanlu.account.doubt import causes
    from tanlu.factors import library

    count = needed(causes(inventory(file), ["kind"], library=library()))
    random, buffer = np.random.default_rng(1), np.empty(BUFFER, np.float32)

    def once() -> object:
        for _ in range(-(-count // BUFFER)):
            random.standard_normal(out=buffer, dtype=np.float32)
        return count

    return once
