"""Forward and backward give what the sum over all paths gives."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanlu.track.courier.chain import posterior


@given(st.integers(0, 10_000))
def test_the_chain_gives_the_sum_over_all_paths(seed):
    draws = np.random.default_rng(seed)
    score, follows = draws.normal(size=(4, 3)) * 2, np.exp(draws.normal(size=(3, 3)))
    wanted = np.zeros((4, 3))
    for path in product(range(3), repeat=4):
        weight = np.exp(sum(score[i, s] for i, s in enumerate(path)))
        weight *= np.prod([follows[a, b] for a, b in zip(path, path[1:], strict=False)])
        for i, s in enumerate(path):
            wanted[i, s] += weight
    wanted /= wanted.sum(axis=1, keepdims=True)

    found = posterior(score, follows, np.zeros(4, np.int64), np.full(4, 3))

    np.testing.assert_allclose(found, wanted, rtol=1e-10)


def test_traces_do_not_tell_of_each_other():
    draws = np.random.default_rng(1)
    score, follows = draws.normal(size=(5, 2)), np.exp(draws.normal(size=(2, 2)))
    first, last = np.array([0, 0, 2, 2, 2]), np.array([1, 1, 4, 4, 4])

    both = posterior(score, follows, first, last)
    lone = posterior(score[2:], follows, np.zeros(3, np.int64), np.full(3, 2))

    np.testing.assert_allclose(both[2:], lone)
