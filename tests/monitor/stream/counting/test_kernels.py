"""The bits of a window, where ranges begin and end."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.stream.counting import kernels


@given(st.integers(0, 2**256 - 1), st.integers(0, 300))
def test_a_window_moves_as_a_whole_number_does(bits: int, by: int) -> None:
    words = np.array([[bits >> 64 * word & (2**64 - 1) for word in range(4)]], np.uint64)
    kernels._shift(words, 0, by)

    made = sum(int(word) << 64 * place for place, word in enumerate(words[0]))
    assert made == bits << by & (2**256 - 1)


def test_mixing_is_of_each_word_and_of_their_order() -> None:
    one = np.zeros(2, np.uint64)
    kernels.mixed(one, np.array([1, 2], np.uint64))
    two = np.zeros(2, np.uint64)
    kernels.mixed(two, np.array([2, 1], np.uint64))

    assert one.tolist() == two.tolist()[::-1]
    assert one[0] != one[1]
