"""Sharing by largest remainder: nothing is lost, nothing depends on order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account import allocate
from tanlu.errors import TanluError

WEIGHTS = st.lists(st.integers(0, 10**14), min_size=1, max_size=30).filter(any)
AMOUNT = st.integers(-9 * 10**18, 9 * 10**18)


@given(AMOUNT, WEIGHTS)
def test_shares_add_up_to_the_microgram(amount: int, weights: list[int]) -> None:
    shares = allocate(amount, weights)

    assert amount == sum(shares)
    total = sum(weights)
    assert all(
        abs(share * total - amount * w) < total for share, w in zip(shares, weights, strict=True)
    )


@given(AMOUNT, WEIGHTS)
def test_a_negative_twin_has_negative_shares(amount: int, weights: list[int]) -> None:
    assert [-share for share in allocate(amount, weights)] == allocate(-amount, weights)


@given(AMOUNT, WEIGHTS, st.randoms(use_true_random=False))
def test_order_does_not_count(amount: int, weights: list[int], chance: random.Random) -> None:
    names = [f"n{number:03d}" for number in range(len(weights))]
    shares = dict(zip(names, allocate(amount, weights, names), strict=True))
    mixed = list(zip(names, weights, strict=True))
    chance.shuffle(mixed)
    again = allocate(amount, [w for _, w in mixed], [name for name, _ in mixed])

    assert shares == dict(zip([name for name, _ in mixed], again, strict=True))


def test_equal_remainders_fall_to_the_smaller_name() -> None:
    assert allocate(1, [1, 1], ["b", "a"]) == [0, 1]


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2]])
def test_weights_that_cannot_share_are_refused(weights: list[int]) -> None:
    with pytest.raises(TanluError) as raised:
        allocate(5, weights)

    assert raised.value.code == "TL513"
