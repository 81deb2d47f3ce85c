"""What is shared over parts is whole again."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.track.legs.way.spread import spread


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=8),
    st.integers(-(10**12), 10**15),
)
def test_parts_have_together_exactly_the_whole(steps, amount):
    until = pl.Series(steps).cum_sum()
    rows = pl.DataFrame({"g": ["a"] * len(steps), "until": until, "amount": [amount] * len(steps)})
    rows = rows.with_columns(whole=pl.lit(until[-1], pl.Int64))

    shared = rows.select(spread("amount", "until", "whole", ["g"]))["amount"]

    assert shared.sum() == amount
    assert shared.dtype == pl.Int64


def test_halves_go_away_from_nought():
    rows = pl.DataFrame({"g": ["a", "a"], "until": [1, 2], "amount": [5, 5], "whole": [2, 2]})

    assert rows.select(spread("amount", "until", "whole", ["g"]))["amount"].to_list() == [3, 2]
