"""The quality of data."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.pact.quality import primary_data_share, rating

sizes = st.decimals(-1000, 1000, places=3)


def test_own_data_count_whole_bought_ones_as_their_supplier_says_and_secondary_ones_not():
    parts = [(Decimal(40), Decimal(1)), (Decimal(40), Decimal("0.5")), (Decimal(20), Decimal(0))]
    assert primary_data_share(parts) == Decimal(60)


@given(st.lists(st.tuples(sizes, st.decimals(0, 1, places=2))))
def test_a_share_stays_between_nought_and_a_hundred_whatever_is_taken_up(parts):
    assert 0 <= primary_data_share(parts) <= 100


@given(st.lists(st.tuples(sizes, st.decimals(1, 5, places=1))))
def test_a_rating_stays_between_best_and_worst(parts):
    found = rating(parts)
    assert found is None or 1 <= found <= 5


def test_what_nobody_rated_weighs_nothing():
    assert rating(
        [(Decimal(10), Decimal(1)), (Decimal(30), Decimal(3)), (Decimal(99), None)]
    ) == Decimal("2.50")
    assert rating([(Decimal(99), None)]) is None
