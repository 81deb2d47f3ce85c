"""Fusion as a whole: what it promises of any positions."""

from __future__ import annotations

import polars as pl
from polars.testing import assert_frame_equal

from tanlu.track.fuse import fuse
from tests.track.fuse.drawn import drawn


def test_the_order_of_the_rows_does_not_matter() -> None:
    made = drawn("van", 3, 900, 5, 3).positions
    mixed = made.sample(fraction=1.0, shuffle=True, seed=5)

    assert_frame_equal(fuse(mixed).fixes, fuse(made).fixes)


def test_every_position_becomes_a_fix_or_is_shown_as_rejected() -> None:
    made = drawn("truck", 4, 1800, 5, 4).positions
    found = fuse(made)

    assert found.fixes.height + found.rejected.height == made.height


def test_devices_do_not_touch_each_other() -> None:
    made = drawn("two_wheeler", 3, 900, 5, 5).positions
    apart = [fuse(part).fixes for part in made.partition_by("device", maintain_order=True)]

    assert_frame_equal(fuse(made).fixes, pl.concat(apart))
