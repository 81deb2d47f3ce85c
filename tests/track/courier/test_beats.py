"""Fixes at any rate become beats of about five seconds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.courier.beats import FILL, beats_of


def _beats(t):
    t = np.array(t, float)
    new = np.zeros(t.size, bool)
    new[:1] = True
    return beats_of(t, t * 2, t * 0, new)


@pytest.mark.parametrize(("every", "step"), [(1, 5), (2, 6), (5, 5), (10, 5), (20, 5), (30, 5)])
def test_a_steady_rate_gives_steady_beats(every, step):
    found = _beats(np.arange(0, 361, every))

    assert set(np.diff(found.t)) == {step}


def test_what_fills_a_gap_lies_on_the_way():
    found = _beats([0, 5, 20, 25])

    assert found.t.tolist() == [0, 5, 10, 15, 20, 25]
    assert found.x.tolist() == [0, 10, 20, 30, 40, 50]
    assert found.fix.tolist() == [0, 1, -1, -1, 2, 3]


def test_a_long_gap_gets_no_more_than_its_share():
    assert _beats([0, 5, 600]).t.size == 3 + FILL


def test_the_fix_before_a_gap_counts_even_when_it_came_soon():
    assert _beats([0, 2, 60]).fix.tolist()[:2] == [0, 1]


def test_two_traces_share_no_beat():
    new = np.array([True, False, True, False])
    found = beats_of(np.array([0.0, 5, 3, 8]), np.zeros(4), np.zeros(4), new)

    assert found.first.tolist() == [0, 0, 2, 2]
    assert found.last.tolist() == [1, 1, 3, 3]


@given(st.lists(st.floats(0.0, 40.0), min_size=1, max_size=60))
def test_every_fix_has_a_near_beat_of_its_own_trace(steps):
    t = np.cumsum(steps)
    found = _beats(t)

    assert found.near.size == t.size
    assert np.abs(found.t[found.near] - t).max() < 7.5
    assert (np.diff(found.near) >= 0).all()
    assert (np.diff(found.t) >= 0).all()
