"""All passes: what the data teach about their own exactness."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.track.fuse import fuse
from tests.track.fuse.drawn import drawn


def _sigma(sigma: float, accuracy: int | None) -> tuple[float, float]:
    """Give the median sigma that is told, and the error of the fixes as the truth tells it."""
    made = drawn("train", 3, 3600, 1, 61, sigma=sigma, jumps=0.0, outages=0.0, accuracy=accuracy)
    both = fuse(made.positions).fixes.join(made.truth, on=["device", "at"], suffix="_true")
    north = (both["lat_e7"] - both["lat_e7_true"]) * 1e-7 * 110_880
    return float((both["sigma_mm"] / 1e3).mean() or 0), float((north * north).mean()) ** 0.5


@pytest.mark.parametrize("sigma", [3.0, 5.0, 10.0])
def test_exactness_that_nobody_told_is_learned(sigma: float) -> None:
    told, true = _sigma(sigma, None)

    assert told == pytest.approx(true, rel=0.3)


def test_a_wrong_accuracy_is_set_right() -> None:
    told, true = _sigma(5.0, 9)

    assert told == pytest.approx(true, rel=0.3)


def test_cell_fixes_do_not_pull_the_way_about() -> None:
    made = drawn("truck", 4, 7200, 10, 62, jumps=0.0)
    without = made.positions.filter(pl.col("source") != "cell")
    ways = [int(fuse(rows).fixes["way_mm"].sum()) for rows in (made.positions, without)]

    assert ways[0] == pytest.approx(ways[1], rel=0.01)
