"""The fitted table is whole."""

from __future__ import annotations

import numpy as np

from tanlu.track.modes.parameters import MODES, modes_table, parameters


def test_every_number_is_finite_and_chances_sum_to_one() -> None:
    told = parameters()

    assert all(np.isfinite(part).all() for part in told)
    assert np.allclose(np.exp(told.turns).sum(axis=1), 1, atol=2e-3)
    assert (told.breaks > 0).all()
    assert (told.breaks < 1).all()
    assert (told.width > 0).all()


def test_every_mode_has_its_row() -> None:
    assert tuple(modes_table()) == MODES
