"""A grid names every cell that a step of an edge touches."""

from itertools import pairwise

import numpy as np

from tanlu.track.network.cells import AROUND, CELL_E7, cells, keyed, wrapped

NONE = np.zeros(2, np.int64)


def test_a_long_step_lies_in_all_cells_that_it_crosses() -> None:
    lat = np.array([300_000_000, 300_000_000 + 10 * CELL_E7])
    lon = np.array([100_000_000, 100_000_000 + 7 * CELL_E7])
    keys, rows = cells(lat, lon, NONE)

    share = np.linspace(0, 1, 5_001)
    y = (lat[0] + share * (lat[1] - lat[0]) + 900_000_000) // CELL_E7
    x = (lon[0] + share * (lon[1] - lon[0]) + 1_800_000_000) // CELL_E7
    crossed = set((y * AROUND + x).astype(np.int64).tolist())
    assert crossed <= set(keys.tolist())
    assert keys.size == np.unique(keys).size < 60
    assert set(rows.tolist()) == {1}


def test_a_step_over_180_degrees_is_short() -> None:
    keys, _ = cells(np.array([0, 0]), np.array([1_799_990_000, -1_799_990_000]), NONE)

    assert wrapped(-3_599_980_000) == 20_000
    assert keys.size == 2


def test_steps_of_a_cell_follow_each_other() -> None:
    keys, spans, held = keyed(np.array([7, 3, 7]), np.array([2, 1, 1]))

    assert keys.tolist() == [3, 7]
    assert [held[a:b].tolist() for a, b in pairwise(spans)] == [[1], [1, 2]]
