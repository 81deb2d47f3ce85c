"""Features of two moves together are those of their sums."""

from __future__ import annotations

import numpy as np
import pytest

from tanlu.track.modes.cuts.cutting import columns, cut
from tanlu.track.modes.cuts.features import EDGES, FEATURES, GROUPS, PLUS, describe, sums
from tests.track.modes.made import fixes


def test_a_stretch_has_the_way_and_the_speed_of_its_moves() -> None:
    c = columns(fixes((600, 0, 5), (600, 10, 5), (120, 0, 5), (600, 20, 5), (600, 0, 5)))
    k = cut(c)
    run, out = np.zeros((3, PLUS)), np.empty(len(FEATURES))
    sums(0, 3, k.stood, k.moves, k.wet, run)
    describe(run[2], run[0], run[1], k.away[0], k.away[2], 18_000.0, 0.0, out)
    told = dict(zip(FEATURES, out.tolist(), strict=True))

    assert round(np.exp(told["way"])) == 18
    assert 8 < np.exp(told["speed_median"]) < 22
    assert told["speed_top"] >= told["speed_fast"] >= told["speed_median"]


def outlying(*parts: tuple[float, float, int]) -> tuple[float, float]:
    """Give what lies outside the pauses of a stretch: its share of the way, and its way [km]."""
    k = cut(columns(fixes(*parts)))
    n = k.first.size
    run, out = np.zeros((n, PLUS)), np.empty(len(FEATURES))
    sums(0, n, k.stood, k.moves, k.wet, run)
    describe(run[n - 1], run[0], run[1], k.away[0], k.away[n - 1], 18_000.0, 0.0, out)
    told = dict(zip(FEATURES, np.exp(out).tolist(), strict=True))
    return told["outlying"], told["outlying_way"] - 0.5


def test_what_lies_outside_the_pauses_is_the_shorter_end() -> None:
    rest, drive, pause = (600, 0, 5), (3_000, 20, 5), (2_400, 0, 5)

    share, way = outlying(rest, drive, pause, (600, 20, 5), rest)
    assert 11 < way < 13
    assert 0.1 < share < 0.2
    # the same the other way around; without a pause it is the whole
    assert outlying(rest, (600, 20, 5), pause, drive, rest)[1] == pytest.approx(way, abs=0.2)
    share, way = outlying(rest, drive, (100, 0, 5), (600, 20, 5), rest)
    assert share == pytest.approx(1)
    assert 71 < way < 73


def test_groups_hold_every_feature_once() -> None:
    assert EDGES[-1] == len(FEATURES) == sum(len(names) for names in GROUPS.values())
    assert len(set(FEATURES)) == len(FEATURES)
