"""Distances of the lattice are great circles."""

from __future__ import annotations

import pytest

from tanlu.track.modes.lattice import far


def test_a_quarter_of_the_equator_is_a_quarter_of_the_sphere() -> None:
    assert far(0, 0, 0, 900_000_000) == pytest.approx(10_007_557, rel=1e-6)
    assert far(0, 1_799_000_000, 0, -1_799_000_000) == pytest.approx(22_239, rel=1e-3)
