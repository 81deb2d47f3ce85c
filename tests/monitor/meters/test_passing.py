"""New readings become activities once, and late ones new revisions."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitor.meters.ledgers import (
    HOUR,
    MINUTE,
    START,
    current,
    device,
    ledger,
    passed,
    reads,
    tell,
)

Row = tuple[str, int, int, float]


def _walk(name: str, seed: int, hours: int = 8) -> list[Row]:
    """Give the readings of a meter that runs, falls silent now and then, and starts somewhere."""
    chance = random.Random(seed)
    at = START + chance.randrange(3 * HOUR)
    value, rows = float(chance.randrange(1000)), []
    while at < START + hours * HOUR:
        rows.append((name, len(rows), at, round(value, 3)))
        at += chance.choice((10 * MINUTE, 10 * MINUTE + 7, 9 * MINUTE, 3 * HOUR))
        value += chance.random() * 3
    return rows


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), meters=st.integers(1, 3), cuts=st.integers(0, 4))
def test_any_order_and_batching_ends_in_the_same_activities(
    seed: int, meters: int, cuts: int
) -> None:
    rows = [row for number in range(meters) for row in _walk(f"m{number}", seed + number)]
    mixed = random.Random(seed).sample(rows, len(rows))
    size = max(1, len(mixed) // (cuts + 1))

    with tempfile.TemporaryDirectory() as folder:
        at_once = ledger(Path(folder) / "once")
        reads(at_once, rows)
        passed(at_once)
        bit_by_bit = ledger(Path(folder) / "bits")
        for start in range(0, len(mixed), size):
            reads(bit_by_bit, mixed[start : start + size])
            passed(bit_by_bit)

        assert current(at_once).equals(current(bit_by_bit))
