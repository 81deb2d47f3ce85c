"""Streets of a quarter cross each other, and the way that was taken runs along them."""

import numpy as np

from tanlu.simulate.journeys.mapped.quarter import BARE, quarter
from tanlu.simulate.journeys.paths import laid, staircase
from tanlu.simulate.journeys.speed import Quarter

START, END = (30.0, 110.0), (30.012, 110.018)


def told(seed: int) -> Quarter:
    """Streets between two places 2 km apart, to one side or the other."""
    return Quarter(staircase(2_190, 1.25, 350.0, np.random.default_rng(seed)), START, END, 350.0)


def vertices(lines) -> set[tuple[float, float]]:
    return {tuple(np.round(place, 9)) for line in lines for place in line.places.tolist()}


def test_every_corner_of_the_way_is_a_crossing() -> None:
    for seed in range(6):
        one = told(seed)
        lines = quarter(one, 0.0, np.random.default_rng(9))
        corners = laid(one.corners, START, END)
        corners[0], corners[-1] = START, END
        found = np.array(sorted(vertices(lines)))

        apart = np.abs(found[None] - corners[:, None]).sum(axis=2).min(axis=1)
        assert apart.max() < 2e-7


def test_there_are_many_more_streets_than_were_driven() -> None:
    one = told(1)
    lines = quarter(one, 0.0, np.random.default_rng(9))

    assert len(lines) > 12
    assert len(vertices(lines)) > 5 * one.corners.size


def test_streets_share_their_crossings() -> None:
    lines = quarter(told(2), 0.0, np.random.default_rng(9))
    counts: dict[tuple[float, float], int] = {}
    for line in lines:
        for place in line.places.tolist():
            counts[tuple(np.round(place, 9))] = counts.get(tuple(np.round(place, 9)), 0) + 1

    assert sum(count > 1 for count in counts.values()) > 0.6 * len(counts)


def test_some_blocks_lack_their_street_and_all_driven_ones_may() -> None:
    def blocks(missing: float) -> int:
        lines = quarter(told(3), missing, np.random.default_rng(9))
        return sum(line.places.shape[0] - 1 for line in lines)

    assert 0 < BARE < 0.5
    assert blocks(1.0) < blocks(0.0)


def test_a_street_of_one_direction_is_told_with_the_way() -> None:
    one = told(4)
    turn = one.corners[1] - one.corners[0]
    lines = [line for seed in range(9) for line in quarter(one, 0.0, np.random.default_rng(seed))]
    oneway = [line for line in lines if line.oneway]

    assert 0.03 < len(oneway) / len(lines) < 0.25
    assert abs(turn) > 0
