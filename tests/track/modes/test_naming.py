"""The same device and time have the same name, other ones another."""

from __future__ import annotations

import numpy as np
import polars as pl

from tanlu.track.modes.naming import hashes


def test_names_depend_on_device_time_and_kind() -> None:
    names, device, at = pl.Series(["a", "b"]), np.array([0, 1, 0]), np.array([1, 1, 2])
    one, other = hashes(names, device, at, "segment"), hashes(names, device, at, "node")

    assert len(set(one + other)) == 6
    assert one == hashes(names, device, at, "segment")
