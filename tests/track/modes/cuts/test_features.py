"""Features of two moves together are those of their sums."""

from __future__ import annotations

import numpy as np

from tanlu.track.modes.cuts.cutting import columns, cut
from tanlu.track.modes.cuts.features import EDGES, FEATURES, GROUPS, PLUS, describe, sums
from tests.track.modes.made import fixes


def test_a_stretch_has_the_way_and_the_speed_of_its_moves() -> None:
    c = columns(fixes((600, 0, 5), (600, 10, 5), (120, 0, 5), (600, 20, 5), (600, 0, 5)))
    k = cut(c)
    run, out = np.zeros((3, PLUS)), np.empty(len(FEATURES))
    sums(0, 3, k.span, k.moves, k.wet, run)
    describe(run[2], run[0], run[1], k.away[0], k.away[2], 18_000.0, 0.0, out)
    told = dict(zip(FEATURES, out.tolist(), strict=True))

    assert round(np.exp(told["way"])) == 18
    assert 8 < np.exp(told["speed_median"]) < 22
    assert told["speed_top"] >= told["speed_fast"] >= told["speed_median"]


def test_groups_hold_every_feature_once() -> None:
    assert EDGES[-1] == len(FEATURES) == sum(len(names) for names in GROUPS.values())
    assert len(set(FEATURES)) == len(FEATURES)
