"""Any size in the same memory, and the same orders however they are cut."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tanlu.simulate import plan
from tanlu.simulate.orders import draw_orders

MEASURED = """
import sys
from tanlu.simulate import Dirt, batch, plan

def kept():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))

made = plan(23_000_000, 1, dirt=Dirt.usual())
seen = []
for number in range(14):
    batch(made, number * 30)
    seen.append(kept())
sys.stdout.write(" ".join(map(str, seen)))
"""


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**40), st.lists(st.integers(0, 2_000), max_size=4))
def test_orders_are_the_same_however_they_are_cut(seed: int, cuts: list[int]) -> None:
    made = plan(2_000, seed)
    edges = [0, *sorted(cuts), 2_000]
    pieces = [
        draw_orders(made, first, last - first)
        for first, last in itertools.pairwise(edges)
        if last > first
    ]

    assert_frame_equal(draw_orders(made, 0, 2_000), pl.concat(pieces))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no procfs: memory not told")
def test_a_hundred_million_legs_take_no_more_memory_than_one(root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    told = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True,
        env=environment,
    )  # fmt: skip
    seen = [int(text) for text in told.stdout.split()]

    # 14 batches of 220,000 legs from all over the year [MiB]
    assert max(seen[4:]) < max(seen[:4]) + 120
    assert max(seen) < 800
