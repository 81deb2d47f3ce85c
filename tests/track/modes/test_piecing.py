"""Chances of all modes of a move sum to one."""

from __future__ import annotations

import numpy as np

from tanlu.track.modes.cuts.cutting import columns, cut
from tanlu.track.modes.piecing import MODE, pieced
from tests.track.modes.made import simulated


def test_every_move_has_some_mode() -> None:
    c = columns(simulated()[1])
    found = pieced(c, cut(c))
    moving = found.what[:, MODE] >= 0

    assert np.allclose(found.chance[moving].sum(axis=1), 1, atol=1e-6)
    assert found.ends.min() >= 0
    assert found.ends.max() <= 1 + 1e-6
