"""Same seed, same bytes; any batch alone; any size."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.simulate import Dirt, batch, park, plan

# bytes of 2,000 orders with seed 7: a change here is a change of everybody's demo
PINNED = "39fab8e2ae84da5d40f9bb79c95b4085a78e9b5d2d111bb3d4231478656a3d1b"


def digest(tables: Mapping[str, pl.DataFrame]) -> str:
    whole = hashlib.sha256()
    for name, frame in sorted(tables.items()):
        buffer = io.BytesIO()
        frame.write_csv(buffer)
        whole.update(name.encode() + buffer.getvalue())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert digest(batch(plan(2_000, 7), 0)) == digest(batch(plan(2_000, 7), 0))


def test_the_bytes_are_pinned() -> None:
    assert digest(batch(plan(2_000, 7, dirt=Dirt.usual()), 0)) == PINNED


@pytest.mark.parametrize("threads", ["1", "3"])
def test_threads_do_not_matter(root: Path, threads: str) -> None:
    code = (
        "from tests.simulate.test_network import digest\n"
        "from tanlu.simulate import Dirt, batch, plan\n"
        "import sys; sys.stdout.write(digest(batch(plan(2_000, 7, dirt=Dirt.usual()), 0)))"
    )
    paths = f"{root / 'src'}{os.pathsep}{root}"
    environment = {**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONPATH": paths}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )

    assert found.stdout == PINNED


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_seeds_differ(one: int, other: int) -> None:
    same = digest(batch(plan(300, one), 0)) == digest(batch(plan(300, other), 0))

    assert (one == other) == same


def test_a_batch_made_alone_is_the_batch_of_the_walk() -> None:
    walked = [p.result for p in park(120_000, 2, days=30)]
    made = plan(120_000, 2, days=30)

    assert 3 == made.batches == len(walked)
    for number in (2, 0, 1):
        tables = walked[number]
        assert isinstance(tables, dict)
        assert digest(tables) == digest(batch(made, number))


def test_rounds_of_different_batches_are_different() -> None:
    made = plan(100_000, 2, days=3)
    rounds = [set(batch(made, k)["legs"]["round"].drop_nulls()) for k in (0, 1)]

    assert set() == rounds[0] & rounds[1]


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 3_000), st.integers(0, 2**63), st.integers(1, 400))
def test_any_size_works(orders: int, seed: int, days: int) -> None:
    tables = batch(plan(orders, seed, days=days), 0)

    assert orders == tables["legs"].filter(pl.col("mode").is_in(["sorting", "transfer"])).height
    assert tables["legs"].height == tables["truth"].height


def test_the_last_batch_of_a_hundred_million_legs_can_be_made_at_once() -> None:
    made = plan(23_000_000, 1, start=date(2026, 1, 1))
    legs = batch(made, made.batches - 1)["legs"]

    assert 200_000 < legs.height < 250_000
    assert date(2026, 12, 30) < legs["start"].max().date() < date(2027, 2, 15)  # type: ignore[union-attr]


@pytest.mark.parametrize(("orders", "days"), [(0, None), (-1, None), (10, 0), (10, 1001)])
def test_what_cannot_be_made_is_refused(orders: int, days: int | None) -> None:
    with pytest.raises(TanluError, match="TL901"):
        plan(orders, 1, days=days)
