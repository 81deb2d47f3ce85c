"""The table of kept numbers is small and is read as it stands."""

from __future__ import annotations

import csv
from importlib import resources

import numpy as np

from tanlu.track.courier.model import model, parsed

TABLE = resources.files("tanlu.track.courier").joinpath("parameters.csv")


def test_the_model_has_at_most_two_hundred_numbers():
    rows = list(csv.reader(TABLE.read_text(encoding="utf-8").splitlines()))[1:]
    numbers = [cell for row in rows for cell in row[1:] if cell]

    assert len(numbers) <= 200


def test_each_state_is_of_one_mode():
    found = model()

    assert {name.split("_")[0] for name in found.states} == {"walk", "van"}
    assert found.follows.shape == (len(found.states), len(found.states))


def test_a_table_is_read_by_its_names():
    found = parsed(
        "of,typical,walk_a,van_a\nspeed,2,,0.5\nconstant,,,-1\nafter walk_a,,,-3\nafter van_a,,-4,\n"
    )
    rows = found.rows({"speed": np.array([2.0, 6.0])})

    assert found.driving.tolist() == [False, True]
    np.testing.assert_allclose(found.scores(rows), [[0, -1], [0, 1]])
    np.testing.assert_allclose(found.follows, [[0, -3], [-4, 0]])
