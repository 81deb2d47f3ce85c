"""Features are those of a way that one can reckon by hand."""

from __future__ import annotations

import numpy as np

from tanlu.track.courier.beats import beats_of
from tanlu.track.courier.features import FAR, HORIZON, features

# stands for two steps, then 5 m/s, then walks 1 m/s
X = np.array([0.0, 0, 0, 25, 50, 55, 60])


def _features(x, backwards=False):
    t = np.arange(x.size) * 5.0
    new = np.zeros(x.size, bool)
    new[0] = True
    return features(beats_of(t, x[::-1].copy() if backwards else x, t * 0, new))


def test_speeds_are_those_between_the_beats():
    found = _features(X)

    np.testing.assert_allclose(np.expm1(found["ahead_1"])[2], 5.0)
    np.testing.assert_allclose(np.expm1(found["back_1"])[2], 0.0)
    np.testing.assert_allclose(np.expm1(found["net_1"])[2], 2.5)
    np.testing.assert_allclose(np.expm1(found["ahead_2"])[4], 1.0)


def test_a_fast_step_is_seen_from_both_sides():
    found = _features(X)

    np.testing.assert_allclose(np.expm1(found["until_fast"]), [2, 1, 0, 0, *[HORIZON] * 3])
    np.testing.assert_allclose(np.expm1(found["since_fast"]), [*[HORIZON] * 3, 0, 0, 1, 2])
    np.testing.assert_allclose(np.expm1(found["from_fast"])[5:], [5.0, 10.0])
    assert found["to_fast"][5] == FAR
    np.testing.assert_allclose(np.expm1(found["path_from"])[6], 10.0)
    np.testing.assert_allclose(np.expm1(found["least_from"])[6], 1.0)
    np.testing.assert_allclose(np.expm1(found["stray_from"])[6], 10.0)


def test_time_backwards_swaps_the_sides():
    pairs = {"ahead_2": "back_2", "until_fast": "since_fast", "to_fast": "from_fast",
             "path_to": "path_from", "least_to": "least_from", "stray_to": "stray_from"}  # fmt: skip
    found, turned = _features(X), _features(X, backwards=True)

    for one, other in pairs.items():
        np.testing.assert_allclose(found[one], turned[other][::-1], err_msg=one)


def test_the_level_is_that_of_the_whole_trace():
    found = _features(X)

    np.testing.assert_allclose(found["fast_share"], 2 / 6)
    np.testing.assert_allclose(found["still_share"], 2 / 6)
    np.testing.assert_allclose(found["uneven"], 0.0)


def test_a_lone_beat_has_features():
    assert all(np.isfinite(one).all() for one in _features(X[:1]).values())
