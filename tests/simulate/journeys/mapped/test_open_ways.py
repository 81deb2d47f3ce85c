"""Ways between towns, and what lies beside them."""

import numpy as np
import pytest

from tanlu.simulate.journeys.mapped.lines import along, few
from tanlu.simulate.journeys.mapped.open_ways import STYLES, ways
from tests.simulate.journeys.mapped.test_lines import way


def ends(lines) -> list[tuple[float, float]]:
    return [tuple(line.places[at].tolist()) for line in lines for at in (0, -1)]


def test_nothing_of_the_way_is_missing_when_nothing_may() -> None:
    course = way()
    line = few(course)
    mine = {tuple(place) for place in line.tolist()}
    lines = ways(course, "road", 0.0, np.random.default_rng(2))
    pieces = [each for each in lines if all(tuple(p) in mine for p in each.places.tolist())]

    length = sum(along(each.places)[-1] for each in pieces if each.places.shape[0] > 1)
    assert length == pytest.approx(along(line)[-1], rel=1e-6)


@pytest.mark.parametrize("kind", sorted(STYLES))
def test_what_lies_beside_begins_on_the_way(kind: str) -> None:
    course = np.concatenate([way(3), way(3)[-2::-1]])
    line = {tuple(place) for place in few(course).tolist()}
    beside = ways(course, kind, 1.0, np.random.default_rng(2))

    assert beside
    assert all(first in line for first in ends(beside)[::2])


def test_the_share_that_is_missing_is_about_as_told() -> None:
    course = way()
    whole = along(few(course))[-1]

    def known(missing: float) -> float:
        own = {tuple(place) for place in few(course).tolist()}
        kept = 0.0
        for seed in range(20):
            for line in ways(course, "road", missing, np.random.default_rng(seed)):
                if all(tuple(place) in own for place in line.places.tolist()):
                    kept += along(line.places)[-1]
        return kept / (20 * whole)

    assert known(0.3) == pytest.approx(0.7, abs=0.08)
