"""Fusion in batches: nothing lost, nothing twice, the same as at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tanlu.errors import TanluError
from tanlu.track.fuse import fuse, fused
from tests.track.fuse.drawn import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator


def _batches(rows: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    for start in range(0, rows.height, size):
        yield rows.slice(start, size)


@pytest.mark.parametrize("size", [97, 400, 5_000])
def test_devices_that_span_batches_are_fused_as_at_once(size: int) -> None:
    rows = drawn("van", 4, 1800, 5, 21).positions.sort("device", "at")
    whole = fuse(rows)
    parts = list(fused(_batches(rows, size)))

    assert_frame_equal(pl.concat(part.fixes for part in parts), whole.fixes)
    assert sum(part.rejected.height for part in parts) == whole.rejected.height


def test_a_device_longer_than_the_room_is_fused_as_at_once_within_a_tenth_of_its_sigma() -> None:
    rows = drawn("truck", 1, 7200, 2, 22, outages=0.1).positions.sort("device", "at")
    whole = fuse(rows).fixes
    parts = pl.concat(part.fixes for part in fused(_batches(rows, 300), room=1_200))
    both = whole.join(parts, on="at", how="inner", suffix="_part")
    far = (both["lat_e7"] - both["lat_e7_part"]).abs() * 11.13

    assert parts["at"].is_unique().all()
    assert abs(parts.height - whole.height) <= 2
    assert (far > 0.1 * both["sigma_mm"]).sum() <= 0.01 * both.height
    assert parts["way_mm"].sum() == pytest.approx(whole["way_mm"].sum(), rel=1e-3)


def test_rows_that_come_after_their_time_was_given_are_rejected() -> None:
    rows = drawn("truck", 1, 7200, 2, 22, outages=0.0).positions.sort("device", "at")
    late = pl.concat([rows.slice(100, 1), rows.slice(3_000)])
    parts = list(fused([rows.slice(0, 100), rows.slice(101, 2_899), late], room=1_200))
    count = sum(part.fixes.height + part.rejected.height for part in parts)

    assert count == rows.height
    assert pl.concat(part.rejected for part in parts)["code"].to_list().count("TL402") == 1


def test_batches_out_of_order_are_refused() -> None:
    rows = drawn("truck", 2, 300, 5, 23).positions.sort("device", "at", descending=True)

    with pytest.raises(TanluError) as caught:
        list(fused(_batches(rows, 20)))

    assert caught.value.code == "TL400"
